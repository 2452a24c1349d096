import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.imaging.editing.control_maps import CONTROL_MAPS
from imagen_fake.imaging.poster.captions import typeset
from imagen_fake.imaging.poster.scene import Sketch, paint
from imagen_fake.imaging.vision.cutout import foreground_mask
from imagen_fake.imaging.vision.masks import dilate
from imagen_fake.pipeline.errors import ApiError, status
from imagen_fake.tasks.edit import EDITS, find_mask
from tests.conftest import ask, opened, refused
from tests.pictures import changed, gradient, media, most_changed, product, rectangle_mask, shaded
from tests.sweep import sweep

MODEL = "imagen-3.0-capability-002"
MODELS = [
    name for name in spec.model_ids() if (model := spec.model(name)) and "edit" in model.tasks
]
SIZE = (160, 120)
BOX = (40, 30, 120, 90)
INSERTION, REMOVAL, OUTPAINT, BGSWAP = (
    f"EDIT_MODE_{name}" for name in ("INPAINT_INSERTION", "INPAINT_REMOVAL", "OUTPAINT", "BGSWAP")
)
PLAIN: dict[str, Any] = {"addWatermark": False}


def raw(image: Image.Image) -> dict[str, Any]:
    return {
        "referenceType": "REFERENCE_TYPE_RAW",
        "referenceId": 1,
        "referenceImage": media(image),
    }


def mask(image: Image.Image | None, **config: Any) -> dict[str, Any]:
    reference = {
        "referenceType": "REFERENCE_TYPE_MASK",
        "referenceId": 2,
        "maskImageConfig": {"maskMode": "MASK_MODE_USER_PROVIDED", "dilation": 0, **config},
    }
    return reference if image is None else {**reference, "referenceImage": media(image)}


def body(references: list[Any], prompt: str = "a red apple", **parameters: Any) -> dict[str, Any]:
    return {
        "instances": [{"prompt": prompt, "referenceImages": references}],
        "parameters": {"sampleCount": 1, "editMode": INSERTION, **parameters},
    }


def edited(references: list[Any], prompt: str = "a red apple", **parameters: Any) -> Image.Image:
    (prediction,) = ask(MODEL, body=body(references, prompt, **parameters))
    return opened(prediction)


def refusal(sent: Any, config: Config | None = None, model: str = MODEL) -> str:
    return refused(model, sent, config=config or Config())


@sweep("model", MODELS)
@sweep("mode", [INSERTION, REMOVAL, OUTPAINT, BGSWAP])
def test_only_what_the_mask_covers_changes(model: str, mode: str) -> None:
    base, area = product(SIZE), rectangle_mask(SIZE, BOX)
    sent = body([raw(base), mask(area)], editMode=mode, **PLAIN)
    (prediction,) = ask(model, body=sent)
    after = opened(prediction)
    assert (after.size, after.format) == (SIZE, "PNG")
    assert most_changed(base, after, ImageChops.invert(area)) == 0
    assert changed(base, after, area) > 4


def test_the_mark_moves_pixels_outside_the_mask_by_no_more_than_its_amplitude() -> None:
    base, area = gradient((256, 256)), rectangle_mask((256, 256), (0, 0, 64, 64))
    after = edited([raw(base), mask(area)])
    assert most_changed(base, after, ImageChops.invert(area)) <= 2


def test_a_jpeg_keeps_what_is_outside_the_mask_up_to_compression() -> None:
    base, area = gradient(SIZE), rectangle_mask(SIZE, BOX)
    options = {"mimeType": "image/jpeg", "compressionQuality": 90}
    after = edited([raw(base), mask(area)], outputOptions=options, **PLAIN)
    outside = ImageChops.invert(dilate(area, 0.1))
    assert after.format == "JPEG"
    assert changed(base, after, outside) < 3


def test_an_insertion_follows_the_prompt() -> None:
    size = (256, 256)
    base, area = Image.new("RGB", size, "white"), rectangle_mask(size, (8, 8, 248, 248))
    colours = {
        word: ImageStat.Stat(edited([raw(base), mask(area)], f"a {word} apple", **PLAIN)).mean
        for word in ("red", "blue")
    }
    assert colours["red"][0] - colours["red"][2] > colours["blue"][0] - colours["blue"][2] + 10


def test_a_removal_fills_from_the_surroundings() -> None:
    base = product(SIZE)
    grey = base.getpixel((0, 0))
    after = edited([raw(base), mask(rectangle_mask(SIZE, BOX), dilation=0.02)], "",
                   editMode=REMOVAL, **PLAIN)  # fmt: skip
    assert most_changed(Image.new("RGB", SIZE, grey), after, Image.new("L", SIZE, 255)) <= 6


def test_an_outpaint_fills_the_padding_and_keeps_the_middle() -> None:
    padded, area = Image.new("RGB", (300, 200)), Image.new("L", (300, 200), 255)
    padded.paste(product((100, 100)), (100, 50))
    area.paste(0, (100, 50, 200, 150))
    after = edited([raw(padded), mask(area, dilation=0)], "a beach", editMode=OUTPAINT, **PLAIN)
    assert after.size == (300, 200)
    assert most_changed(padded, after, ImageChops.invert(area)) == 0
    assert changed(padded, after, area) > 40


def test_dilation_is_a_share_of_the_width() -> None:
    base, area = (
        Image.new("RGB", (200, 100), "white"),
        rectangle_mask((200, 100), (90, 40, 110, 60)),
    )
    after = edited([raw(base), mask(area, dilation=0.05)], editMode=BGSWAP, **PLAIN)
    box = ImageChops.difference(base, after).convert("L").point(lambda v: 255 if v else 0).getbbox()
    assert box is not None
    left, top, right, bottom = box
    assert (left, top) >= (80, 30)
    assert (right, bottom) <= (120, 70)
    assert (right - left) > 24


def test_without_a_dilation_it_is_the_documented_one() -> None:
    base, area = product((200, 100)), rectangle_mask((200, 100), (90, 40, 110, 60))
    unsaid = mask(area)
    del unsaid["maskImageConfig"]["dilation"]
    said = edited([raw(base), mask(area, dilation=0.03)], **PLAIN)
    assert edited([raw(base), unsaid], **PLAIN).tobytes() == said.tobytes()


def test_foreground_and_background_are_each_others_complement() -> None:
    base = product(SIZE, "blue")
    changes = []
    for mode in ("MASK_MODE_FOREGROUND", "MASK_MODE_BACKGROUND"):
        after = edited([raw(base), mask(None, maskMode=mode)], "snow", editMode=BGSWAP, **PLAIN)
        difference = ImageChops.difference(base, after)
        changes.append(difference.convert("L").point(lambda level: 255 if level else 0))
    assert ImageChops.multiply(*changes).getbbox() is None
    middle, corner = (80, 60), (3, 3)
    assert changes[0].getpixel(corner) == 0
    assert changes[1].getpixel(middle) == 0


@pytest.mark.parametrize("darkness", [30, 50, 90, 130])
def test_what_is_removed_takes_its_shadow_along(darkness: int) -> None:
    base, plain = shaded((400, 300), darkness), Image.new("RGB", (400, 300), "#d8d0c0")
    found = mask(None, maskMode="MASK_MODE_FOREGROUND", dilation=0.03)
    after = edited([raw(base), found], "", editMode=REMOVAL, **PLAIN)
    assert most_changed(plain, after, Image.new("L", base.size, 255)) < 12


POSTERS = ["a dog on the hills", "sunset", "xyzzy"]


@sweep("prompt", POSTERS)
@sweep("mode", [BGSWAP, REMOVAL, INSERTION])
@sweep("kind", ["FOREGROUND", "BACKGROUND"])
def test_a_mask_that_is_found_leaves_the_caption_of_a_poster(
    prompt: str, mode: str, kind: str
) -> None:
    base = paint(Sketch(prompt, "label", (1024, 1024), bytes(32))).convert("RGB")
    found = mask(None, maskMode=f"MASK_MODE_{kind}", dilation=0.05)
    after = edited([raw(base), found], "a beach", editMode=mode, **PLAIN)
    top = base.height - typeset(prompt, "label", base.size).height
    caption = rectangle_mask(base.size, (0, top, *base.size))
    assert most_changed(base, after, caption) == 0
    assert changed(base, after, ImageChops.invert(caption)) > 0.2


def test_the_thing_in_a_poster_is_known_again_after_its_background_was_swapped() -> None:
    base = paint(Sketch("a dog on the hills", "label", (1024, 1024), bytes(32))).convert("RGB")
    behind = mask(None, maskMode="MASK_MODE_BACKGROUND")
    after = edited([raw(base), behind], "a beach", editMode=BGSWAP, **PLAIN)
    assert foreground_mask(after).tobytes() == foreground_mask(base).tobytes()


def test_a_product_on_plain_ground_survives_a_new_background() -> None:
    base = product((256, 256), "green")
    after = edited(
        [raw(base), mask(None, maskMode="MASK_MODE_BACKGROUND")], "a desert", editMode=BGSWAP,
        **PLAIN,
    )  # fmt: skip
    inside = rectangle_mask((256, 256), (100, 100, 156, 156))
    assert most_changed(base, after, inside) == 0
    corner = rectangle_mask((256, 256), (0, 0, 40, 40))
    assert changed(base, after, corner) > 10


def test_a_class_may_be_named() -> None:
    base = gradient(SIZE)
    semantic = {"maskMode": "MASK_MODE_SEMANTIC"}
    name = spec.table("segmentation_classes")["names"][7]
    by_id = edited([raw(base), mask(None, maskClasses=[7], **semantic)], **PLAIN)
    by_name = edited([raw(base), mask(None, maskClasses=[name], **semantic)], **PLAIN)
    assert by_id.tobytes() == by_name.tobytes()


@pytest.mark.parametrize("classes", [[194], [-1], [0, 1, 2, 3, 4, 5], [], ["no such thing"]])
def test_classes_that_are_not_in_the_table_or_too_many_are_refused(classes: list[Any]) -> None:
    semantic = mask(None, maskMode="MASK_MODE_SEMANTIC", maskClasses=classes)
    assert "ask" in refusal(body([raw(product(SIZE)), semantic]))


@pytest.mark.parametrize(
    ("references", "said"),
    [
        ([raw(product(SIZE))], "Mask image is missing."),
        ([mask(Image.new("L", SIZE))], "No uri or raw bytes are provided in media content."),
        ([], "No uri or raw bytes are provided in media content."),
        (
            [{"referenceType": "REFERENCE_TYPE_RAW"}, mask(Image.new("L", SIZE))],
            "failed with the following error: No uri or raw bytes are provided in media content.",
        ),
        (
            [raw(product(SIZE)), mask(None)],
            "Failed to get mask image bytes: No uri or raw bytes are provided in media content.",
        ),
        (
            [raw(product(SIZE)), {**mask(None), "referenceImage": {}}],
            "Failed to get mask image bytes: No uri or raw bytes are provided in media content.",
        ),
    ],
)
def test_what_is_missing_is_said_in_the_services_words(references: list[Any], said: str) -> None:
    message = refusal(body(references))
    assert message.startswith("Image editing failed with the following error: ")
    assert message.endswith(said)


@pytest.mark.parametrize(
    ("references", "said"),
    [
        ([raw(product(SIZE))] * 2 + [mask(Image.new("L", SIZE))], "one raw"),
        ([raw(product(SIZE))] + [mask(Image.new("L", SIZE))] * 2, "one mask"),
        ([raw(product(SIZE)), mask(None, maskMode="MASK_MODE_OTHER")], "MASK_MODE_OTHER"),
        ([raw(product(SIZE)), mask(Image.new("L", SIZE), dilation=1.5)], "dilation"),
        ([raw(product(SIZE)), mask(Image.new("L", SIZE)), {"referenceId": 3}], "referenceType"),
        ([raw(product(SIZE)), mask(Image.new("L", SIZE)), "text"], "object"),
    ],
)
def test_references_that_do_not_fit_are_refused_by_what_is_wrong(
    references: list[Any], said: str
) -> None:
    assert said in refusal(body(references))


def test_a_seed_needs_the_watermark_off() -> None:
    references = [raw(product(SIZE)), mask(Image.new("L", SIZE))]
    assert "Seed is not supported" in refusal(body(references, seed=1))


def test_seeds_and_samples_differ_and_repeat() -> None:
    references = [raw(product(SIZE)), mask(Image.new("L", SIZE, 255))]
    first, second = ask(MODEL, body=body(references, seed=1, sampleCount=2, **PLAIN))
    (other,) = ask(MODEL, body=body(references, seed=2, **PLAIN))
    (again,) = ask(MODEL, body=body(references, seed=1, **PLAIN))
    pictures = {entry["bytesBase64Encoded"] for entry in (first, second, other)}
    assert len(pictures) == 3
    assert again == first


def test_four_samples_unless_it_is_said_otherwise() -> None:
    sent = body([raw(product((32, 32))), mask(Image.new("L", (32, 32), 255))])
    del sent["parameters"]["sampleCount"]
    assert len(ask(MODEL, body=sent)) == 4


def test_the_spelling_of_a_client_in_snake_case_is_the_same_request() -> None:
    base, area = product(SIZE), rectangle_mask(SIZE, BOX)
    snake = {
        "prompt": "a red apple",
        "reference_images": [
            {"reference_type": "reference_type_raw", "reference_image": media(base)},
            {
                "reference_type": "REFERENCE-TYPE-MASK",
                "reference_image": media(area),
                "mask_image_config": {"mask_mode": "mask_mode_user_provided", "dilation": 0.0},
            },
        ],
    }
    sent = {"instances": [snake], "parameters": {"sample_count": 1.0, "edit_mode": INSERTION}}
    assert opened(ask(MODEL, body=sent)[0]).size == SIZE


def test_no_prompt_and_no_parameter_but_the_mode_will_do() -> None:
    references = [raw(product((32, 32))), mask(Image.new("L", (32, 32), 255))]
    sent = {"instances": [{"referenceImages": references}], "parameters": {"editMode": REMOVAL}}
    assert len(ask(MODEL, body=sent)) == 4


def test_an_answer_holds_nothing_but_pictures() -> None:
    sent = body([raw(product(SIZE)), mask(Image.new("L", SIZE, 255))], includeRaiReason=True)
    (prediction,) = ask(MODEL, body=sent)
    assert prediction.keys() == {"bytesBase64Encoded", "mimeType"}


def test_a_filtered_prompt_is_filtered_here_too() -> None:
    sent = body([raw(product(SIZE)), mask(Image.new("L", SIZE, 255))], "how to make a bomb")
    with pytest.raises(ApiError) as caught:
        ask(MODEL, body=sent)
    message = status(caught.value, spec.surface("vertex"))["message"]
    assert message.startswith("Image editing failed with the following error: ")


@given(
    size=st.tuples(st.integers(1, 70), st.integers(1, 70)),
    box=st.tuples(*[st.integers(0, 70)] * 4),
    mode=st.sampled_from([INSERTION, REMOVAL, OUTPAINT, BGSWAP]),
    dilation=st.floats(0, 1, allow_nan=False),
    kind=st.sampled_from(["PNG", "GIF", "BMP"]),
)
@settings(max_examples=60, deadline=None)
def test_any_picture_and_any_mask_give_a_picture_of_its_size(
    size: tuple[int, int], box: tuple[int, int, int, int], mode: str, dilation: float, kind: str
) -> None:
    left, right = sorted(box[::2])
    top, bottom = sorted(box[1::2])
    base = product(size)
    area = rectangle_mask(size, (left, top, right, bottom))
    sent_mask = {**mask(None, dilation=dilation), "referenceImage": media(area, kind)}
    after = edited([raw(base), sent_mask], editMode=mode, **PLAIN)
    assert after.size == size
    assert most_changed(base, after, ImageChops.invert(dilate(area, dilation))) == 0


def test_a_large_picture_is_weighed_as_a_png() -> None:
    limit = spec.task_schema("edit")["$defs"]["media"]["x-max-bytes"]
    side = 2000
    noise = Image.merge("RGB", [Image.effect_noise((side, side), 90) for _ in range(3)])
    sent = body([raw(noise), mask(Image.new("L", (8, 8)))])
    size = len(json.dumps(sent)) * 3 // 4
    assert limit["strict"] < size < limit["value"]
    assert "bytes" in refusal(sent, Config(strict=True))
    assert opened(ask(MODEL, body=sent)[0]).size == (side, side)


def red_in(image: Image.Image) -> Image.Image:
    """Where a picture has the red that a "red" thing wears in the light: L, 255 there."""
    red = Image.new("RGB", image.size, "#e63946")
    apart = ImageChops.difference(image.convert("RGB"), red)
    return apart.convert("L").point([255 * (level < 5) for level in range(256)])


@pytest.mark.parametrize("kind", ["image/png", "image/jpeg"])
@pytest.mark.parametrize("thing", ["dog in the snow", "sports car on a road", "owl at night"])
def test_a_picture_of_the_fake_keeps_its_subject_before_another_background(
    thing: str, kind: str
) -> None:
    parameters = {"sampleCount": 1, "outputOptions": {"mimeType": kind}}
    sent = {"instances": [{"prompt": f"a red {thing}"}], "parameters": parameters}
    (made,) = ask("imagen-4.0-generate-001", body=sent)
    base = opened(made).convert("RGB")
    area = mask(None, maskMode="MASK_MODE_BACKGROUND", dilation=0.03)
    after = edited([raw(base), area], "a library", editMode=BGSWAP, **PLAIN).convert("RGB")
    red, same = red_in(base), ImageChops.difference(base, after).convert("L")
    kept = ImageChops.darker(red, same.point([255 * (level < 3) for level in range(256)]))
    assert kept.histogram()[255] >= 0.99 * red.histogram()[255] > 10_000
    assert same.histogram()[0] < 0.25 * base.width * base.height


FINDERS = {"find_foreground", "find_background", "find_classes"}


def middle(mask: Image.Image) -> int:
    return mask.crop((60, 60, 61, 61)).tobytes()[0]


def test_the_background_is_what_the_foreground_is_not() -> None:
    base = product((120, 120))
    found = {name: find_mask(base, name, "insert", classes=(), dilation=0)
             for name in ("find_foreground", "find_background")}  # fmt: skip
    front, back = found["find_foreground"], found["find_background"]
    assert front
    assert back
    assert (middle(front), middle(back)) == (255, 0)
    assert ImageChops.invert(front).tobytes() == back.tobytes()


def test_a_found_foreground_is_dilated_and_a_background_is_not() -> None:
    base = product((120, 120))
    for name, wider in (("find_foreground", True), ("find_background", False)):
        thin, wide = (
            find_mask(base, name, "insert", classes=(), dilation=share) for share in (0, 0.1)
        )
        assert thin
        assert wide
        assert (wide.histogram()[255] > thin.histogram()[255]) == wider


def test_a_mode_that_finds_nothing_takes_the_callers_mask() -> None:
    assert find_mask(product((120, 120)), "take_mask", "insert", classes=(), dilation=0) is None


@sweep(
    ("task", "field", "operations"),
    [
        ("edit", "editMode", set(EDITS)),
        ("edit", "maskMode", {*FINDERS, "take_mask"}),
        ("edit", "referenceType", {"base", "mask"}),
        ("legacy_edit", "editMode", {"insert", "remove", "outpaint", "show_product"}),
        ("legacy_edit", "maskType", FINDERS),
        ("legacy_edit", "productPosition", {"center", "keep_place"}),
        ("legacy_edit", "conditionName", {"edge_map", "scribble_map"}),
        ("customize", "controlType", set(CONTROL_MAPS)),
        ("customize", "referenceType", {"base", "style", "subject", "control", "content"}),
        ("segment", "mode", {*FINDERS, "find_prompt", "grow_scribble"}),
    ],
)
def test_every_meaning_is_an_operation_of_the_task(
    task: str, field: str, operations: set[str]
) -> None:
    assert set(spec.meanings(task, field).values()) == operations

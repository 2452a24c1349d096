import base64
import io
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageStat

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.pipeline.errors import ApiError, status
from imagen_fake.pipeline.media import decode
from imagen_fake.pipeline.respond import Answer
from imagen_fake.predict import NO_OBJECTS
from imagen_fake.storage.embedded import Storage
from imagen_fake.storage.objects import ObjectStore
from tests import rpc
from tests.calls import predict
from tests.conftest import RESOURCE, ask, opened, refused, target
from tests.http import call
from tests.pictures import Size, file_of, gradient, media, product, rectangle_mask
from tests.sweep import sweep

MODEL = "imagen-4.0-upscale-preview"


def sent(image: Any) -> Any:
    return {
        "instances": [{"image": image}],
        "parameters": {"upscaleConfig": {"upscaleFactor": "x2"}},
    }


def refusal(image: Any, objects: ObjectStore = NO_OBJECTS) -> str:
    with pytest.raises(ApiError) as caught:
        ask(MODEL, body=sent(image), objects=objects)
    return str(status(caught.value, spec.surface("vertex"))["message"])


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize("image", [{}, {"mimeType": "image/png"}, None, "text", []])
def test_a_picture_without_bytes_or_uri_is_the_services_400(image: Any) -> None:
    assert refusal(image).endswith("No uri or raw bytes are provided in media content.")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("not base64!", "not valid base64"),
        ("_-_-", "not valid base64"),
        ("", "no bytes"),
        (base64_of(b"hello, this is no picture"), "Unsupported image format"),
        (base64_of(encoded(Image.new("RGB", (4, 4)), "WEBP")), "PNG, JPEG"),
        (
            base64_of(encoded(Image.effect_noise((64, 64), 90), "PNG")[:2000]),
            "cannot be decoded",
        ),
    ],
)
def test_what_is_no_picture_is_refused_by_what_is_wrong(data: str, said: str) -> None:
    assert said in refusal({"bytesBase64Encoded": data})


def test_a_file_larger_than_the_limit_is_refused() -> None:
    limit = spec.task_schema("upscale")["$defs"]["media"]["x-max-bytes"]
    data = encoded(Image.new("RGB", (4, 4)), "PNG") + bytes(limit["value"])
    assert f"Up to {limit['value']} bytes" in refusal({"bytesBase64Encoded": base64_of(data)})


def test_more_than_64_million_pixels_are_refused_by_both_sides() -> None:
    assert "8001x8000 pixels" in refusal(media(Image.new("1", (8001, 8000))))


def test_a_picture_turned_by_exif_comes_out_upright() -> None:
    turned = Image.new("RGB", (30, 20), "blue")
    exif = turned.getexif()
    exif[0x0112] = 6
    data = base64_of(encoded(turned, "JPEG", exif=exif))
    (prediction,) = ask(MODEL, body=sent({"bytesBase64Encoded": data}))
    assert opened(prediction).size == (40, 60)


def test_a_declared_type_does_not_matter() -> None:
    data = base64_of(encoded(Image.new("RGB", (5, 5)), "PNG"))
    body = sent({"bytesBase64Encoded": data, "mimeType": "image/jpeg"})
    assert opened(ask(MODEL, body=body)[0]).size == (10, 10)


def test_a_picture_in_cloud_storage_is_read(tmp_path: Path) -> None:
    storage = Storage(tmp_path)
    storage.write("gs://pictures/a.png", encoded(Image.new("RGB", (30, 20)), "PNG"))
    (prediction,) = ask(MODEL, body=sent({"gcsUri": "gs://pictures/a.png"}), objects=storage)
    assert opened(prediction).size == (60, 40)


@pytest.mark.parametrize("size", [-1, 0, 1])
def test_no_more_of_an_object_is_read_than_the_task_takes(tmp_path: Path, size: int) -> None:
    limit = spec.task_schema("upscale")["$defs"]["media"]["x-max-bytes"]["value"]
    storage = Storage(tmp_path)
    storage.write("gs://pictures/a.png", bytes(limit + size))
    said = refusal({"gcsUri": "gs://pictures/a.png"}, storage)
    assert (f"gs://pictures/a.png. Up to {limit} bytes" in said) == (size > 0)


def test_bytes_beside_a_uri_are_refused() -> None:
    data = base64_of(encoded(Image.new("RGB", (5, 5)), "PNG"))
    with pytest.raises(ApiError) as caught:
        ask(MODEL, body=sent({"gcsUri": "gs://pictures/a", "bytesBase64Encoded": data}))
    assert caught.value.id == "picture_twice"


SIZE = (96, 64)
BOX = (30, 20, 70, 50)
SIZES = [(1, 1), (8, 8), (48, 32), (95, 64), (64, 96), (97, 65), (128, 128), (272, 92), (1, 300)]
"""Of drawings over a picture of `SIZE`: smaller, larger, turned, and of another ratio."""

Media = Mapping[str, Any]
Build = Callable[[Media, Media], dict[str, Any]]


def edit(base: Media, drawing: Media) -> dict[str, Any]:
    return referring(
        base,
        {"referenceType": "REFERENCE_TYPE_MASK", "referenceImage": drawing,
         "maskImageConfig": {"maskMode": "MASK_MODE_USER_PROVIDED", "dilation": 0}},
        editMode="EDIT_MODE_INPAINT_REMOVAL",
    )  # fmt: skip


def control(base: Media, drawing: Media, computed: bool = False) -> dict[str, Any]:
    config = {"controlType": "CONTROL_TYPE_CANNY", "enableControlImageComputation": computed}
    return referring(
        base,
        {"referenceType": "REFERENCE_TYPE_CONTROL", "referenceId": 2, "referenceImage": drawing,
         "controlImageConfig": config},
    )  # fmt: skip


def photograph(base: Media, drawing: Media) -> dict[str, Any]:
    return control(base, drawing, computed=True)


def referring(base: Media, other: Media, **parameters: Any) -> dict[str, Any]:
    raw = {"referenceType": "REFERENCE_TYPE_RAW", "referenceId": 1, "referenceImage": base}
    return {
        "instances": [{"prompt": "a red apple", "referenceImages": [raw, other]}],
        "parameters": {"sampleCount": 1, "addWatermark": False, **parameters},
    }


def legacy_edit(base: Media, drawing: Media) -> dict[str, Any]:
    config = {"editMode": "inpainting-remove", "maskDilation": 0}
    return {
        "instances": [{"prompt": "", "image": base, "mask": {"image": drawing}}],
        "parameters": {"sampleCount": 1, "addWatermark": False, "editConfig": config},
    }


def segment(base: Media, drawing: Media) -> dict[str, Any]:
    instance = {"image": base, "scribble": {"image": drawing}}
    return {"instances": [instance], "parameters": {"mode": "interactive", "maskDilation": 0}}


CAPABILITY, IMAGEN_2, SEGMENTATION = (
    "imagen-3.0-capability-001", "imagegeneration@006", "image-segmentation-001"
)  # fmt: skip
TASKS: Mapping[str, tuple[str, Build]] = {
    "edit": (CAPABILITY, edit),
    "customize": (CAPABILITY, control),
    "customize, computed": (CAPABILITY, photograph),
    "legacy_edit": (IMAGEN_2, legacy_edit),
    "segment": (SEGMENTATION, segment),
}
MASKED = ("edit", "legacy_edit", "segment")
"""The tasks whose answer has the size of the picture and depends on what is drawn alone."""

each_task = pytest.mark.parametrize("task", TASKS)
each_masked = pytest.mark.parametrize("task", MASKED)


def answered(task: str, base: Media, drawing: Media, *, strict: bool = False) -> Answer:
    model, build = TASKS[task]
    return predict(target(model), json.dumps(build(base, drawing)).encode(), Config(strict=strict))


def pixels(answer: Answer) -> bytes:
    return opened(json.loads(answer.body)["predictions"][0]).tobytes()


def box(size: Size = SIZE) -> Image.Image:
    """White in the middle, black around it."""
    left, top, right, bottom = BOX
    across, down = size[0] / SIZE[0], size[1] / SIZE[1]
    scaled = (round(left * across), round(top * down), round(right * across), round(bottom * down))
    return rectangle_mask(size, scaled)


def lying(image: Image.Image, orientation: int) -> Media:
    """A picture as a file that has to be turned so."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    return media(file_of(image, exif=exif))


@each_task
@pytest.mark.parametrize("size", SIZES)
def test_a_drawing_of_any_size_is_taken_with_a_warning_of_both_sizes(task: str, size: Size) -> None:
    answer = answered(task, media(product(SIZE)), media(box(size)))
    (warning,) = answer.warnings
    assert f"{size[0]}x{size[1]}" in warning
    assert "96x64" in warning
    if task in MASKED:
        assert opened(json.loads(answer.body)["predictions"][0]).size == SIZE


@each_masked
@pytest.mark.parametrize("size", [(192, 128), (288, 192), (96, 128), (192, 64)])
def test_a_larger_drawing_means_what_it_means_in_the_size_of_the_picture(
    task: str, size: Size
) -> None:
    base, drawing = media(product(SIZE)), box()
    larger = drawing.resize(size, Image.Resampling.NEAREST)
    fitting, stretched = (answered(task, base, media(one)) for one in (drawing, larger))
    assert pixels(stretched) == pixels(fitting)


@each_task
@pytest.mark.parametrize("size", SIZES)
def test_a_strict_fake_refuses_another_size_in_the_words_of_the_task(task: str, size: Size) -> None:
    model, build = TASKS[task]
    sent = build(media(product(SIZE)), media(box(size)))
    said = refused(model, sent, config=Config(strict=True))
    assert f"{size[0]}x{size[1]}" in said
    assert "Both must have the same dimensions." in said


@each_task
def test_equal_sizes_deserve_no_warning_and_are_taken_by_a_strict_fake(task: str) -> None:
    answer = answered(task, media(product(SIZE)), media(box()), strict=True)
    assert (answer.status, answer.warnings) == (200, ())


LINED = {
    "as large": Image.new("L", (128, 128)),
    "smaller": Image.new("L", (64, 64)),
    "of another ratio": Image.new("L", (256, 40)),
    "clear, white": Image.new("RGBA", (128, 128), (255, 255, 255, 0)),
    "clear, black": Image.new("RGBA", (256, 64)),
}


@pytest.mark.parametrize("canvas", LINED)
def test_the_lines_of_a_control_map_lie_where_they_were_drawn(canvas: str) -> None:
    drawing = LINED[canvas].copy()
    middle, reach = drawing.width // 2, drawing.width // 32
    pen = 255 if drawing.mode == "L" else (0, 0, 0, 255)
    drawing.paste(pen, (middle - reach, 0, middle + reach, drawing.height))
    answer = answered("customize", media(gradient((128, 128))), media(drawing))
    picture = opened(json.loads(answer.body)["predictions"][0])
    line, beside = (picture.crop((x, 40, x + 8, 760)) for x in (508, 300))
    assert max(ImageStat.Stat(line).stddev) < 6
    assert max(ImageStat.Stat(beside).stddev) > 12


def painted(paint: Any, mode: str = "RGBA", clear: Any = (0, 0, 0, 0)) -> Image.Image:
    """A box of one colour on a clear canvas."""
    canvas = Image.new(mode, SIZE, clear)
    canvas.paste(paint, BOX)
    return canvas


def in_a_palette() -> Image.Image:
    """A GIF with a white box whose other colour is transparent."""
    canvas = Image.new("P", SIZE, 1)
    canvas.putpalette([255, 255, 255, 255, 255, 255])
    canvas.paste(0, BOX)
    canvas.info["transparency"] = 1
    return canvas


def with_a_hole() -> Image.Image:
    """White on an opaque black canvas, part of which was rubbed out."""
    canvas = painted("white", clear="black")
    canvas.paste((255, 255, 255, 0), (0, 0, 20, 20))
    return canvas


TRANSPARENT = {
    "a white brush": painted("white"),
    "a white brush on clear white": painted("white", clear=(255, 255, 255, 0)),
    "a black brush": painted("black"),
    "a red brush": painted("red"),
    "a soft brush": painted((255, 255, 255, 200)),
    "a mask in the alpha channel of white": painted((255, 255), "LA", (255, 0)),
    "a mask in the alpha channel of black": painted((0, 255), "LA", (0, 0)),
    "a palette": in_a_palette(),
    "a hole": with_a_hole(),
    "no transparency at all": painted("white", clear="black"),
}


@each_masked
@pytest.mark.parametrize("name", TRANSPARENT)
def test_what_is_transparent_is_not_painted(task: str, name: str) -> None:
    base = media(product(SIZE))
    kind = "GIF" if TRANSPARENT[name].mode == "P" else "PNG"
    sent = media(file_of(TRANSPARENT[name], kind))
    assert pixels(answered(task, base, sent)) == pixels(answered(task, base, media(box())))


HOLED = {
    "black": painted((0, 0, 0, 0), clear="black"),
    "the picture": Image.composite(
        Image.new("RGBA", SIZE), product(SIZE).convert("RGBA"), rectangle_mask(SIZE, BOX)
    ),
}


@pytest.mark.parametrize("task", ["edit", "legacy_edit"])
@pytest.mark.parametrize("name", HOLED)
def test_a_mask_as_openai_wants_it_deserves_a_warning(task: str, name: str) -> None:
    base, holed = media(product(SIZE)), media(HOLED[name])
    (warning,) = answered(task, base, holed).warnings
    assert "OpenAI" in warning
    with pytest.raises(ApiError, match="strict_warning") as caught:
        answered(task, base, holed, strict=True)
    assert caught.value.fields["warning"] == warning


@each_masked
@pytest.mark.parametrize("name", TRANSPARENT)
def test_a_transparent_mask_as_google_wants_it_deserves_none(task: str, name: str) -> None:
    kind = "GIF" if TRANSPARENT[name].mode == "P" else "PNG"
    sent = media(file_of(TRANSPARENT[name], kind))
    assert not answered(task, media(product(SIZE)), sent, strict=True).warnings


@each_masked
@pytest.mark.parametrize("colour", [(0, 0, 0, 0), (255, 255, 255, 0), (0, 0, 0, 255)])
def test_an_empty_canvas_marks_nothing(task: str, colour: Any) -> None:
    base, nothing = media(product(SIZE)), media(Image.new("L", SIZE))
    empty = media(Image.new("RGBA", SIZE, colour))
    assert pixels(answered(task, base, empty)) == pixels(answered(task, base, nothing))


@each_masked
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_drawing_may_have_either_size_of_a_turned_picture(task: str, orientation: int) -> None:
    base = lying(product(SIZE), orientation)
    stored = box()
    upright = turned(stored, orientation)
    answers = [answered(task, base, media(one), strict=True) for one in (stored, upright)]
    assert [one.warnings for one in answers] == [(), ()]
    assert opened(json.loads(answers[0].body)["predictions"][0]).size == upright.size
    if orientation in range(5, 9):
        assert pixels(answers[0]) == pixels(answers[1])


@sweep("orientation", range(1, 9))
def test_a_drawing_is_turned_by_an_orientation_of_its_own(orientation: int) -> None:
    upright = media(product(turned(box(), orientation).size))
    other = answered("edit", upright, lying(box(), orientation), strict=True)
    plain = answered("edit", upright, media(turned(box(), orientation)), strict=True)
    assert pixels(other) == pixels(plain)


def turned(image: Image.Image, orientation: int) -> Image.Image:
    """What a viewer shows of a file with that orientation."""
    steps = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_90,
    }  # fmt: skip
    return image.transpose(steps[orientation]) if orientation in steps else image


@each_task
def test_a_warning_is_said_once_and_on_every_door(task: str, url: str) -> None:
    model, build = TASKS[task]
    sent = build(media(product(SIZE)), media(box((128, 128))))
    if task != "segment":
        sent["parameters"]["sampleCount"] = 2
    said = call(url, f"/v1/{RESOURCE}{model}:predict", sent).headers["x-imagen-fake-warnings"]
    assert said.count("128x128") == 1
    with rpc.channel() as channel:
        asked = {**sent, "endpoint": RESOURCE + model}
        _, metadata = rpc.call(channel, "Predict", asked)
    assert metadata["x-imagen-fake-warnings"] == said


def test_an_answer_in_cloud_storage_keeps_its_warning(url: str) -> None:
    sent = edit(media(product(SIZE)), media(box((128, 128))))
    sent["parameters"]["storageUri"] = "gs://bucket/edited"
    reply = call(url, f"/v1/{RESOURCE}{CAPABILITY}:predict", sent)
    assert "gcsUri" in reply.json["predictions"][0]
    assert "128x128" in reply.headers["x-imagen-fake-warnings"]


@each_task
def test_the_words_of_both_sizes_are_facts_of_the_task(task: str) -> None:
    facts = spec.task_schema(task.partition(",")[0])["x-fitted"]
    assert facts["strict"] in spec.read("errors.json")["errors"]


@given(st.binary(max_size=40), st.booleans())
def test_base64_of_either_alphabet_is_read_padded_or_not(data: bytes, padded: bool) -> None:
    text = urlsafe_b64encode(data).decode()
    text = text if padded else text.rstrip("=")
    assert decode(text, url_safe=True) == data
    assert decode(memoryview(text.encode()), url_safe=True) == data


@pytest.mark.parametrize("text", ["a", "?a==", "aa-_aa=x"])
def test_what_is_no_base64_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode(text, url_safe=True)

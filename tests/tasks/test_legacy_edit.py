import json
from typing import Any

import pytest
from PIL import Image, ImageChops

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.predict import understand
from tests.conftest import ask, opened, refused, target
from tests.pictures import changed, gradient, media, most_changed, product, rectangle_mask, shaded

MASKED = [
    mode
    for mode, operation in spec.meanings("legacy_edit", "editMode").items()
    if operation != "show_product"
]
MODEL = "imagegeneration@006"
CONTROLLED = "imagen-2.0-edit-preview-0627"
MODELS = [name for name in spec.model_ids() if (m := spec.model(name)) and "legacy_edit" in m.tasks]
MASK_FREE = [name for name in MODELS if name not in (MODEL, "imagegeneration")]
SIZE = (160, 120)
AREA = rectangle_mask(SIZE, (20, 20, 80, 100))


def body(
    image: Image.Image, mask: Image.Image | None = None, prompt: str = "a red apple", **config: Any
) -> dict[str, Any]:
    instance: dict[str, Any] = {"prompt": prompt, "image": media(image)}
    if mask:
        instance["mask"] = {"image": media(mask)}
    parameters: dict[str, Any] = {"sampleCount": 1, "addWatermark": False}
    if config:
        parameters["editConfig"] = config
    return {"instances": [instance], "parameters": parameters}


def edited(sent: Any, model: str = MODEL) -> Image.Image:
    (prediction,) = ask(model, body=sent)
    return opened(prediction)


def refusal(sent: Any, model: str = MODEL) -> str:
    return refused(model, sent)


@pytest.mark.parametrize("model", ["imagegeneration@005", "imagegeneration@006"])
@pytest.mark.parametrize("mode", MASKED)
def test_only_what_the_mask_covers_changes(model: str, mode: str) -> None:
    base = product(SIZE)
    after = edited(body(base, AREA, editMode=mode, maskDilation=0), model)
    assert after.size == SIZE
    assert most_changed(base, after, ImageChops.invert(AREA)) == 0
    assert changed(base, after, AREA) > 4


@pytest.mark.parametrize("kind", ["foreground", "background"])
def test_a_mask_is_found_where_none_is_sent(kind: str) -> None:
    base = product(SIZE, "navy")
    mode = {"maskType": kind}
    after = edited(body(base, editMode="inpainting-insert", maskMode=mode, maskDilation=0))
    middle, corner = rectangle_mask(SIZE, (70, 50, 90, 70)), rectangle_mask(SIZE, (0, 0, 20, 20))
    kept, other = (corner, middle) if kind == "foreground" else (middle, corner)
    assert most_changed(base, after, kept) == 0
    assert changed(base, after, other) > 4


def test_what_is_removed_takes_its_shadow_along() -> None:
    base, plain = shaded((400, 300), 50), Image.new("RGB", (400, 300), "#d8d0c0")
    mode = {"maskType": "foreground"}
    after = edited(body(base, editMode="inpainting-remove", maskMode=mode))
    assert most_changed(plain, after, Image.new("L", base.size, 255)) < 12


def test_classes_make_a_mask() -> None:
    base = gradient(SIZE)
    mode = {"maskType": "semantic", "classes": [7]}
    after = edited(body(base, editMode="inpainting-remove", maskMode=mode, maskDilation=0))
    assert after.size == SIZE
    assert 0 < ImageChops.difference(base, after).convert("L").histogram()[0] < 160 * 120


@pytest.mark.parametrize(("position", "kept"), [("fixed", True), ("reposition", False)])
def test_a_product_keeps_its_place_only_where_that_is_asked(position: str, kept: bool) -> None:
    base = product(SIZE, "navy")
    sent = body(base, prompt="a desert", editMode="product-image", productPosition=position)
    after = edited(sent)
    navy = (0, 0, 128)
    assert changed(base, after, rectangle_mask(SIZE, (0, 0, 20, 20))) > 10
    assert after.getpixel((80, 60)) == navy
    assert (after.getpixel((80, 105)) != navy) == kept


def test_a_product_image_ignores_a_mask() -> None:
    base = product(SIZE, "navy")
    config: Any = {"editMode": "product-image", "productPosition": "fixed"}
    assert (
        edited(body(base, AREA, **config)).tobytes()
        != edited(body(base, prompt="snow", **config)).tobytes()
    )
    masked = edited(body(base, AREA, **config))
    assert most_changed(base, masked, rectangle_mask(SIZE, (70, 50, 90, 70))) == 0


@pytest.mark.parametrize("model", MASK_FREE)
def test_without_a_mask_the_whole_picture_changes(model: str) -> None:
    base = gradient(SIZE)
    after = edited(body(base, prompt="in the light of a red sunset"), model)
    assert after.size == SIZE
    assert changed(base, after, Image.new("L", SIZE, 255)) > 8


@pytest.mark.parametrize("model", [MODEL, "imagegeneration"])
def test_imagen_2_as_last_served_wants_a_mask_where_no_mode_is_asked(model: str) -> None:
    assert refusal(body(gradient(SIZE)), model).startswith(
        "Image editing failed with the following error: Failed to get mask image bytes: "
    )


@pytest.mark.parametrize("computed", [True, False])
@pytest.mark.parametrize("name", ["cannyEdges", "scribble"])
def test_conditions_lay_lines_over_a_new_picture(name: str, computed: bool) -> None:
    sent = body(product(SIZE, "navy"), prompt="a lake")
    condition = {"conditionName": name, "computeConditionMap": computed}
    sent["parameters"]["controlPluginConfig"] = {"conditions": [condition]}
    lined = edited(sent, CONTROLLED)
    del sent["parameters"]["controlPluginConfig"]
    assert lined.size == SIZE
    assert lined.tobytes() != edited(sent, CONTROLLED).tobytes()


@pytest.mark.parametrize("mode", MASKED)
def test_a_mode_that_needs_a_mask_says_so(mode: str) -> None:
    assert refusal(body(product(SIZE), editMode=mode)).endswith(
        "Failed to get mask image bytes: No uri or raw bytes are provided in media content."
    )


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (body(product(SIZE), AREA, editMode="erase"), "erase"),
        (body(product(SIZE), AREA, maskDilation=2), "maskDilation"),
        (
            body(product(SIZE), editMode="outpainting", maskMode={"maskType": "semantic"}),
            "mask classes",
        ),
        (
            body(product(SIZE), maskMode={"maskType": "semantic", "classes": [194]}),
            "classes",
        ),
        ({"instances": [{"prompt": "x", "image": {}}]}, "No uri or raw bytes"),
    ],
)
def test_what_does_not_fit_is_refused_by_what_is_wrong(sent: Any, said: str) -> None:
    message = refusal(sent)
    assert message.startswith("Image editing failed with the following error: ")
    assert said in message


@pytest.mark.parametrize("model", ["imagegeneration@002", "imagegeneration@006"])
def test_a_prompt_alone_is_still_a_picture(model: str) -> None:
    (prediction,) = ask(
        model, body={"instances": [{"prompt": "x"}], "parameters": {"sampleCount": 1}}
    )
    assert min(opened(prediction).size) >= 1024


def test_an_upscale_is_still_an_upscale() -> None:
    sent = body(gradient((64, 64)))
    sent["parameters"] = {"mode": "upscale", "upscaleConfig": {"upscaleFactor": "x2"}}
    assert edited(sent, "imagegeneration@002").size == (128, 128)


@pytest.mark.parametrize("model", ["imagegeneration@005", "imagegeneration@006", CONTROLLED])
def test_a_model_that_does_not_upscale_refuses_to(model: str) -> None:
    sent = body(product(SIZE), AREA)
    sent["parameters"]["mode"] = "upscale"
    assert "Invalid mode, upscale" in refusal(sent, model)


def test_a_limit_of_generating_is_one_of_editing_too() -> None:
    sent = body(product(SIZE), AREA, editMode="inpainting-insert")
    sent["parameters"]["safetySetting"] = "block_only_high"
    with pytest.raises(ApiError, match="rai_level"):
        ask("imagegeneration@005", body=sent)


@pytest.mark.parametrize(
    ("model", "warned"), [("imagegeneration@005", False), ("imagegeneration@006", True)]
)
def test_a_seed_is_taken_and_warned_of_where_the_model_marks_pictures_by_default(
    model: str, warned: bool
) -> None:
    sent = body(product(SIZE), AREA, editMode="inpainting-insert")
    sent["parameters"] = {**sent["parameters"], "seed": 7, "addWatermark": None}
    assert edited(sent, model).size == SIZE
    call = understand(target(model), json.dumps(sent).encode(), Config())
    assert any("seed beside a watermark" in one for one in call.warnings) == warned

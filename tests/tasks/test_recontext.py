from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from tests.conftest import ask, opened, refused
from tests.pictures import gradient, media, product

MODEL = "imagen-product-recontext-preview-06-30"
COLOURS = {"#c91882": (201, 24, 130), "#18c982": (24, 201, 130), "#1882c9": (24, 130, 201)}


def body(*products: Image.Image, prompt: str | None = "on a beach", **parameters: Any) -> Any:
    instance: dict[str, Any] = {"productImages": [{"image": media(image)} for image in products]}
    if prompt is not None:
        instance["prompt"] = prompt
    return {"instances": [instance], "parameters": parameters}


def made(*products: Image.Image, **parameters: Any) -> Image.Image:
    (prediction,) = ask(MODEL, body=body(*products, addWatermark=False, **parameters))
    return opened(prediction).convert("RGB")


def share_of(image: Image.Image, colour: tuple[int, int, int]) -> float:
    apart = ImageChops.difference(image, Image.new("RGB", image.size, colour))
    near = [band.point([255 * (level <= 12) for level in range(256)]) for band in apart.split()]
    mask = ImageChops.darker(ImageChops.darker(near[0], near[1]), near[2])
    return mask.histogram()[255] / (image.width * image.height)


def refusal(sent: Any) -> str:
    return refused(MODEL, sent)


def test_a_product_is_placed_in_a_scene_of_1024_pixels_a_side() -> None:
    picture = made(product((80, 60), "#c91882"))
    assert picture.size == (1024, 1024)
    assert share_of(picture, COLOURS["#c91882"]) > 0.05


def test_every_product_is_placed() -> None:
    picture = made(*(product((80, 60), colour) for colour in COLOURS))
    assert all(share_of(picture, colour) > 0.01 for colour in COLOURS.values())


def test_the_scene_follows_the_prompt() -> None:
    bottle = product((80, 60), "#c91882")
    assert made(bottle).tobytes() != made(bottle, prompt="in the snow").tobytes()


@pytest.mark.parametrize("prompt", [None, "", "  "])
def test_no_prompt_is_a_studio(prompt: str | None) -> None:
    assert made(product((80, 60), "#c91882"), prompt=prompt).size == (1024, 1024)


def test_parameters_may_be_missing_and_give_one_picture() -> None:
    sent = body(product((80, 60)))
    del sent["parameters"]
    (prediction,) = ask(MODEL, body=sent)
    assert prediction.keys() == {"bytesBase64Encoded", "mimeType"}


def test_samples_and_seeds_differ_and_repeat() -> None:
    sent = body(product((80, 60)), sampleCount=2, seed=1, addWatermark=False)
    first, second = ask(MODEL, body=sent)
    assert first != second
    assert ask(MODEL, body=sent) == [first, second]
    assert ask(MODEL, body=body(product((80, 60)), seed=2, addWatermark=False))[0] != first


@pytest.mark.parametrize("steps", [{"baseSteps": 8}, {"editConfig": {"baseSteps": 8}}])
def test_base_steps_may_stand_in_either_place(steps: dict[str, Any]) -> None:
    assert made(product((80, 60)), **steps).size == (1024, 1024)


def test_a_jpeg_says_who_made_it() -> None:
    picture = made(product((80, 60)), outputOptions={"mimeType": "image/jpeg"})
    (prediction,) = ask(
        MODEL, body=body(product((80, 60)), outputOptions={"mimeType": "image/jpeg"})
    )
    raw = opened(prediction)
    assert picture.size == raw.size
    assert b"Made with Google AI" in raw.info["photoshop"][0x0404]


def test_the_quality_of_a_jpeg_makes_no_difference() -> None:
    low, high = (
        made(product((80, 60)), outputOptions={"mimeType": "image/jpeg", **quality})
        for quality in ({"compressionQuality": 5}, {})
    )
    assert low.tobytes() == high.tobytes()


def test_the_studio_is_a_wall_and_a_floor_of_quiet_colours() -> None:
    scene = made(product((80, 60), "#c91882"), prompt=None)
    wall, floor = (scene.crop((0, top, 40, top + 60)).resize((1, 1)) for top in (100, 940))
    for part in (wall, floor):
        _, saturation, value = part.convert("HSV").split()
        assert saturation.getpixel((0, 0)) < 90  # type: ignore[operator]
        assert value.getpixel((0, 0)) > 140  # type: ignore[operator]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"instances": [{"prompt": "x"}]}, "No uri or raw bytes"),
        (body(), "No uri or raw bytes"),
        ({"instances": [{"productImages": [{}]}]}, "No uri or raw bytes"),
        (body(*[product((8, 8))] * 4), "Expected 1 to 3, got 4."),
        (body(product((8, 8)), sampleCount=5), "sampleCount"),
        (body(product((8, 8)), seed=1), "Seed is not supported"),
    ],
)
def test_what_does_not_fit_is_refused_by_what_is_wrong(sent: Any, said: str) -> None:
    message = refusal(sent)
    assert message.startswith("Image editing failed with the following error: ")
    assert said in message


@given(st.tuples(st.integers(1, 90), st.integers(1, 90)))
@settings(max_examples=15, deadline=None)
def test_any_picture_may_be_a_product(size: tuple[int, int]) -> None:
    assert made(gradient(size)).size == (1024, 1024)

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from imagen_fake import spec
from tests.conftest import ask, opened, refused
from tests.pictures import gradient, media, person, product

MODELS = [name for name in spec.model_ids() if (m := spec.model(name)) and "try_on" in m.tasks]
MODEL = MODELS[0]
RED = (201, 24, 60)


def shirt() -> Image.Image:
    picture = Image.new("RGB", (100, 100), "white")
    ImageDraw.Draw(picture).rectangle((20, 20, 80, 90), fill=RED)
    return picture


def body(*products: Image.Image, who: Image.Image | None = None, **parameters: Any) -> Any:
    instance = {
        "personImage": {"image": media(who or person())},
        "productImages": [{"image": media(image)} for image in products],
    }
    return {"instances": [instance], "parameters": parameters}


def refusal(sent: Any) -> str:
    return refused(MODEL, sent)


@pytest.mark.parametrize("model", MODELS)
def test_the_person_wears_the_garment_and_is_the_same_elsewhere(model: str) -> None:
    before = person()
    (prediction,) = ask(model, body=body(shirt(), addWatermark=False))
    after = opened(prediction).convert("RGB")
    assert after.size == before.size
    assert after.getpixel((90, 110)) == RED
    head, feet = (0, 0, 180, 48), (0, 192, 180, 240)
    for part in (head, feet):
        assert after.crop(part).tobytes() == before.crop(part).tobytes()
    garment = ImageChops.difference(before, after).getbbox()
    assert garment is not None
    assert garment[0] > 180 * 0.2
    assert garment[2] < 180 * 0.8


def test_samples_differ_and_repeat() -> None:
    sent = body(shirt(), sampleCount=4, seed=5, addWatermark=False)
    pictures = ask(MODEL, body=sent)
    assert len(pictures) == 4
    assert len({entry["bytesBase64Encoded"] for entry in pictures}) == 4
    assert ask(MODEL, body=sent) == pictures


def test_the_quality_of_a_jpeg_makes_no_difference() -> None:
    low, high = (
        ask(MODEL, body=body(shirt(), outputOptions={"mimeType": "image/jpeg", **quality}))
        for quality in ({"compressionQuality": 5}, {})
    )
    assert low == high


def test_a_jpeg_says_who_made_it() -> None:
    (prediction,) = ask(MODEL, body=body(shirt(), outputOptions={"mimeType": "image/jpeg"}))
    assert b"Made with Google AI" in opened(prediction).info["photoshop"][0x0404]


@pytest.mark.parametrize("count", [0, 2, 3])
def test_it_takes_exactly_one_product(count: int) -> None:
    assert refusal(body(*[shirt()] * count)) == (
        "Image editing failed with the following error: "
        f"Invalid number of product images. Expected 1, got {count}.; "
    )


@pytest.mark.parametrize(
    ("instance", "said"),
    [
        ({"productImages": [{"image": media(shirt())}]}, "No uri or raw bytes"),
        ({"personImage": {}, "productImages": [{"image": media(shirt())}]}, "No uri or raw bytes"),
        ({"personImage": {"image": media(person())}}, "No uri or raw bytes"),
    ],
)
def test_a_picture_that_is_missing_is_said_so(instance: Any, said: str) -> None:
    assert said in refusal({"instances": [instance]})


@given(st.tuples(st.integers(1, 90), st.integers(1, 90)), st.booleans())
@settings(max_examples=20, deadline=None)
def test_any_picture_keeps_its_size(size: tuple[int, int], plain: bool) -> None:
    who = product(size) if plain else gradient(size)
    (prediction,) = ask(MODEL, body=body(shirt(), who=who))
    assert opened(prediction).size == size

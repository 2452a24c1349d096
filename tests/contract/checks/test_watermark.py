"""The kit's own reader of the watermark agrees with the fake's."""

import pytest
from PIL import Image

from imagen_fake.contract.bodies.pictures import picture
from imagen_fake.contract.checks.response import decoded_pictures
from imagen_fake.contract.checks.watermark import has_watermark
from imagen_fake.imaging.files.watermark import add_watermark
from tests.contract.sample_cases import ask, generate_case

SIZES = [(256, 256), (320, 256), (500, 700), (768, 1408), (1024, 1024)]


@pytest.mark.parametrize("size", SIZES)
def test_a_marked_picture_is_told_from_the_same_without_a_mark(size: tuple[int, int]) -> None:
    image = picture(size)
    assert has_watermark(add_watermark(image))
    assert not has_watermark(image)


@pytest.mark.parametrize("marked", [True, False])
@pytest.mark.parametrize("prompt", ["a forest in the rain", "abstract noise", "a city at night"])
def test_a_drawing_has_a_mark_if_one_was_asked_for(prompt: str, marked: bool) -> None:
    exchange = ask(generate_case(prompt=prompt, sampleCount=2, addWatermark=marked))
    found = [has_watermark(one.image) for one in decoded_pictures(exchange) if one.image]
    assert found == [marked, marked]


@pytest.mark.parametrize("noise", [20, 60, 120])
def test_noise_is_no_mark(noise: int) -> None:
    assert not has_watermark(Image.effect_noise((512, 512), noise))


def test_a_flat_picture_has_none() -> None:
    assert not has_watermark(Image.new("RGB", (1024, 1024), "navy"))

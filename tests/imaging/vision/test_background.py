import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat

from imagen_fake.imaging.vision.background import GRID, fit_background
from tests.pictures import gradient


def strays(one: Image.Image, other: Image.Image) -> float:
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


@pytest.mark.parametrize("colour", ["white", "#14161e", "#c07030"])
def test_a_plain_ground_is_its_colour(colour: str) -> None:
    surface, stray = fit_background(Image.new("RGB", (80, 60), colour))
    assert stray < 1
    assert strays(surface, Image.new("RGB", (GRID, GRID), colour)) < 1


def test_a_gradient_is_followed() -> None:
    picture = gradient((90, 90))
    surface, stray = fit_background(picture)
    assert stray < 3
    assert strays(surface.resize(picture.size), picture) < 6


def test_what_sticks_out_of_the_picture_is_no_background() -> None:
    picture = Image.new("RGB", (96, 96), "#e0e0e0")
    ImageDraw.Draw(picture).rectangle((30, 40, 66, 96), fill="#202060")
    surface, _ = fit_background(picture)
    assert strays(surface, Image.new("RGB", (GRID, GRID), "#e0e0e0")) < 3


def test_a_patchwork_strays() -> None:
    small = Image.effect_noise((8, 8), 250).convert("RGB")
    assert fit_background(small.resize((160, 160), Image.Resampling.NEAREST))[1] > 10


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (50, 2)])
def test_thin_pictures_have_a_background_too(size: tuple[int, int]) -> None:
    surface, _ = fit_background(Image.new("RGB", size, "#406080"))
    assert strays(surface, Image.new("RGB", (GRID, GRID), "#406080")) < 2

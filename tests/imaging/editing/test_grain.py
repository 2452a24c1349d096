import hashlib

import pytest
from PIL import Image, ImageStat

from imagen_fake.imaging.editing.filling import fill_masked
from imagen_fake.imaging.editing.grain import add_grain, measure_grain
from tests.pictures import gradient, product, rectangle_mask

SIZE = (256, 256)
MASK = rectangle_mask(SIZE, (64, 64, 192, 192))
NOWHERE = Image.new("L", SIZE)


def noise(reach: int) -> Image.Image:
    """Grey, every pixel by up to half of `reach` lighter or darker."""
    stream = hashlib.shake_128(b"film").digest(SIZE[0] * SIZE[1])
    levels = [128 - reach // 2 + level * reach // 255 for level in range(256)]
    return Image.frombytes("L", SIZE, stream).point(levels).convert("RGB")


@pytest.mark.parametrize("smooth", [gradient(SIZE), product(SIZE)])
def test_a_smooth_picture_has_no_grain(smooth: Image.Image) -> None:
    assert measure_grain(smooth, NOWHERE) <= 1


def test_grain_is_the_median_difference_of_neighbours() -> None:
    assert measure_grain(noise(60), NOWHERE) == pytest.approx(60 * (1 - 0.5**0.5), abs=3)


def test_what_is_masked_is_not_measured() -> None:
    picture = noise(60)
    picture.paste("grey", (0, 0), Image.eval(MASK, lambda level: 255 - level))
    assert measure_grain(picture, MASK) == 0


@pytest.mark.parametrize("reach", [16, 40, 80])
def test_a_fill_is_about_as_grainy_as_what_is_around_it(reach: int) -> None:
    picture = noise(reach)
    inside = ImageStat.Stat(fill_masked(picture, MASK).crop((70, 70, 180, 180))).stddev[0]
    assert inside == pytest.approx(ImageStat.Stat(picture).stddev[0], rel=0.35)


def test_without_grain_the_ground_stays_as_it_is() -> None:
    ground = gradient((40, 40))
    assert add_grain(ground, product(SIZE), MASK) is ground


def test_a_picture_too_small_to_measure_has_no_grain() -> None:
    assert measure_grain(Image.new("RGB", (7, 3)), Image.new("L", (7, 3))) == 0

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from imagen_fake.imaging.poster.scene import Sketch, paint
from imagen_fake.imaging.vision.regions import class_mask, segment
from tests.pictures import gradient, product

PICTURE = paint(Sketch("a lighthouse by the sea", "label", (300, 240), bytes(32))).convert("RGB")


def test_every_class_has_a_region_of_some_size_but_not_the_whole() -> None:
    for number in range(194):
        share = class_mask(PICTURE, [number]).histogram()[255] / (300 * 240)
        assert 0.0005 < share < 0.9


def test_classes_have_different_regions() -> None:
    masks = {class_mask(PICTURE, [number]).tobytes() for number in range(194)}
    assert len(masks) > 150


def test_several_classes_are_their_regions_together() -> None:
    one, other = (class_mask(PICTURE, [number]) for number in (3, 77))
    together = class_mask(PICTURE, [3, 77])
    assert together.tobytes() == ImageChops.lighter(one, other).tobytes()


def test_a_region_follows_what_is_drawn() -> None:
    found = segment(product((200, 200)))
    assert len(found) == 2
    middle = [mask.getpixel((100, 100)) for mask in found]
    corner = [mask.getpixel((3, 3)) for mask in found]
    assert set(middle) == set(corner) == {0, 255}
    assert middle != corner


@pytest.mark.parametrize("colour", ["white", "black", "teal"])
def test_a_blank_picture_has_none(colour: str) -> None:
    blank = Image.new("RGB", (64, 64), colour)
    assert segment(blank) == []
    assert class_mask(blank, [0, 1, 2, 3, 4]).getbbox() is None


def test_no_classes_no_region() -> None:
    assert class_mask(PICTURE, []).getbbox() is None


@given(st.tuples(st.integers(1, 80), st.integers(1, 80)), st.integers(0, 193))
@settings(deadline=None, max_examples=40)
def test_a_region_has_the_size_of_its_picture_and_two_levels(
    size: tuple[int, int], number: int
) -> None:
    mask = class_mask(gradient(size), [number])
    assert (mask.mode, mask.size) == ("L", size)
    assert set(mask.tobytes()) <= {0, 255}

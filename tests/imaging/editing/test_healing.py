import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from imagen_fake.imaging.editing.healing import heal
from tests.pictures import Size, changed, gradient, rectangle_mask

SIZE = (240, 200)
BOX = (80, 60, 170, 150)


def test_a_slope_goes_through_a_hole() -> None:
    base = gradient(SIZE)
    new = heal(base, rectangle_mask(SIZE, BOX), BOX)
    assert changed(base.crop(BOX), new, Image.new("L", new.size, 255)) < 2


def test_a_thing_that_a_hole_cuts_off_does_not_reach_through_it() -> None:
    base = Image.new("RGB", SIZE, "white")
    base.paste("black", (40, 90, 80, 120))
    after = heal(base, rectangle_mask(SIZE, BOX), BOX).convert("L")
    row = after.crop((0, 45, after.width, 46)).tobytes()
    assert list(row) == sorted(row)
    assert row[after.width // 4] > 250


@given(
    size=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    box=st.tuples(*[st.integers(0, 40)] * 4),
    step=st.sampled_from([1, 2, 4]),
)
@settings(deadline=None, max_examples=60)
def test_what_fills_a_box_has_its_size(
    size: Size, box: tuple[int, int, int, int], step: int
) -> None:
    left, top = min(box[0], size[0] - 1), min(box[1], size[1] - 1)
    right, bottom = max(left + 1, min(box[2], size[0])), max(top + 1, min(box[3], size[1]))
    mask = rectangle_mask(size, (left, top, right, bottom))
    new = heal(gradient(size), mask, (left, top, right, bottom), step)
    assert (new.mode, new.size) == ("RGB", (right - left, bottom - top))


@pytest.mark.parametrize("margin", range(9))
@pytest.mark.parametrize("step", [1, 2, 4, 16])
def test_a_hole_of_any_shape_may_come_near_to_every_edge(margin: int, step: int) -> None:
    size = 96
    image = Image.new("RGB", (size, size), "tomato")
    mask = Image.new("L", image.size)
    last = size - 1 - margin
    ImageDraw.Draw(mask).ellipse((margin, margin, last, last), fill=255)
    box = mask.getbbox()
    assert box
    new = heal(image, mask, box, step)
    assert new.size == (box[2] - box[0], box[3] - box[1])
    assert new.getpixel((new.width // 2, new.height // 2)) == image.getpixel((0, 0))

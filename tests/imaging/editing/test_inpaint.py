import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageStat

from imagen_fake.imaging.editing.filling import fill_masked
from imagen_fake.imaging.editing.inpaint import soften, upscale
from tests.pictures import changed, gradient, most_changed, product, rectangle_mask

SIZE = (200, 160)
BOX = (50, 40, 150, 120)
EVERYWHERE = Image.new("L", SIZE, 255)


@given(
    colour=st.tuples(*[st.integers(0, 255)] * 3),
    size=st.tuples(st.integers(1, 150), st.integers(1, 150)),
    box=st.tuples(*[st.integers(0, 150)] * 4),
)
@settings(max_examples=60, deadline=None)
def test_what_is_removed_from_a_plain_ground_leaves_that_ground(
    colour: tuple[int, int, int], size: tuple[int, int], box: tuple[int, int, int, int]
) -> None:
    left, right = sorted(box[::2])
    top, bottom = sorted(box[1::2])
    plain = Image.new("RGB", size, colour)
    mask = rectangle_mask(size, (left, top, right, bottom))
    marred = plain.copy()
    if mask.getextrema() != (255, 255):
        marred.paste((255 - colour[0], 0, 255), (0, 0), mask)
    after = fill_masked(marred, mask)
    assert most_changed(plain, after, Image.new("L", size, 255)) <= 2


def test_a_product_goes_away_without_a_trace() -> None:
    base, mask = product(SIZE), Image.new("L", SIZE)
    ImageDraw.Draw(mask).ellipse((48, 38, 152, 122), fill=255)
    plain = Image.new("RGB", SIZE, base.getpixel((0, 0)))
    assert most_changed(plain, fill_masked(base, mask), EVERYWHERE) <= 2


@pytest.mark.parametrize("size", [SIZE, (640, 512), (1024, 1024)])
def test_a_gradient_is_continued(size: tuple[int, int]) -> None:
    base = gradient(size)
    mask = rectangle_mask(size, (size[0] // 4, size[1] // 4, size[0] * 3 // 4, size[1] * 3 // 4))
    marred = base.copy()
    marred.paste((255, 255, 0), (0, 0), mask)
    after = fill_masked(marred, mask)
    assert changed(base, after, mask) < 4
    assert most_changed(base, after, mask) < 32


def test_an_edge_to_the_left_of_a_hole_does_not_reach_its_right() -> None:
    base = Image.new("RGB", SIZE, "white")
    base.paste("black", (0, 0, 60, 160))
    after = fill_masked(base, rectangle_mask(SIZE, BOX)).convert("L")
    across = list(after.crop((50, 80, 150, 81)).tobytes())[::10]
    assert across == sorted(across)
    assert across[-1] > 200


def test_without_a_hole_nothing_changes() -> None:
    base = gradient(SIZE)
    assert fill_masked(base, Image.new("L", SIZE)).tobytes() == base.tobytes()


def test_a_hole_as_large_as_the_picture_becomes_its_mean() -> None:
    base = gradient(SIZE)
    after = fill_masked(base, EVERYWHERE)
    means = zip(ImageStat.Stat(base).mean, ImageStat.Stat(after).mean, strict=True)
    assert all(abs(before - now) < 5 for before, now in means)
    assert max(high - low for low, high in after.getextrema()) <= 4  # type: ignore[misc]


def test_the_picture_that_is_given_stays_as_it_is() -> None:
    base, mask = gradient(SIZE), rectangle_mask(SIZE, BOX)
    before = base.tobytes()
    fill_masked(base, mask)
    assert base.tobytes() == before


def test_a_pixel_that_is_left_in_a_hole_colours_what_is_near() -> None:
    base = Image.new("RGB", (64, 64), "blue")
    base.putpixel((20, 20), (255, 0, 0))
    mask = Image.new("L", (64, 64), 255)
    mask.putpixel((20, 20), 0)
    assert fill_masked(base, mask).getpixel((40, 40)) == (255, 0, 0)


def test_new_pixels_fade_in_from_the_edge_of_a_mask() -> None:
    soft = soften(rectangle_mask(SIZE, BOX), 8)
    levels = list(soft.crop((48, 80, 62, 81)).tobytes())
    assert levels[:2] == [0, 0]
    assert levels == sorted(levels)
    assert levels[-1] == 255


def test_a_mask_of_thin_lines_does_not_fade_away() -> None:
    lines = rectangle_mask(SIZE, (10, 10, 190, 11))
    assert ImageChops.difference(soften(lines, 8), lines).getbbox() is None


@given(
    step=st.sampled_from([2, 4, 8]),
    across=st.tuples(*[st.integers(0, 96)] * 2).filter(lambda sides: sides[0] != sides[1]),
    down=st.tuples(*[st.integers(0, 64)] * 2).filter(lambda sides: sides[0] != sides[1]),
)
@settings(deadline=None)
def test_every_part_of_an_enlarged_picture_is_cut_from_the_same_whole(
    step: int, across: tuple[int, int], down: tuple[int, int]
) -> None:
    small = gradient((96 // step, 64 // step))
    box = (min(across), min(down), max(across), max(down))
    whole = upscale(small, (0, 0, 96, 64), step)
    assert upscale(small, box, step).tobytes() == whole.crop(box).tobytes()

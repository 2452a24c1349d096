import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from imagen_fake.imaging.editing.areas import fill_areas
from imagen_fake.imaging.files.watermark import add_watermark
from imagen_fake.imaging.poster.scene import Sketch, paint
from tests.pictures import Size, gradient, grainy, most_changed, rectangle_mask

SIZE = (320, 240)
BOX = (100, 70, 220, 170)
SKY, GRASS = (120, 170, 220), (60, 110, 60)


def colours(image: Image.Image, mask: Image.Image) -> set[tuple[int, int, int]]:
    """The colours of a picture where a mask is set."""
    pixels = iter(image.tobytes())
    found = zip(pixels, pixels, pixels, strict=True)
    return {pixel for pixel, level in zip(found, mask.tobytes(), strict=True) if level}


@given(horizon=st.integers(90, 150), tilt=st.integers(-15, 15), round_hole=st.booleans())
@settings(max_examples=40, deadline=None)
def test_an_edge_goes_on_through_a_hole(horizon: int, tilt: int, round_hole: bool) -> None:
    base, mask = Image.new("RGB", SIZE, SKY), Image.new("L", SIZE)
    slope = [(0, horizon - tilt), (SIZE[0], horizon + tilt), SIZE, (0, SIZE[1])]
    ImageDraw.Draw(base).polygon(slope, GRASS)
    getattr(ImageDraw.Draw(mask), "ellipse" if round_hole else "rectangle")(BOX, fill=255)
    marred = Image.composite(Image.new("RGB", SIZE, "magenta"), base, mask)
    new = fill_areas(marred, mask, BOX)
    assert new
    assert colours(new, mask.crop(BOX)) <= {SKY, GRASS}
    wrong = ImageChops.difference(new, base.crop(BOX)).convert("L").point([0, *[1] * 255])
    by_column = wrong.resize((wrong.width, 1), Image.Resampling.BOX)
    assert sum(wrong.tobytes()) <= 5 * by_column.width


PROMPTS = [
    "hills",
    "a forest",
    "a city at night",
    "mountains in winter",
    "a snowy field",
    "a beach",
]


@given(
    prompt=st.sampled_from(PROMPTS),
    size=st.sampled_from([(512, 512), (640, 360), (360, 640)]),
    seed=st.integers(0, 255),
    left=st.integers(10, 50),
    top=st.integers(30, 60),
)
@settings(max_examples=30, deadline=None)
def test_a_hole_in_a_poster_has_no_colour_of_its_own(
    prompt: str, size: Size, seed: int, left: int, top: int
) -> None:
    image = paint(Sketch(prompt, "label", size, bytes([seed]) * 32)).convert("RGB")
    width, height = size
    box = (width * left // 100, height * top // 100, width * (left + 40) // 100,
           height * (top + 20) // 100)  # fmt: skip
    new = fill_areas(image, rectangle_mask(size, box), box)
    assert new
    assert colours(new, Image.new("L", new.size, 255)) <= colours(image, Image.new("L", size, 255))


def test_a_watermark_does_not_hide_areas() -> None:
    base = Image.new("RGB", (512, 512), SKY)
    base.paste(GRASS, (0, 260, 512, 512))
    box = (150, 150, 350, 350)
    new = fill_areas(add_watermark(base), rectangle_mask(base.size, box), box)
    assert new
    assert most_changed(base.crop(box), new, Image.new("L", new.size, 255)) <= 4


@pytest.mark.parametrize("image", [gradient(SIZE), grainy(SIZE)], ids=["gradient", "grain"])
def test_what_is_of_all_colours_has_no_areas(image: Image.Image) -> None:
    assert fill_areas(image, rectangle_mask(SIZE, BOX), BOX) is None


@given(
    size=st.tuples(st.integers(1, 60), st.integers(1, 60)),
    box=st.tuples(*[st.integers(0, 60)] * 4),
)
@settings(max_examples=80, deadline=None)
def test_a_hole_of_any_size_has_areas_unless_hardly_anything_is_around_it(
    size: Size, box: tuple[int, int, int, int]
) -> None:
    left, top = min(box[0], size[0] - 1), min(box[1], size[1] - 1)
    right, bottom = max(left + 1, min(box[2], size[0])), max(top + 1, min(box[3], size[1]))
    place = (left, top, right, bottom)
    new = fill_areas(Image.new("RGB", size, SKY), rectangle_mask(size, place), place)
    if new is None:
        assert max(left, size[0] - right) < 8
        assert size[0] < 8 or max(top, size[1] - bottom) < 2
    else:
        assert new.size == (right - left, bottom - top)
        assert new.getextrema() == tuple((level, level) for level in SKY)

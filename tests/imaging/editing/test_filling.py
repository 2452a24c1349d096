import hashlib
import sys
from hashlib import shake_128

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageStat

from imagen_fake.imaging.editing.filling import add_grain, fill_masked, measure_grain
from imagen_fake.imaging.painting.treatment import TREATMENTS
from imagen_fake.imaging.poster.scene import Sketch, paint
from imagen_fake.imaging.vision.footer import APART, caption_top, scene_bottom
from tests.pictures import changed, energy, gradient, grainy, most_changed, product, rectangle_mask

SIZE = (240, 200)
BOX = (80, 60, 170, 150)
POSTER = (896, 768)
FOOT = 600  # rows of a poster's scene that no caption reaches


def bands(*, upright: bool) -> Image.Image:
    image = Image.new("RGB", SIZE, "#7fb0e0")
    image.paste("#3c6e3c", (110, 0, *SIZE) if upright else (0, 97, *SIZE))
    return image


def marred(image: Image.Image, mask: Image.Image) -> Image.Image:
    """The picture with something before it that is to be removed."""
    after = image.copy()
    after.paste((255, 0, 255), (0, 0), mask)
    return after


@pytest.mark.parametrize("upright", [True, False])
@pytest.mark.parametrize("shape", ["rectangle", "ellipse"])
def test_an_edge_goes_through_a_hole_as_sharp_as_it_came(upright: bool, shape: str) -> None:
    base, mask = bands(upright=upright), Image.new("L", SIZE)
    getattr(ImageDraw.Draw(mask), shape)(BOX, fill=255)
    after = fill_masked(marred(base, mask), mask)
    beside_edge = (109, 0, 112, 200) if upright else (0, 96, 240, 99)
    edge = ImageChops.darker(mask, rectangle_mask(SIZE, beside_edge))
    assert most_changed(base, after, ImageChops.subtract(mask, edge)) <= 4
    assert len(after.getcolors() or ()) == 2


@pytest.mark.parametrize("box", [(0, 60, 90, 150), (150, 60, 240, 150), (80, 0, 170, 90)])
def test_a_hole_at_the_edge_of_a_picture_is_healed_from_the_other_sides(
    box: tuple[int, int, int, int],
) -> None:
    base, mask = bands(upright=box[1] == 0), rectangle_mask(SIZE, box)
    assert most_changed(base, fill_masked(marred(base, mask), mask), mask) <= 4


@pytest.mark.parametrize("upright", [True, False])
def test_grain_goes_on_through_a_hole_beside_an_edge(upright: bool) -> None:
    base = ImageChops.add(bands(upright=upright), grainy(SIZE), 2)
    mask = rectangle_mask(SIZE, BOX)
    after = fill_masked(marred(base, mask), mask)
    assert 0.75 < energy(after.crop(BOX)) / energy(base.crop(BOX)) < 1.2
    assert changed(soft(base), soft(after), mask) < 12


@pytest.mark.parametrize("grain", [0, 4, 8])
@pytest.mark.parametrize("box", [(320, 240, 680, 600), (100, 300, 400, 460)])
def test_a_soft_shade_goes_on_through_a_hole(grain: int, box: tuple[int, int, int, int]) -> None:
    size = (960, 800)
    shade = Image.blend(gradient(size), Image.new("RGB", size, "grey"), 0.5)
    noise = Image.frombytes("L", size, shake_128(b"noise").digest(size[0] * size[1]))
    level = noise.point([128 + (level - 128) * grain // 128 for level in range(256)])
    base = ImageChops.add(shade, level.convert("RGB"), 1, -128)
    mask = rectangle_mask(size, box)
    after = fill_masked(marred(base, mask), mask)
    assert changed(soft(base), soft(after), mask) < 4
    assert abs(energy(after.crop(box)) - energy(base.crop(box))) < 1


@pytest.mark.parametrize("shape", ["ellipse", "rectangle"])
def test_things_apart_are_removed_each_for_itself(shape: str) -> None:
    base, mask = grainy((480, 240)), Image.new("L", (480, 240))
    for left in (60, 160, 260):
        getattr(ImageDraw.Draw(mask), shape)((left, 80, left + 70, 160), fill=255)
    after = fill_masked(marred(base, mask), mask)
    usual = energy(base)
    for left in (60, 160, 260):
        assert 0.75 < energy(after.crop((left, 80, left + 70, 160))) / usual < 1.25
    assert most_changed(after, base, mask) < 128  # nothing of one thing is in another's place


def calls_to_fill(base: Image.Image, things: int) -> int:
    """How many functions are called to remove so many things, in rows of ten."""
    mask, calls = Image.new("L", base.size), [0]
    for number in range(things):
        row, column = divmod(number, 10)
        left, top = 10 + 40 * column, 10 + 40 * row
        mask.paste(255, (left, top, left + 12, top + 12))

    def count(*_: object) -> None:
        calls[0] += 1

    sys.setprofile(count)
    try:
        fill_masked(base, mask)
    finally:
        sys.setprofile(None)
    return calls[0]


def test_the_work_does_not_grow_with_the_number_of_many_things() -> None:
    base = grainy((420, 420))
    assert calls_to_fill(base, 100) < 2 * calls_to_fill(base, 13) < 2 * calls_to_fill(base, 12)


def soft(image: Image.Image) -> Image.Image:
    return image.filter(ImageFilter.BoxBlur(8))


def poster(words: str, entropy: bytes, style: str) -> Image.Image:
    return paint(Sketch(words, "label", POSTER, entropy, style)).convert("RGB")


@pytest.mark.parametrize("style", TREATMENTS)
@pytest.mark.parametrize("thing", ["dog", "man", "car"])
def test_a_thing_that_is_removed_leaves_what_was_behind_it(thing: str, style: str) -> None:
    """Entropy and prompt follow one another, so that both posters have the same scene."""
    apart, steps = [], []
    for place in ("hills", "beach", "field", "mountains"):
        base = poster(f"{thing} {place}", bytes(32), style)
        truth = poster(place, bytes(32) + f"{thing} ".encode(), style)
        seen = ImageChops.difference(base, truth).crop((0, 0, POSTER[0], FOOT)).getbbox()
        assert seen
        box = (seen[0] - 8, seen[1] - 8, seen[2] + 8, seen[3] + 8)
        mask = rectangle_mask(POSTER, box)
        apart.append(changed(truth, fill_masked(base, mask), mask))
        steps.append(seam(fill_masked(base, mask), box) - seam(truth, box))
    assert sum(steps) / len(steps) < 6
    assert sum(apart) / len(apart) < 20


def seam(image: Image.Image, box: tuple[int, int, int, int]) -> float:
    """The mean step over the left, upper, right and lower edge of a box."""
    left, top, right, bottom = box
    sides = [
        ((left - 1, top, left, bottom), (left, top, left + 1, bottom)),
        ((right, top, right + 1, bottom), (right - 1, top, right, bottom)),
        ((left, top - 1, right, top), (left, top, right, top + 1)),
        ((left, bottom, right, bottom + 1), (left, bottom - 1, right, bottom)),
    ]
    steps = [ImageChops.difference(image.crop(one), image.crop(other)) for one, other in sides]
    return sum(sum(ImageStat.Stat(step).mean) / 3 for step in steps) / 4


@pytest.mark.parametrize("gap", [-8, 0, 4, 12, 40])
@pytest.mark.parametrize("words", ["robot city", "dog forest", "apple table", "horse beach"])
def test_above_a_caption_a_scene_is_filled_as_if_it_were_alone(words: str, gap: int) -> None:
    base = poster(words, bytes(32), "")
    top, foot = caption_top(base), scene_bottom(base)
    mask = rectangle_mask(POSTER, (200, 300, 640, top - gap))
    after, scene = fill_masked(base, mask), (0, 0, POSTER[0], foot)
    alone = fill_masked(base.crop(scene), mask.crop(scene))
    assert after.crop(scene).tobytes() == alone.tobytes()
    stripe = rectangle_mask(POSTER, (0, top, *POSTER))
    assert most_changed(base, after, stripe) < APART


@given(
    box=st.tuples(
        st.integers(0, 250), st.integers(0, 250), st.integers(1, 256), st.integers(1, 256)
    ),
    shape=st.sampled_from(["rectangle", "ellipse"]),
)
@settings(deadline=None, max_examples=60)
def test_a_hole_may_be_anywhere_in_scene_and_caption(
    box: tuple[int, int, int, int], shape: str
) -> None:
    base = paint(Sketch("a dog", "label", (256, 256), bytes(32))).convert("RGB")
    assert caption_top(base) < base.height
    mask = Image.new("L", base.size)
    sides = (box[0], box[1], max(box[0], box[2]), max(box[1], box[3]))
    getattr(ImageDraw.Draw(mask), shape)(sides, fill=255)
    after = fill_masked(base, mask)
    assert most_changed(base, after, ImageChops.invert(mask)) == 0


def test_the_ground_goes_on_along_the_foot_of_a_picture() -> None:
    """What is above the hole does not run down, though its sides are of two colours."""
    base = Image.new("RGB", SIZE, "#e8e0d0")
    base.paste("#3c6e3c", (0, 120, *SIZE))
    base.paste("#5a4a3a", (150, 120, *SIZE))
    mask = rectangle_mask(SIZE, (80, 90, 170, SIZE[1]))
    after = fill_masked(marred(base, mask), mask)
    lowest = (0, 150, *SIZE)
    shown, there = (picture.crop(lowest).getcolors() or () for picture in (after, base))
    assert {colour for _, colour in shown} == {colour for _, colour in there}


SQUARE = (256, 256)
MASK = rectangle_mask(SQUARE, (64, 64, 192, 192))
NOWHERE = Image.new("L", SQUARE)


def noise(reach: int) -> Image.Image:
    """Grey, every pixel by up to half of `reach` lighter or darker."""
    stream = hashlib.shake_128(b"film").digest(SQUARE[0] * SQUARE[1])
    levels = [128 - reach // 2 + level * reach // 255 for level in range(256)]
    return Image.frombytes("L", SQUARE, stream).point(levels).convert("RGB")


@pytest.mark.parametrize("smooth", [gradient(SQUARE), product(SQUARE)])
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
    assert add_grain(ground, product(SQUARE), MASK) is ground


def test_a_picture_too_small_to_measure_has_no_grain() -> None:
    assert measure_grain(Image.new("RGB", (7, 3)), Image.new("L", (7, 3))) == 0

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageStat

from imagen_fake.imaging.canvas import Sketch
from imagen_fake.imaging.retouch import background_swapped, filled, inserted, outpainted
from tests.pictures import changed, gradient, most_changed, product, rectangle_mask
from tests.test_canvas import sketch

Edit = Callable[[Image.Image, Image.Image, Sketch], Image.Image]


def removed(image: Image.Image, mask: Image.Image, _: Sketch) -> Image.Image:
    return filled(image, mask)


FREE: list[Edit] = [inserted, outpainted, background_swapped]
EDITS: list[Edit] = [*FREE, removed]
PROMPTS = [
    "a red apple",
    "three cats",
    "mountains at sunset",
    "lorem ipsum",
    "",
    "寿司",
    "a sketch",
]
SIZE = (256, 192)
BOX = (60, 40, 220, 170)
MASK = rectangle_mask(SIZE, BOX)


def scattered(size: tuple[int, int], seed: int) -> Image.Image:
    """Every so many pixels one, in an order without a pattern."""
    levels = bytes(255 * (place * place % seed < 2) for place in range(size[0] * size[1]))
    return Image.frombytes("L", size, levels)


def lines(size: tuple[int, int], seed: int) -> Image.Image:
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).line((0, seed % size[1], *size), fill=255, width=1 + seed % 3)
    return mask


def disc(size: tuple[int, int], seed: int) -> Image.Image:
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).ellipse((seed - 9, 3, seed * 2, seed + 20), fill=255)
    return mask


def pixel(size: tuple[int, int], seed: int) -> Image.Image:
    mask = Image.new("L", size)
    mask.putpixel((seed % size[0], seed % size[1]), 255)
    return mask


def everywhere(size: tuple[int, int], seed: int) -> Image.Image:
    return Image.new("L", size, 255 * (seed % 5 > 0))


@given(
    size=st.tuples(st.integers(1, 180), st.integers(1, 180)),
    shape=st.sampled_from([scattered, lines, disc, pixel, everywhere]),
    seed=st.integers(3, 120),
    prompt=st.sampled_from(PROMPTS) | st.text(max_size=20),
    edit=st.sampled_from(EDITS),
)
@settings(max_examples=200, deadline=None)
def test_whatever_is_asked_only_masked_pixels_change(
    size: tuple[int, int],
    shape: Callable[[tuple[int, int], int], Image.Image],
    seed: int,
    prompt: str,
    edit: Edit,
) -> None:
    base, mask = gradient(size), shape(size, seed)
    after = edit(base, mask, sketch(prompt, size=size, seed=seed))
    assert (after.mode, after.size) == ("RGB", size)
    assert most_changed(base, after, ImageChops.invert(mask)) == 0
    assert base.tobytes() == gradient(size).tobytes()


@given(
    left=st.integers(0, 60),
    top=st.integers(0, 40),
    side=st.integers(90, 140),
    prompt=st.sampled_from(PROMPTS),
    edit=st.sampled_from(FREE),
)
@settings(max_examples=40, deadline=None)
def test_the_masked_area_visibly_changes(
    left: int, top: int, side: int, prompt: str, edit: Edit
) -> None:
    base, mask = gradient(SIZE), rectangle_mask(SIZE, (left, top, left + side, top + side))
    assert changed(base, edit(base, mask, sketch(prompt, size=SIZE)), mask) > 4


@pytest.mark.parametrize("edit", EDITS)
def test_the_same_sketch_gives_the_same_pixels(edit: Edit) -> None:
    first, second = (edit(gradient(SIZE), MASK, sketch(size=SIZE)) for _ in range(2))
    assert first.tobytes() == second.tobytes()


@pytest.mark.parametrize("edit", FREE)
@pytest.mark.parametrize("prompt", PROMPTS)
def test_another_seed_gives_another_picture(edit: Edit, prompt: str) -> None:
    base = gradient(SIZE)
    pictures = [edit(base, MASK, sketch(prompt, size=SIZE, seed=seed)) for seed in range(4)]
    assert all(changed(pictures[0], other, MASK) > 2 for other in pictures[1:])


@pytest.mark.parametrize("edit", FREE)
def test_another_prompt_gives_another_picture(edit: Edit) -> None:
    base = gradient(SIZE)
    pictures = [edit(base, MASK, sketch(prompt, size=SIZE)) for prompt in PROMPTS]
    pairs = [(one, other) for at, one in enumerate(pictures) for other in pictures[:at]]
    assert all(changed(one, other, MASK) > 2 for one, other in pairs)


@pytest.mark.parametrize(("prompt", "band"), [("a red apple", 0), ("a blue cube", 2)])
def test_an_inserted_thing_shows_its_colour(prompt: str, band: int) -> None:
    base = Image.new("RGB", SIZE, "grey")
    bands = inserted(base, MASK, sketch(prompt, size=SIZE)).crop(BOX).split()
    others = ImageChops.lighter(*[part for place, part in enumerate(bands) if place != band])
    vivid = ImageChops.subtract(bands[band], others).point([0] * 80 + [255] * 176)
    assert ImageStat.Stat(vivid).mean[0] / 255 > 0.1


def test_an_inserted_place_fills_the_mask() -> None:
    base = Image.new("RGB", SIZE, "magenta")
    after = inserted(base, MASK, sketch("a forest", size=SIZE)).crop((72, 52, 208, 158))
    assert (255, 0, 255) not in [colour for _, colour in after.getcolors(1 << 16) or []]


def test_a_new_area_begins_in_the_colours_of_the_picture_beside_it() -> None:
    padded, mask = Image.new("RGB", (300, 200)), Image.new("L", (300, 200), 255)
    padded.paste((250, 20, 20), (100, 0, 200, 200))
    mask.paste(0, (100, 0, 200, 200))
    after = outpainted(padded, mask, sketch("a deep forest", size=(300, 200)))
    beside, far = (after.crop((x, 0, x + 2, 200)) for x in (200, 290))
    plain = Image.new("RGB", (2, 200), (250, 20, 20))
    assert changed(plain, beside, Image.new("L", plain.size, 255)) < 12
    assert changed(plain, far, Image.new("L", plain.size, 255)) > 30


def test_without_a_prompt_a_new_area_continues_the_picture() -> None:
    padded, mask = Image.new("RGB", (300, 200)), Image.new("L", (300, 200), 255)
    padded.paste((40, 120, 200), (100, 0, 200, 200))
    mask.paste(0, (100, 0, 200, 200))
    after = outpainted(padded, mask, sketch("", size=(300, 200)))
    plain = Image.new("RGB", (300, 200), (40, 120, 200))
    assert changed(plain, after, mask) < 40


def test_a_new_background_is_the_place_that_the_prompt_names() -> None:
    base, mask = product(SIZE), Image.new("L", SIZE, 255)
    ImageDraw.Draw(mask).ellipse((64, 48, 192, 144), fill=0)
    forest, desert = (
        background_swapped(base, mask, sketch(f"a bottle in a {place}", size=SIZE))
        for place in ("forest", "desert")
    )
    assert changed(base, forest, mask) > 30
    assert changed(desert, forest, mask) > 20


def test_the_label_is_printed_where_it_fits() -> None:
    size = (640, 640)
    base, mask = product(size), Image.new("L", size, 255)
    one, other = (
        inserted(base, mask, sketch("a cat", size=size, label=label))
        for label in ("imagen · sample 1", "imagen · sample 2")
    )
    where = ImageChops.difference(one, other).getbbox()
    assert where
    assert where[1] > 560
    assert where[3] - where[1] < 30


@pytest.mark.parametrize("edit", FREE)
def test_without_a_caption_no_label_is_printed(edit: Edit) -> None:
    base, mask = gradient((1024, 768)), rectangle_mask((1024, 768), (100, 100, 900, 700))
    asked = [sketch("a red apple", label, base.size) for label in ("one label", "another")]
    lettered, bare = (
        {edit(base, mask, replace(each, captioned=on)).tobytes() for each in asked}
        for on in (True, False)
    )
    assert (len(lettered), len(bare)) == (2, 1)

from collections.abc import Callable
from dataclasses import replace
from hashlib import shake_128

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFilter, ImageStat

from imagen_fake.imaging.editing.backprojection import find_things
from imagen_fake.imaging.editing.feathering import wider_side
from imagen_fake.imaging.editing.filling import fill_masked
from imagen_fake.imaging.editing.retouch import insert, outpaint, swap_background
from imagen_fake.imaging.poster.scene import Sketch, paint, paint_scene
from imagen_fake.imaging.vision.cutout import background_mask, foreground_mask
from tests.imaging.poster.test_scene import sketch
from tests.pictures import changed, gradient, most_changed, product, rectangle_mask
from tests.sweep import sweep

Edit = Callable[[Image.Image, Image.Image, Sketch], Image.Image]


def removed(image: Image.Image, mask: Image.Image, _: Sketch) -> Image.Image:
    return fill_masked(image, mask)


FREE: list[Edit] = [insert, outpaint, swap_background]
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


@sweep("edit", FREE)
@sweep("prompt", PROMPTS)
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
    bands = insert(base, MASK, sketch(prompt, size=SIZE)).crop(BOX).split()
    others = ImageChops.lighter(*[part for place, part in enumerate(bands) if place != band])
    vivid = ImageChops.subtract(bands[band], others).point([0] * 80 + [255] * 176)
    assert ImageStat.Stat(vivid).mean[0] / 255 > 0.1


def test_an_inserted_place_fills_the_mask() -> None:
    base = Image.new("RGB", SIZE, "magenta")
    after = insert(base, MASK, sketch("a forest", size=SIZE)).crop((84, 64, 196, 146))
    assert (255, 0, 255) not in [colour for _, colour in after.getcolors(1 << 16) or []]


def edge_energy(image: Image.Image, mask: Image.Image) -> int:
    """By how many levels pixels on the two sides of a mask's edge differ in all."""
    right, below = ((mask, (-1, 0)), (mask, (0, -1)))
    total = 0
    for area, (across, down) in (right, below):
        crossing = ImageChops.difference(area, ImageChops.offset(area, across, down))
        apart = ImageChops.difference(image, ImageChops.offset(image, across, down))
        levels = apart.histogram(crossing)
        total += sum(level % 256 * count for level, count in enumerate(levels))
    return total


def textured(size: tuple[int, int], seed: int) -> Image.Image:
    """A picture without anything that stands out: the same blots all over."""
    blots = shake_128(bytes([seed])).digest(3 * 32 * 32)
    tile = Image.frombytes("RGB", (32, 32), blots).filter(ImageFilter.BoxBlur(1))
    ground = Image.new("RGB", size)
    for left in range(0, size[0], 32):
        for top in range(0, size[1], 32):
            ground.paste(tile, (left, top))
    return ground


def striped(size: tuple[int, int], seed: int) -> Image.Image:
    """Bands of a few colours, from side to side."""
    image, height = Image.new("RGB", size), 7 + seed % 11
    colours = ["#2b59c3", "#f4f1de", "#3d8b5f"]
    for place, top in enumerate(range(0, size[1], height)):
        image.paste(colours[place % 3], (0, top, size[0], top + height))
    return image


def own(size: tuple[int, int], seed: int) -> Image.Image:
    """A scene as the fake paints them, without a subject."""
    place = ("a forest", "mountains", "a city", "hills")[seed % 4]
    return paint_scene(sketch(place, size=size, seed=seed), peopled=False)


def soft(size: tuple[int, int], _: int) -> Image.Image:
    """A picture without edges."""
    return gradient(size)


GROUNDS = [textured, striped, own, soft]


@given(
    ground=st.sampled_from(GROUNDS),
    seed=st.integers(0, 40),
    left=st.integers(20, 80),
    top=st.integers(20, 60),
    width=st.integers(60, 130),
    height=st.integers(60, 90),
    round_=st.booleans(),
    prompt=st.sampled_from(["a red apple", "a bear in a forest", "three cats", "lorem ipsum"]),
)
@settings(max_examples=60, deadline=None)
def test_around_what_is_inserted_the_ground_goes_on_over_the_edge_of_the_mask(
    ground: Callable[[tuple[int, int], int], Image.Image],
    seed: int,
    left: int,
    top: int,
    width: int,
    height: int,
    round_: bool,
    prompt: str,
) -> None:
    base, mask = ground(SIZE, seed), Image.new("L", SIZE)
    box = (left, top, left + width, top + height)
    shape = ImageDraw.Draw(mask)
    (shape.ellipse if round_ else shape.rectangle)(box, fill=255)
    assume(ground is soft or find_things(base, mask, box, box).getbbox() is None)
    after = insert(base, mask, sketch(prompt, size=SIZE, seed=seed))
    length = 2 * (width + height)
    assert edge_energy(after, mask) <= edge_energy(base, mask) + 3 * 6 * length


@pytest.mark.parametrize("ground", GROUNDS)
def test_an_insertion_draws_every_masked_pixel_anew(
    ground: Callable[[tuple[int, int], int], Image.Image],
) -> None:
    base = ground(SIZE, 3)
    after = insert(base, MASK, replace(sketch("a red apple", size=SIZE), captioned=False))
    bands = ImageChops.difference(base, after).split()
    apart = ImageChops.lighter(ImageChops.lighter(*bands[:2]), bands[2])
    assert apart.histogram(MASK)[0] <= MASK.histogram()[255] // 100


@pytest.mark.parametrize("colour", ["#d62828", "#101010", "#ffffff"])
def test_what_stands_in_the_mask_makes_room(colour: str) -> None:
    base, there = textured((400, 300), 1), Image.new("L", (400, 300))
    ImageDraw.Draw(there).ellipse((150, 100, 250, 200), fill=255)
    base.paste(colour, (0, 0), there)
    mask = rectangle_mask(base.size, (100, 40, 300, 280))
    after = insert(base, mask, sketch("a blue cube", size=base.size))
    red, green, blue = ImageColor.getrgb(colour)[:3]
    kept = ImageChops.difference(after, Image.new("RGB", base.size, (red, green, blue)))
    most = ImageChops.lighter(ImageChops.lighter(*kept.split()[:2]), kept.getchannel(2))
    assert sum(most.histogram(there)[:8]) < there.histogram()[255] // 50


def colours(image: Image.Image) -> set[tuple[int, ...]]:
    """Its colours, without their lowest bits: the last one tells that a pixel is drawn anew."""
    levels = image.point([level >> 1 for level in range(256)] * 3).tobytes()
    return set(zip(*(levels[band::3] for band in range(3)), strict=True))


@sweep("slope", [-60, 0, 60])
@sweep("side", [300, 400, 1300])
def test_behind_what_makes_room_the_ground_is_as_sharp_as_beside_it(side: int, slope: int) -> None:
    """The star that is put before it is warm: red outweighs blue in all its colours."""
    base = Image.new("RGB", (side, side), "#8fb8e8")
    ground = [(0, side // 2 - slope), (side, side // 2 + slope), (side, side), (0, side)]
    ImageDraw.Draw(base).polygon(ground, fill="#3c6e3c")
    flat = colours(base)
    box = (side // 3, side // 4, 2 * side // 3, 3 * side // 4)
    ImageDraw.Draw(base).rectangle(box, fill="#d62828")
    mask = rectangle_mask(base.size, (side // 4, side // 5, 3 * side // 4, side - 10))
    after = insert(base, mask, sketch("a yellow star", size=base.size))
    assert {(red, *rest) for red, *rest in colours(after.crop(box)) if red <= rest[1]} <= flat


def test_a_thing_stands_at_the_foot_of_a_tall_mask() -> None:
    base, mask = (
        Image.new("RGB", (200, 400), "white"),
        rectangle_mask((200, 400), (60, 20, 140, 380)),
    )
    after = insert(base, mask, replace(sketch("a red apple", size=base.size), captioned=False))
    red, _, blue = after.split()
    where = ImageChops.subtract(red, blue).point([0] * 80 + [255] * 176).getbbox()
    assert where
    assert where[1] > 250
    assert 340 < where[3] <= 380


def test_a_thing_is_put_into_the_picture_without_the_place_that_is_named_with_it() -> None:
    base, mask = Image.new("RGB", SIZE, "magenta"), rectangle_mask(SIZE, BOX)
    after = insert(base, mask, replace(sketch("a cat in a forest", size=SIZE), captioned=False))
    edge = ImageChops.subtract(mask, rectangle_mask(SIZE, (66, 46, 214, 170)))
    assert most_changed(base, after, edge) <= 1
    assert changed(base, after, mask) > 20


def test_where_all_is_masked_the_whole_scene_is_painted() -> None:
    base, everything = gradient(SIZE), Image.new("L", SIZE, 255)
    asked = replace(sketch("a cat in a forest", size=SIZE), captioned=False)
    assert insert(base, everything, asked) == paint_scene(asked)


def test_a_new_area_begins_in_the_colours_of_the_picture_beside_it() -> None:
    padded, mask = Image.new("RGB", (300, 200)), Image.new("L", (300, 200), 255)
    padded.paste((250, 20, 20), (100, 0, 200, 200))
    mask.paste(0, (100, 0, 200, 200))
    after = outpaint(padded, mask, sketch("a deep forest", size=(300, 200)))
    wider_side, far = (after.crop((x, 0, x + 2, 200)) for x in (200, 290))
    plain = Image.new("RGB", (2, 200), (250, 20, 20))
    assert changed(plain, wider_side, Image.new("L", plain.size, 255)) < 12
    assert changed(plain, far, Image.new("L", plain.size, 255)) > 30


def test_without_a_prompt_a_new_area_continues_the_picture() -> None:
    padded, mask = Image.new("RGB", (300, 200)), Image.new("L", (300, 200), 255)
    padded.paste((40, 120, 200), (100, 0, 200, 200))
    mask.paste(0, (100, 0, 200, 200))
    after = outpaint(padded, mask, sketch("", size=(300, 200)))
    plain = Image.new("RGB", (300, 200), (40, 120, 200))
    assert changed(plain, after, mask) < 40


def test_a_new_background_is_the_place_that_the_prompt_names() -> None:
    base, mask = product(SIZE), Image.new("L", SIZE, 255)
    ImageDraw.Draw(mask).ellipse((64, 48, 192, 144), fill=0)
    forest, desert = (
        swap_background(base, mask, sketch(f"a bottle in a {place}", size=SIZE))
        for place in ("forest", "desert")
    )
    assert changed(base, forest, mask) > 30
    assert changed(desert, forest, mask) > 20


def test_the_label_is_printed_where_it_fits() -> None:
    size = (640, 640)
    base, mask = product(size), Image.new("L", size, 255)
    one, other = (
        insert(base, mask, sketch("a cat", size=size, label=label))
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


def test_a_new_scene_ends_above_a_caption_and_its_thing_stands_beside_what_is_kept() -> None:
    base = paint(Sketch("a cat", "label", (1024, 1024), bytes(32))).convert("RGB")
    cat = foreground_mask(base).getbbox()
    assert cat
    behind = background_mask(base)
    asked = Sketch("a red apple", "", base.size, bytes(32), captioned=False)
    after = swap_background(base, behind, asked)
    foot = behind.getbbox()
    assert foot
    scene = (base.width, foot[3])
    aside = wider_side(behind.crop((0, 0, *scene)))
    alone = paint_scene(replace(asked, size=scene), aside=aside)
    corner = (0, 0, 1024, cat[1] - 8)
    assert after.crop(corner).tobytes() == alone.crop(corner).tobytes()
    caption = (0, foot[3], *base.size)
    assert after.crop(caption).tobytes() == base.crop(caption).tobytes()

import hashlib
import os
import re
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from imagen_fake.imaging.files.spread import DEPTH
from imagen_fake.imaging.painting.dice import Dice
from imagen_fake.imaging.painting.page import Page
from imagen_fake.imaging.poster import scene
from imagen_fake.imaging.poster.scene import (
    SCENIC,
    Sketch,
    choose_setting,
    compose,
    paint_composition,
    paint_scene,
)
from imagen_fake.imaging.prompt.interpretation import interpret
from tests.pictures import most_changed
from tests.sweep import sweep

SIZE = (320, 240)


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (320, 240), (1024, 768)])
def test_a_scene_has_the_size_asked_for(size: tuple[int, int]) -> None:
    scene = paint_scene(sketch("a beach", size=size))
    assert (scene.mode, scene.size) == ("RGB", size)


def test_a_scene_reaches_the_foot_of_the_picture() -> None:
    forest = paint_scene(sketch("a forest", size=SIZE)).crop((0, 200, 320, 240))
    desert = paint_scene(sketch("a desert", size=SIZE)).crop((0, 200, 320, 240))
    assert apart(forest, desert) > 10


def test_subjects_may_be_left_out() -> None:
    asked = sketch("a red car in a desert", size=SIZE)
    assert apart(paint_scene(asked), paint_scene(asked, peopled=False)) > 2


def test_what_stands_in_the_scene_casts_a_shadow() -> None:
    asked = sketch("a beach", size=SIZE)
    lit, shaded = paint_scene(asked), paint_scene(asked, standing=[(100, 60, 180, 200)])
    where = ImageChops.difference(lit, shaded).getbbox()
    assert where
    assert where[1] < 200 < where[3]
    assert 90 < where[0] < where[2] < 200


def test_all_that_stands_in_the_scene_casts_shadows_of_its_own() -> None:
    asked = sketch("a beach", size=SIZE)
    boxes = [(20, 60, 90, 200), (120, 80, 190, 205), (230, 100, 290, 195)]
    shaded = paint_scene(asked, standing=boxes)
    cast = ImageChops.difference(paint_scene(asked), shaded).convert("L")
    columns = bytes(cast.point([0, *[1] * 255]).getprojection()[0])
    spans = [run.span() for run in re.finditer(b"\1+", columns)]
    assert len(spans) == 3
    assert all(left < right and box[0] <= left < right < box[2] + 12
               for (left, right), box in zip(spans, boxes, strict=True))  # fmt: skip


def test_what_is_high_above_the_floor_casts_none() -> None:
    asked = sketch("a beach", size=SIZE)
    flying = paint_scene(asked, standing=[(100, 20, 180, 100)])
    assert flying.tobytes() == paint_scene(asked).tobytes()


def test_what_reaches_the_foot_of_the_picture_casts_none() -> None:
    asked = sketch("a beach", size=SIZE)
    standing = paint_scene(asked, standing=[(100, 60, 180, 240)])
    assert standing.tobytes() == paint_scene(asked).tobytes()


def test_a_subject_may_stand_aside() -> None:
    asked = sketch("a red car in a desert", size=SIZE)
    bare = paint_scene(asked, peopled=False, aside=60)
    where = ImageChops.difference(bare, paint_scene(asked, aside=60)).getbbox()
    assert where
    assert where[2] < 160


LABEL = "imagen-4.0-generate-001 · sample 2 · seed 42"
RATIOS = [(1024, 1024), (896, 1280), (1280, 896), (768, 1408), (1408, 768), (2048, 2048)]
APART = 8.0  # of 255: mean difference of thumbnails that a person sees at once
PROMPTS = [
    "a robot holding a red skateboard",
    "a cat sitting on a chair",
    "sunset over the mountains",
    "two balloons in the sky",
    "lorem ipsum dolor sit amet",
    "",
]


def paint(asked: Sketch) -> Image.Image:
    """The picture of a sketch without the byte to spare."""
    return scene.paint(asked).convert("RGB")


def entropy(text: object) -> bytes:
    return hashlib.sha256(str(text).encode()).digest()


def bare(asked: Sketch) -> Image.Image:
    """The same picture without its caption."""
    return paint(replace(asked, captioned=False))


def sketch(
    prompt: str = "a cat",
    label: str = LABEL,
    size: tuple[int, int] = (256, 256),
    seed: object = 0,
    style: str | None = None,
) -> Sketch:
    return Sketch(prompt, label, size, entropy(seed), style)


def apart(first: Image.Image, second: Image.Image) -> float:
    """Return the mean difference of two pictures as thumbnails, 0 to 255."""
    thumbnails = (picture.resize((96, 96), Image.Resampling.BOX) for picture in (first, second))
    return sum(ImageStat.Stat(ImageChops.difference(*thumbnails)).mean) / 3


@pytest.mark.parametrize("size", RATIOS)
def test_a_picture_has_exactly_the_size_asked_for(size: tuple[int, int]) -> None:
    picture = paint(sketch(size=size))
    assert (picture.mode, picture.size) == ("RGB", size)


@given(
    prompt=st.text(st.characters(codec=None), max_size=300),
    width=st.integers(64, 400),
    height=st.integers(64, 400),
    seed=st.binary(min_size=16, max_size=64),
    style=st.sampled_from([None, "sketch", "watercolor", "pop_art", "no such style"]),
)
@example("\ud800\udfff", 64, 64, bytes(16), None)
@example("\0\x1b\n\u202e\u200d\ufeff", 64, 400, bytes(16), None)
@example(" \t\n" * 9, 400, 64, bytes(16), "photograph")
@example("a\u0301\u0316\u0489" * 40, 64, 64, bytes(16), "cyberpunk")
@example("قطة \u05d7\u05ea\u05d5\u05dc 猫 고양이 🫠🧑‍🚀❤️ एक", 200, 200, bytes(16), "landscape")
@settings(deadline=None, max_examples=60)
def test_no_prompt_is_refused(
    prompt: str, width: int, height: int, seed: bytes, style: str | None
) -> None:
    picture = paint(Sketch(prompt, LABEL, (width, height), seed, style))
    assert (picture.mode, picture.size) == ("RGB", (width, height))


def test_a_prompt_of_100_kilobytes_is_captioned_as_its_beginning_is() -> None:
    beginning = "lorem ipsum dolor sit amet " * 100
    whole = paint(sketch(beginning * 40))
    assert apart(whole, paint(sketch(beginning + "tail"))) > 0
    assert whole.size == (256, 256)


def test_the_same_sketch_gives_the_same_pixels() -> None:
    assert paint(sketch()).tobytes() == paint(sketch()).tobytes()


def test_pixels_do_not_depend_on_the_process() -> None:
    program = (
        "import hashlib; from tests.imaging.poster.test_scene import PROMPTS, paint, sketch;"
        "print(hashlib.sha256(b''.join(paint(sketch(p)).tobytes() for p in PROMPTS)).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    here = b"".join(paint(sketch(prompt)).tobytes() for prompt in PROMPTS)
    assert digests == {hashlib.sha256(here).hexdigest() + "\n"}


@pytest.mark.parametrize("prompt", PROMPTS)
def test_samples_of_one_prompt_look_different(prompt: str) -> None:
    pictures = [paint(sketch(prompt, seed=(prompt, sample))) for sample in range(4)]
    pairs = [apart(pictures[a], pictures[b]) for a in range(4) for b in range(a)]
    assert min(pairs) > APART


def test_prompts_without_known_words_look_different() -> None:
    pictures = [paint(sketch(f"zork {word}")) for word in ("ba", "be", "bi", "bo", "bu")]
    pairs = [apart(pictures[a], pictures[b]) for a in range(5) for b in range(a)]
    assert min(pairs) > APART


@pytest.mark.parametrize("size", [(1024, 1024), (768, 1408), (128, 128)])
def test_a_label_alone_changes_the_caption_and_nothing_else(size: tuple[int, int]) -> None:
    first = paint(sketch(size=size, label="model · sample 1 · seed 7"))
    second = paint(sketch(size=size, label="model · sample 1 · seed 8"))
    changed = ImageChops.difference(first, second).getbbox()
    assert changed
    assert changed[1] > size[1] // 2


def test_the_sample_number_is_large_enough_for_a_thumbnail() -> None:
    first = paint(sketch(size=(1024, 1024), label="model · sample 1 · seed 7"))
    second = paint(sketch(size=(1024, 1024), label="model · sample 2 · seed 7"))
    left, top, right, bottom = ImageChops.difference(first, second).getbbox() or (0, 0, 0, 0)
    assert right - left > 500
    assert bottom - top > 1024 // 30


def test_the_prompt_is_printed_even_at_128_pixels() -> None:
    with_prompt, without = (
        paint(sketch(prompt, size=(128, 128), label="m")) for prompt in ("qqqq wwww", "")
    )
    assert with_prompt.tobytes() != without.tobytes()


def test_the_caption_is_printed_below_the_scene() -> None:
    picture = paint(sketch("zork", size=(400, 400)))
    strip = picture.crop((0, 396, 400, 400))
    assert len(strip.getcolors() or []) == 1


@sweep("food", ["pizza", "burger", "cake", "cup of coffee", "lamp"])
@sweep("number", range(6))
def test_what_stands_indoors_is_lit_at_night(food: str, number: int) -> None:
    picture = paint(sketch(f"a {food} at night", size=(300, 300), seed=number))
    scene = picture.crop((0, 0, 300, 240)).convert("L")
    assert 64 <= ImageStat.Stat(scene).mean[0] <= 170


@pytest.mark.parametrize("number", range(6))
def test_a_lantern_glows(number: int) -> None:
    picture = paint(sketch("lanterns at night", size=(300, 300), seed=number))
    glow = picture.crop((0, 0, 300, 240)).convert("RGB").getcolors(1 << 17) or []
    assert sum(n for n, (r, g, b) in glow if r > 240 and g > 230 and 120 < b < 200) > 100  # type: ignore[misc]


@sweep("size", RATIOS)
@sweep("prompt", PROMPTS[:4])
def test_without_a_caption_the_scene_fills_the_whole_height(
    prompt: str, size: tuple[int, int]
) -> None:
    asked = sketch(prompt, size=size)
    scene, picture = paint_scene(asked), bare(asked)
    assert picture.size == size
    # A level for the watermark to fit in, the others for the words that are spread over it.
    assert most_changed(scene, picture, Image.new("L", size, 255)) <= 1 + 2 * DEPTH


def test_a_label_leaves_a_picture_without_a_caption_as_it_is() -> None:
    pictures = {bare(sketch(label=label)).tobytes() for label in (LABEL, "", "m · sample 9")}
    assert len(pictures) == 1


def test_without_a_caption_a_prompt_still_makes_its_own_picture() -> None:
    pictures = [bare(sketch(prompt, seed=0)) for prompt in PROMPTS]
    assert min(apart(pictures[a], pictures[b]) for a in range(6) for b in range(a)) > APART


SMALL_SIZE = (200, 150)


def painted(sketch: Sketch, **options: bool) -> Page:
    composition = compose(sketch)
    page = Page(sketch.size, sketch.size[1], composition.scheme, composition.dice)
    paint_composition(page, composition, **options)
    return page


def test_a_sketch_has_its_own_style_before_that_of_its_words() -> None:
    words = Sketch("a watercolor of a fox", "label", SMALL_SIZE, b"seed")
    own = Sketch("a watercolor of a fox", "label", SMALL_SIZE, b"seed", style="pop_art")
    assert (compose(words).style, compose(own).style) == ("watercolor", "pop_art")


def test_the_same_sketch_has_the_same_composition() -> None:
    one, again, other = (
        compose(Sketch("zork", "label", SMALL_SIZE, seed)) for seed in (b"a", b"a", b"b")
    )
    assert one.scheme == again.scheme != other.scheme


def test_subjects_are_painted_if_the_scene_is_peopled() -> None:
    sketch = Sketch("a fox in a forest", "label", SMALL_SIZE, b"seed")
    figures = [figure.icon for figure in painted(sketch).figures]
    assert figures == [subject.icon for subject in compose(sketch).interpretation.subjects]
    assert painted(sketch, peopled=False).figures == []


@pytest.mark.parametrize(
    ("prompt", "settings"),
    [
        ("a cat in the city", {"city"}),
        ("a fish", {"underwater"}),
        ("a rocket", {"space"}),
        ("zork", {"abstract"}),
        ("sunset", {"abstract", *SCENIC}),
    ],
)
def test_the_words_choose_the_setting(prompt: str, settings: set[str]) -> None:
    chosen = {choose_setting(interpret(prompt), None, Dice(bytes([seed]))) for seed in range(20)}
    assert chosen <= settings


def test_a_landscape_shows_nature() -> None:
    assert choose_setting(interpret("a cat"), "landscape", Dice(b"")) in SCENIC

"""Words spread over a picture; copies and pictures that carry none are those of the imprint."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imagen_fake.imaging.files.cells import cell_readers
from imagen_fake.imaging.files.message import ELLIPSIS
from imagen_fake.imaging.files.spread import DEPTH, embed_spread, extract_spread
from imagen_fake.imaging.files.watermark import add_watermark, has_watermark
from imagen_fake.imaging.poster import scene
from imagen_fake.imaging.poster.scene import Sketch
from imagen_fake.imaging.prompt.vocabulary import vocabulary
from tests.imaging.files.test_imprint import COPIES, Copy, jpeg, larger, text_of, unstamped
from tests.pictures import Size
from tests.sweep import sweep

PROMPT = "A red apple on a table, ßüé"
WORDS = sorted(word for word in vocabulary().words if word.isascii())


@cache
def bare(prompt: str = PROMPT, size: Size = (1024, 1024)) -> Image.Image:
    return scene.paint(Sketch(prompt, "m", size, bytes(32), captioned=False)).convert("RGB")


def first(image: Image.Image) -> str | None:
    found = extract_spread(next(cell_readers(image.convert("L"), 1)))
    return found.text if found else None


@sweep("copy", COPIES)
@sweep("size", [(1024, 1024), (1000, 701)])
def test_the_words_of_a_bare_picture_outlive_a_copy(copy: str, size: Size) -> None:
    assert text_of(COPIES[copy](bare(size=size))) == PROMPT


@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=40))
@settings(deadline=None, max_examples=20)
def test_the_words_outlive_whatever_is_drawn(words: list[str]) -> None:
    prompt = " ".join(words)
    read = text_of(jpeg(add_watermark(bare.__wrapped__(prompt))))
    assert read
    assert prompt == read or (read.endswith(ELLIPSIS) and prompt.startswith(read[:-1]))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=14))
@settings(deadline=None, max_examples=30)
def test_any_text_that_fits_is_gathered_again(text: str) -> None:
    blank = Image.new("RGB", (1024, 1024), (90, 120, 150))
    assert first(embed_spread(blank, text)) == (text if text.strip() else None)


@pytest.mark.parametrize("copy", [larger, lambda image: larger(jpeg(image), 4)])
def test_the_words_outlive_an_upscale(copy: Copy) -> None:
    assert text_of(copy(bare(size=(768, 896)))) == PROMPT


def test_a_text_that_does_not_fit_is_cut_off() -> None:
    read = text_of(bare("a long tale " * 90))
    assert read
    assert ("a long tale " * 90).startswith(read.removesuffix(ELLIPSIS))
    assert read.endswith(ELLIPSIS)
    assert len(read) > 60


@pytest.mark.parametrize("level", [0, 1, 90, 254, 255])
def test_no_pixel_is_further_away_than_the_watermark_would_be(level: int) -> None:
    blank = Image.new("RGB", (640, 640), (level, level, level))
    after = embed_spread(blank.copy(), PROMPT)
    held = min(max(level, 1 + DEPTH), 254 - DEPTH)
    assert {colour for _, colour in after.getcolors() or ()} == {
        (held + each,) * 3 for each in (-DEPTH, DEPTH)
    }


def test_the_watermark_is_found_above_it() -> None:
    assert has_watermark(add_watermark(bare()))
    assert not has_watermark(bare())


@pytest.mark.parametrize("size", [(1, 1), (8, 8), (15, 9000), (64, 64), (200, 200)])
def test_a_picture_too_small_for_any_words_stays_as_it_is(size: Size) -> None:
    blank = Image.new("RGB", size, "tomato")
    assert embed_spread(blank.copy(), PROMPT).tobytes() == blank.tobytes()
    assert text_of(blank) is None


def test_nothing_is_gathered_that_was_not_spread() -> None:
    assert {first(image) for image in unstamped()} == {None}


def test_the_words_outlive_an_edit_of_a_part() -> None:
    edited = bare().copy()
    edited.paste((10, 10, 10), (300, 200, 700, 900))
    assert text_of(edited) == PROMPT

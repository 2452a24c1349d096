from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import ImageFont

from imagen_fake.imaging.lettering import fonts
from imagen_fake.imaging.lettering.fonts import (
    ICON,
    LATIN_1,
    SMALL,
    TEXT,
    face_of,
    glyph,
    icon_mask,
    use_fonts,
)
from imagen_fake.imaging.lettering.shaping import read_coverage
from tests.sweep import sweep

PRIVATE = "\ue000"  # private use: only a font made for it has one


@pytest.fixture
def icon_font() -> Iterator[Path]:
    yield Path(str(fonts.face(ICON, 20).path))
    use_fonts([])


@sweep("character", "aZß9éЖΩ·…")
def test_latin_cyrillic_and_greek_are_set_in_the_text_face(character: str) -> None:
    assert face_of(character) == TEXT


def test_the_text_face_has_every_character_that_is_said_to_be_in_it() -> None:
    coverage = read_coverage(fonts.inter_file())
    printable = [mark for mark in map(chr, range(LATIN_1)) if mark.isprintable()]
    assert [mark for mark in printable if ord(mark) not in coverage] == []


def test_hindi_is_set_in_a_face_of_its_own() -> None:
    assert "Devanagari" in str(face_of("क"))


def test_a_character_that_no_font_has_is_in_no_face() -> None:
    assert face_of("\U00010ffe") is None


def test_a_users_font_is_used_for_what_the_others_lack(icon_font: Path) -> None:
    robot = "\U000f06a9"
    assert face_of(robot) is None
    use_fonts([icon_font])
    assert face_of(robot) == str(icon_font)
    assert face_of("a") == TEXT


def test_a_file_that_is_no_font_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "not.ttf"
    path.write_bytes(b"no font at all")
    with pytest.raises(ValueError, match=r"not\.ttf"):
        use_fonts([path])


def test_a_word_is_as_wide_as_its_letters() -> None:
    word = glyph(TEXT, 36, "robot")
    assert word.advance == sum(glyph(TEXT, 36, letter).advance for letter in "robot")


def test_a_word_put_together_looks_as_if_drawn_at_once() -> None:
    word = glyph(SMALL, 40, "Hamburg")
    drawn = fonts.face(SMALL, 40).getmask("Hamburg")
    assert word.mask
    assert abs(word.mask.width - drawn.size[0]) <= 2
    assert word.mask.height == fonts.face(SMALL, 40).getmask2("Hamburg", anchor="ls")[0].size[1]


def test_a_space_has_a_width_and_no_mask() -> None:
    space = glyph(TEXT, 36, " ")
    assert space.mask is None
    assert space.advance > 0


def test_an_icon_is_cropped_to_its_ink() -> None:
    mask = icon_mask("skateboard", 200)
    assert mask.getbbox() == (0, 0, *mask.size)
    assert max(mask.size) > 120


def test_latin_faces_do_not_depend_on_a_shaping_library() -> None:
    assert fonts.face(TEXT, 20).layout_engine == ImageFont.Layout.BASIC

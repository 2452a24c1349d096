import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imagen_fake.imaging.lettering.fonts import ICON, TEXT, icon_character
from imagen_fake.imaging.lettering.typesetting import (
    Word,
    glyphs_of,
    line_width,
    typeset_word,
    words_of,
    wrap,
)


@given(text=st.text(max_size=200), room=st.integers(100, 900), most=st.integers(0, 4))
@settings(deadline=None, max_examples=60)
def test_lines_keep_to_their_number_and_room(text: str, room: int, most: int) -> None:
    wrapped = wrap(words_of(text, TEXT), 20, room, most)
    widths = [sum(item.gap + item.width for item in line) - line[0].gap for line in wrapped]
    several = [width for width, line in zip(widths, wrapped, strict=True) if len(line) > 2]
    assert len(wrapped) <= most
    assert all(width <= room for width in several)


def test_words_of_a_right_to_left_script_follow_leftwards() -> None:
    words = [Word(TEXT, text) for text in ("abc", "\u05d0", "\u05d1", "xyz")]
    (line,) = wrap(words, 20, 900, 1)
    assert [item.word.text for item in line] == ["abc", "\u05d1", "\u05d0", "xyz"]


@given(text=st.text(max_size=80), size=st.integers(7, 40))
def test_pens_of_a_line_go_from_its_start_to_its_width(text: str, size: int) -> None:
    line = [typeset_word(word, size) for word in words_of(text, TEXT)]
    pens = [pen for pen, _ in glyphs_of(line)]
    assert pens[:1] == [0][: len(line)]
    ends = [pen + item.width for pen, item in zip(pens, line, strict=True)]
    assert ends[-1:] == [line_width(line)][: len(line)]
    gaps = [start - end for end, start in zip(ends, pens[1:], strict=False)]
    assert gaps == [item.gap for item in line[1:]]


GOTHIC = "𐌰𐌱𐌲"


def texts(text: str) -> list[str]:
    return [word.text for word in words_of(text, TEXT)]


def test_words_are_parted_at_spaces() -> None:
    assert words_of(" a  cat\n", TEXT) == [Word(TEXT, "a"), Word(TEXT, "cat")]


def test_control_characters_are_spaces() -> None:
    assert texts("a\0b\x1bc\x7fd") == ["a", "b", "c", "d"]


def test_a_lone_surrogate_is_a_question_mark() -> None:
    assert texts("a\ud800b") == ["a?b"]


def test_a_long_word_can_be_broken_and_stays_joined() -> None:
    words = words_of("x" * 40, TEXT)
    assert "".join(word.text for word in words) == "x" * 40
    assert [word.joined for word in words] == [False, True, True]


def test_a_word_is_broken_after_a_hyphen() -> None:
    assert texts("generate-001") == ["generate-", "001"]


def test_characters_without_a_glyph_become_their_scripts_name() -> None:
    assert texts(f"{GOTHIC} {GOTHIC}") == ["[Gothic,", "6", "characters]"]


def test_what_can_be_shown_stays_beside_what_cannot() -> None:
    assert texts(f"a {GOTHIC} b") == ["a", "[Gothic,", "3", "characters]", "b"]


def test_an_emoji_becomes_the_icon_of_its_meaning() -> None:
    assert words_of("🚀", TEXT) == [Word(ICON, icon_character("rocket_launch"))]


def test_an_emoji_without_an_icon_becomes_its_name() -> None:
    assert words_of("🛐", TEXT) == [Word(TEXT, "[place of worship]")]


@pytest.mark.parametrize("text", ["a\u200db", "a\ufe0fb", "a\u202eb", "a\ufeffb"])
def test_invisible_characters_show_nothing(text: str) -> None:
    assert texts(text) == ["ab"]


def test_an_accent_is_composed_with_its_letter() -> None:
    assert texts("cafe\u0301") == ["café"]


def test_hindi_words_stay_whole_for_shaping() -> None:
    assert texts("बिल्ली और") == ["बिल्ली", "और"]


def test_a_run_in_another_face_is_joined_to_its_word() -> None:
    words = words_of("aक", TEXT)
    assert [(word.text, word.joined) for word in words] == [("a", False), ("क", True)]


def test_only_the_beginning_of_a_text_is_set() -> None:
    assert sum(map(len, texts("x" * 100_000))) == 400


def test_nothing_gives_no_words() -> None:
    assert words_of("", TEXT) == words_of(" \n\0", TEXT) == []

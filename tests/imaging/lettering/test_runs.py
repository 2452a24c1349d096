import pytest

from imagen_fake.imaging.lettering.fonts import ICON, TEXT, icon_character
from imagen_fake.imaging.lettering.runs import Word, words_of

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

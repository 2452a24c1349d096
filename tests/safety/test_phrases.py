"""Listed phrases in texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.safety.phrases import (
    BLANK,
    PhraseIndex,
    blank,
    inflections,
    normalize,
    plurals,
    spans,
    tokens,
)

LISTING = PhraseIndex(["red apple", "apple", "cherry", "طفل"], plurals)


def found(text: str) -> list[str]:
    return [phrase for _, _, phrase in spans(tokens(text), LISTING)]


def test_the_longest_phrase_counts_from_the_left() -> None:
    assert found("an apple, a RED apple and red cherries") == ["apple", "red apple", "cherry"]


@pytest.mark.parametrize("word", ["طفل", "الطفل", "وطفل", "لطفل", "طِفْل", "طـفل"])
def test_arabic_words_are_found_with_what_is_written_together_with_them(word: str) -> None:
    assert found(f"{word} صغير") == ["طفل"]


def test_phrases_are_blanked_in_place() -> None:
    words = tokens("one red apple here")
    assert blank(words, LISTING) == ("one", BLANK, BLANK, "here")


def test_inflections_are_those_of_the_last_word() -> None:
    made = {" ".join(words) for words in inflections(("big", "bake"))}
    assert made == {"big bakes", "big baked", "big baking"}


@given(st.text())
def test_what_is_normalized_stays_so(text: str) -> None:
    assert tokens(normalize(text)) == tokens(text)


def test_a_text_of_nothing_but_vowel_signs_has_no_words() -> None:
    assert tokens("\u064b\u0640") == ()


@given(st.text(max_size=30))
def test_any_text_has_words_none_of_which_is_empty(text: str) -> None:
    assert all(tokens(text))

"""Texts: harmless ones that fit."""

from hypothesis import find, given
from hypothesis import strategies as st

from imagen_fake.contract.bodies.prompts import texts
from imagen_fake.pipeline.validate import count_tokens
from imagen_fake.safety.screen import score_topics

SHORT = {"x-max-tokens": 64, "pattern": r"\S", "minLength": 1}


@given(texts(SHORT))
def test_a_text_fits_its_schema_and_trips_no_filter(text: str) -> None:
    assert text.strip()
    assert count_tokens(text) <= 64
    assert not score_topics(text)


def test_texts_are_as_long_as_they_may_be() -> None:
    assert find(texts(SHORT), lambda text: count_tokens(text) == 64)


def test_texts_have_characters_of_many_scripts() -> None:
    assert find(texts({}), lambda text: "苹果" in text and "яблоко" in text)


def test_a_text_may_be_empty_where_nothing_is_asked_of_it() -> None:
    assert find(texts({}), lambda text: text == "") == ""


@given(st.data())
def test_a_text_has_no_more_characters_than_it_may(data: st.DataObject) -> None:
    assert len(data.draw(texts({"minLength": 1, "maxLength": 12}))) <= 12

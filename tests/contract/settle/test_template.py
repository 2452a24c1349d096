"""Templates of messages."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.contract.settle.template import derive_template

FAILED = "Image generation failed with the following error: "


def test_words_become_placeholders() -> None:
    text = f"{FAILED}5 samples are too many for imagen: 1 to 4."
    words = {"failed": FAILED, "value": "5", "model": "imagen", "minimum": "1", "maximum": "4"}
    template = "{failed}{value} samples are too many for {model}: {minimum} to {maximum}."
    assert derive_template([(text, words)]) == template


def test_a_second_message_tells_which_of_two_equal_words_it_was() -> None:
    first = ("0 is less than 0.", {"value": "0", "minimum": "0"})
    second = ("7 is less than 9.", {"value": "7", "minimum": "9"})
    assert derive_template([first, second]) == "{value} is less than {minimum}."
    turned = ("9 is less than 7.", {"value": "7", "minimum": "9"})
    assert derive_template([first, turned]) == "{minimum} is less than {value}."


def test_a_word_within_another_one_is_none() -> None:
    assert derive_template([("15 of 5", {"value": "5"})]) == "15 of {value}"


def test_support_codes_are_no_part_of_a_message() -> None:
    assert derive_template([("No. Support codes: 12345678, 87654321", {})]) == "No."


def test_braces_stay() -> None:
    template = derive_template([("Send {} to x", {"name": "x"})])
    assert template == "Send {{}} to {name}"


@pytest.mark.parametrize("second", ["Never.", "No, 6!"])
def test_messages_that_no_template_makes_have_none(second: str) -> None:
    assert derive_template([("No, 5.", {"value": "5"}), (second, {"value": "6"})]) is None


WORDS = st.dictionaries(
    st.sampled_from(["name", "value", "minimum"]),
    st.text(string.ascii_letters + string.digits, min_size=1, max_size=4),
    min_size=3,
)


@given(st.lists(WORDS, min_size=1, max_size=3))
def test_what_a_template_makes_leads_to_a_template_that_makes_it(
    several: list[dict[str, str]],
) -> None:
    template = "The {name} is {value}; at least {minimum}."
    observed = [(template.format_map(words), words) for words in several]
    derived = derive_template(observed)
    assert derived is not None
    assert [derived.format_map(words) for words in several] == [text for text, _ in observed]

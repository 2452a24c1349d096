"""Where a known text occurs, whatever its case and wherever lines break in it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.contract.cassettes.occurrences import lowercase, replace_all

BREAKS = st.sampled_from(["", "", "\n", "\r\n  ", "\\n", "\n\t"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a Secret here", "a X here"),
        ("SECRETsecret", "XX"),
        ("se\ncret", "X"),
        ("one se\r\n   cr\\net, two", "one X, two"),
        ("İ secret", "İ X"),
        ("secre", "secre"),
        ("", ""),
    ],
)
def test_each_occurrence_is_replaced(text: str, expected: str) -> None:
    assert replace_all(text, "secret", "X") == expected


@given(st.text(), st.text("abc", min_size=3, max_size=8), st.text(), st.lists(BREAKS, min_size=8))
def test_nothing_is_left_of_a_text_that_lines_break(
    before: str, known: str, after: str, breaks: list[str]
) -> None:
    folded = "".join(f"{character}{gap}" for character, gap in zip(known, breaks, strict=False))
    left = replace_all(f"{before}{folded}{after}", known, "|")
    assert known not in re.sub(r"[\r\n]+[ \t]*|\\[rn]", "", left).lower()


@given(st.text())
def test_lower_case_keeps_every_character_in_its_place(text: str) -> None:
    low = lowercase(text)
    assert len(low) == len(text)
    assert all(one in (other, other.lower()) for one, other in zip(low, text, strict=True))

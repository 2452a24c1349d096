import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.directives import values

READERS: list[Callable[[str], Any]] = [
    values.count_or_all, values.codes, values.code, values.score, values.fraction, values.delay,
    values.length, values.speed, values.error, values.quota, values.clock,
]  # fmt: skip


@given(st.sampled_from(READERS), st.text() | st.from_regex(r"\d{1,12}(\.\d+)?(s|ms|m|%|kB/s)?"))
def test_a_value_is_read_or_refused_in_words(read: Callable[[str], Any], value: str) -> None:
    try:
        made = read(value)
    except ValueError as error:
        refused = str(error)
        assert refused.endswith(".") or "categories" in refused
    else:
        assert made is not None


@given(st.sampled_from(READERS), st.text(st.characters(categories=["Nd"]), min_size=1))
def test_only_the_digits_0_to_9_are_numbers(read: Callable[[str], Any], value: str) -> None:
    if not re.fullmatch("[0-9]+", value):
        with pytest.raises(ValueError, match=r"expected|two clocks|categories"):
            read(value)


@given(st.integers(0, 999_999_999))
def test_a_number_is_read_as_it_stands(number: int) -> None:
    assert values.count(str(number)) == values.count_or_all(str(number)) == number
    assert values.quota(str(number)) == values.length(str(number)) == number
    assert values.code(str(number)) == str(number)


@pytest.mark.parametrize("read", [values.count, values.delay, values.speed, values.fraction])
def test_a_number_of_very_many_digits_is_refused(read: Callable[[str], Any]) -> None:
    with pytest.raises(ValueError, match="expected"):
        read("9" * 100_000)


@given(st.floats(0, values.LONGEST_DELAY))
def test_a_delay_is_in_seconds_whatever_its_unit(seconds: float) -> None:
    assert values.delay(f"{seconds:.6f}s") == pytest.approx(seconds, abs=1e-6)
    assert values.delay(f"{seconds * 1000:.6f}ms") == pytest.approx(seconds, abs=1e-6)
    assert values.delay(f"{seconds / 60:.6f}m") == pytest.approx(seconds, abs=1e-4)

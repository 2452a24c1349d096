"""A test of many values fails for each of them that fails, and names it."""

from inspect import signature

import pytest

from tests.sweep import sweep


def test_every_value_is_tried_and_those_that_fail_are_named() -> None:
    tried = []

    @sweep("number", [1, 2, 3, 4])
    def odd(number: int) -> None:
        tried.append(number)
        assert number % 2

    with pytest.raises(ExceptionGroup, match=r"2 of 4 values fail:\n1: 2\n3: 4") as caught:
        odd()
    assert tried == [1, 2, 3, 4]
    assert len(caught.value.exceptions) == 2


def test_what_was_expected_to_be_raised_and_was_not_is_a_failure() -> None:
    @sweep("text", ["1", "x"], ids=str.upper)
    def refused(text: str) -> None:
        with pytest.raises(ValueError, match="invalid"):
            int(text)

    with pytest.raises(BaseExceptionGroup, match=r"1 of 2 values fail:\n0: 1"):
        refused()


@pytest.mark.parametrize("values", [[], dict])
def test_a_sweep_of_nothing_fails(values: object) -> None:
    @sweep("number", values)  # type: ignore[arg-type] # a list and a function
    def passes(number: int) -> None:
        assert number

    with pytest.raises(AssertionError, match="nothing to try"):
        passes()


def test_several_arguments_are_filled_and_fixtures_are_left_to_pytest() -> None:
    tried = []

    @sweep(("name", "number"), lambda: [("a", 1), pytest.param("b", 2)])
    def noted(name: str, number: int, fixture: str) -> None:
        tried.append((name, number, fixture))

    noted(fixture="x")
    assert tried == [("a", 1, "x"), ("b", 2, "x")]
    assert [*signature(noted).parameters] == ["fixture"]


def test_a_sweep_of_a_sweep_tries_every_pair() -> None:
    tried = []

    @sweep("number", [1, 2])
    @sweep("letter", "ab")
    def noted(number: int, letter: str) -> None:
        tried.append((number, letter))

    noted()
    assert tried == [(1, "a"), (1, "b"), (2, "a"), (2, "b")]

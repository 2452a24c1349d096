"""Sweeps: one test of many values.

An item of pytest's costs about as much as reading a small file. Hundreds of values whose check
costs less than that share a test.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from inspect import signature
from typing import Any

import pytest

LONGEST = 200
"""How many characters of a value are shown."""

FAILURES = (Exception, pytest.fail.Exception)
"""What a failing test raises; the second comes from `pytest.raises`."""

PARAM = type(pytest.param())

Test = Callable[..., None]


def sweep(
    names: str | tuple[str, ...],
    values: Iterable[Any] | Callable[[], Iterable[Any]],
    ids: Callable[[Any], object] = repr,
) -> Callable[[Test], Test]:
    """A decorator like `pytest.mark.parametrize`, but for one test that tries all values.

    The test fails with a group of what was raised, whose text lists the values by their `ids`; and
    where there is no value at all. `values` may be a function, which is called when the test runs.
    Fixtures are shared by all values.
    """

    def decorated(test: Test) -> Test:
        @wraps(test)
        def of_all_values(**fixtures: Any) -> None:
            tried = list(values if isinstance(values, Iterable) else values())
            assert tried, "there is nothing to try"
            failed: dict[str, BaseException] = {}
            for number, value in enumerate(tried):
                shown = getattr(value, "id", None) if isinstance(value, PARAM) else ids(value)
                try:
                    test(**_arguments(names, value), **fixtures)
                except FAILURES as error:
                    failed[f"{number}: {str(shown)[:LONGEST]}"] = error
            if failed:
                text = "\n".join((f"{len(failed)} of {len(tried)} values fail:", *failed))
                raise BaseExceptionGroup(text, [*failed.values()])

        left = [
            one for name, one in signature(test).parameters.items() if name not in _listed(names)
        ]
        of_all_values.__signature__ = signature(test).replace(parameters=left)  # type: ignore[attr-defined] # pytest reads it
        return of_all_values

    return decorated


def _listed(names: str | tuple[str, ...]) -> Sequence[str]:
    return (names,) if isinstance(names, str) else names


def _arguments(names: str | tuple[str, ...], value: Any) -> dict[str, Any]:
    """The arguments that a value fills: an element, a tuple of them, or a `pytest.param`."""
    if isinstance(value, PARAM):
        value = value.values
    elif isinstance(names, str):
        value = (value,)
    return dict(zip(_listed(names), value, strict=True))

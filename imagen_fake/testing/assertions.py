"""Assertions about the calls that a fake received, as unittest.mock and respx have them."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Generic

from imagen_fake.state.project_calls import Shed
from imagen_fake.state.rule import Rule
from imagen_fake.testing.calls import Calls
from imagen_fake.testing.expectations import (
    CallT,
    Expected,
    RecordedCall,
    describe,
    differences,
    is_like,
    nearest,
    require_names,
    unknown_names,
)
from imagen_fake.testing.unused_rules import explain, is_unused

FAILED = "imagen-fake failed, please report it:"


class CallAssertions(ABC, Generic[CallT]):
    """What `.calls` and `.rules` must have been; each raises AssertionError, which tells the calls.

    What is expected of a call are `surface`, `model`, `task`, `prompt`, `status`, `project`,
    `method`, `path`, or parameters, named as on the wire or with underscores; of an object only
    what is expected counts. The nearest call is named, and how it differs. Raises TypeError for
    the name of a field that no call has.
    """

    @property
    @abstractmethod
    def calls(self) -> Calls[CallT]:
        """The calls since the last reset, the oldest first."""

    @property
    @abstractmethod
    def shed(self) -> Shed:
        """Of how many calls bodies, thumbnails, or all was forgotten: the journal was full."""

    @property
    @abstractmethod
    def rules(self) -> list[Rule]:
        """The rules, in the order in which they are tried."""

    def assert_called(self) -> None:
        """There was a call."""
        __tracebackhide__ = True
        if not self.calls:
            raise self._error(["A call was expected, there was none."], [])

    def assert_called_once(self) -> CallT:
        """There was one call, which is returned."""
        __tracebackhide__ = True
        calls = self.calls
        if len(calls) != 1:
            raise self._error([f"One call was expected, there were {len(calls)}."], calls)
        return calls[0]

    def assert_called_with(self, **expected: Any) -> CallT:
        """There was a call like that; the last one is returned."""
        __tracebackhide__ = True
        calls = self.calls
        for called in reversed(calls):
            if is_like(called, expected):
                return called
        raise self._error(_nearest(calls, expected), calls)

    def assert_called_once_with(self, **expected: Any) -> CallT:
        """There was one call, and it was like that; it is returned."""
        __tracebackhide__ = True
        calls = self.calls
        if len(calls) != 1:
            lines = [f"One call was expected, there were {len(calls)}."]
            if not any(is_like(called, expected) for called in calls):
                lines += _nearest(calls, expected)
            raise self._error(lines, calls)
        return self.assert_called_with(**expected)

    def assert_call_count(self, count: int, /, **expected: Any) -> None:
        """There were so many calls like that, whatever others there were."""
        __tracebackhide__ = True
        calls = self.calls
        alike = calls.filter(**expected)
        if len(alike) == count:
            return
        like = f" with {expected!r}" if expected else ""
        lines = [f"{count} calls{like} were expected, there were {len(alike)}."]
        others = [called for called in calls if called not in alike]
        if len(alike) < count and others:
            called, mismatches = nearest(others, expected)
            lines += [f"The nearest other one is call {called.number}:", *_indented(mismatches)]
        raise self._error(lines, calls)

    def assert_calls(self, expected: Sequence[Expected]) -> None:
        """There were these calls in this order, and no others."""
        __tracebackhide__ = True
        calls = self.calls
        _require_names(expected)
        for place, (called, one) in enumerate(zip(calls, expected, strict=False), 1):
            if mismatches := list(differences(called, one)):
                head = f"In place {place} is call {called.number}, which differs:"
                raise self._error([head, *_indented(mismatches)], calls)
        if len(calls) != len(expected):
            lines = [f"{len(expected)} calls were expected, there were {len(calls)}."]
            missing = expected[len(calls) :]
            lines += [f"The first that is missing: {dict(missing[0])!r}."] if missing else []
            raise self._error(lines, calls)

    def assert_has_calls(self, expected: Sequence[Expected]) -> None:
        """There were these calls in this order; others may lie before, between and after them."""
        __tracebackhide__ = True
        calls = self.calls
        _require_names(expected)
        rest: Sequence[CallT] = calls
        for place, one in enumerate(expected, 1):
            alike = [at for at, called in enumerate(rest) if is_like(called, one)]
            if not alike:
                after = "" if rest is calls else " after the others"
                head = f"Call {place} of {len(expected)} was not made{after}: {dict(one)!r}."
                raise self._error([head, *(_nearest(rest, one) if rest else [])], calls)
            rest = rest[alike[0] + 1 :]

    def assert_not_called(self, **expected: Any) -> None:
        """There was no call, or none like that."""
        __tracebackhide__ = True
        alike = self.calls.filter(**expected)
        if alike:
            like = f" with {expected!r}" if expected else ""
            raise AssertionError("\n".join([f"No call{like} was expected, but:", *describe(alike)]))

    def assert_all_rules_used(self) -> None:
        """Every rule was applied to a call; of one with a quota it suffices that it counted one."""
        __tracebackhide__ = True
        calls = self.calls
        if unused := [explain(rule, calls) for rule in self.rules if is_unused(rule)]:
            raise self._error(unused, calls)

    def _error(self, lines: Iterable[str], calls: Sequence[RecordedCall]) -> AssertionError:
        listed = ["All calls:", *describe(calls)] if calls else []
        count = self.shed.calls
        forgotten = [f"Older calls that the journal has forgotten: {count}."] if count else []
        return AssertionError("\n".join([*lines, *listed, *forgotten]))


def _nearest(calls: Sequence[RecordedCall], expected: Expected) -> Iterator[str]:
    """The call that is nearest to what is expected, and how it differs."""
    if not calls:
        yield f"Nothing was asked, but a call with {dict(expected)!r} was expected."
        return
    called, mismatches = nearest(calls, expected)
    yield f"No call like that. The nearest of {len(calls)} is call {called.number}:"
    yield from _indented([*mismatches, *unknown_names(expected)])


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)


def _require_names(expected: Iterable[Expected]) -> None:
    require_names(name for one in expected for name in one)

"""A fake as tests use it: the calls it received, and how it answers the next."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from imagen_fake.directives.directives import DirectiveError, quote
from imagen_fake.pipeline.normalize import fold_key
from imagen_fake.state.called import Called
from imagen_fake.state.project_calls import Shed
from imagen_fake.state.rule import Rule
from imagen_fake.state.state import State, parse_changes, parse_date
from imagen_fake.verdict.verdict import Verdict, judge_journal

CALL_FIELDS = ("surface", "model", "task", "prompt", "status")
"""Fields of a call that can be expected, beside its parameters."""


class _Missing:
    """What stands for a value that was not sent; nothing that can be expected is equal to it."""

    def __repr__(self) -> str:
        return "nothing"


MISSING = _Missing()


@dataclass(frozen=True)
class Fake:
    """A fake in this process: its URL, the calls it received, its rules and settings."""

    state: State = field(repr=False)
    url: str = ""
    """Where it listens; empty where calls are intercepted."""
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The variables that lead clients to it."""
    grpc_port: int | None = None
    """Where it answers gRPC, on the host of `url`."""

    @property
    def calls(self) -> list[Called]:
        """The calls since the last reset, the oldest first."""
        return list(self.state.journal)

    @property
    def errors(self) -> list[str]:
        """The tracebacks of what failed in the fake itself since the last reset, 20 at most."""
        return self.state.errors

    @property
    def shed(self) -> Shed:
        """Of how many calls bodies, thumbnails, or all was forgotten: the journal was full."""
        return self.state.journal.shed

    def rule(self, directives: str, *, name: str | None = None, **matching: str) -> Rule:
        """A new rule for calls to come; `surface`, `model`, `task` and `prompt` narrow it down.

        Raises DirectiveError.
        """
        for text in (directives, *matching.values()):
            if not isinstance(text, str):
                raise DirectiveError(f"A rule is text such as 'error=503', not {text!r:.80}.")
        narrowed = (f"{part}={quote(pattern)}" for part, pattern in matching.items())
        return self.state.rules.add(" ".join([*narrowed, directives]), name)

    def configure(self, **settings: Any) -> None:
        """Change `as_of`, `strict`, … until the next reset. Raises SettingError."""
        self.state.configure(**parse_changes(settings))

    def advance(self, seconds: float) -> None:
        """Move the clock on of rules that say `clock=manual`, and that of verdicts.

        A test that replaces `sleep` by it has waited as long for a verdict.
        """
        self.state.rules.clock.advance(seconds)

    def verdict(
        self,
        *,
        as_of: date | str | None = None,
        budget: float | None = None,
        project: str | None = None,
    ) -> Verdict:
        """What clients did wrong in the calls since the last reset; its text is a report.

        Models are judged as of a day, else of the fake's own; what was spent by a budget in US
        dollars. A `project` narrows the calls down to its own. Raises SettingError
        for what is no day, ValueError for a budget that is no amount.
        """
        day = self.state.config.as_of if as_of is None else parse_date(as_of)
        return judge_journal(self.state.journal, project, as_of=day, budget=budget)

    def reset(self) -> None:
        """Forget calls, rules, objects and links; back to the settings at the start.

        What began before leaves nothing behind.
        """
        self.state.reset()

    def assert_called_with(self, **expected: Any) -> Called:
        """The last call like that: `surface`, `model`, `task`, `prompt`, `status`, parameters.

        Parameters may be named as on the wire or with underscores; of an object only what is
        expected counts. Raises AssertionError, which tells the nearest call and how it differs.
        """
        __tracebackhide__ = True
        compared = [(called, list(differences(called, expected))) for called in self.calls]
        for called, mismatches in reversed(compared):
            if not mismatches:
                return called
        raise AssertionError("\n".join(_mismatch_report(compared, expected)))

    def assert_not_called(self) -> None:
        """Raise AssertionError, which tells the calls, if there was any."""
        __tracebackhide__ = True
        if self.calls:
            raise AssertionError("\n".join(["Nothing was to be asked, but:", *_lines(self.calls)]))


def differences(called: Called, expected: Mapping[str, Any]) -> Iterator[str]:
    """How a call differs from what is expected, a line each."""
    named = {fold_key(name): name for name in (*called.instance, *called.parameters)}
    for name, value in expected.items():
        own = name if name in CALL_FIELDS else named.get(fold_key(name), name)
        yield from _mismatches(own, value, _value(called, own))


def _value(called: Called, name: str) -> Any:
    if name in CALL_FIELDS:
        return getattr(called, name)
    return called.parameters.get(name, called.instance.get(name, MISSING))


def _mismatches(name: str, expected: Any, actual: Any) -> Iterator[str]:
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        for key, value in expected.items():
            yield from _mismatches(f"{name}.{key}", value, actual.get(key, MISSING))
    elif not _equal(expected, actual):
        yield f"{name}: expected {expected!r}, was {actual!r}"


def _equal(expected: Any, actual: Any) -> bool:
    """Whether two values are the same in JSON, where `true` is not 1."""
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(map(_equal, expected, actual))
    if bool in (kinds := {type(expected), type(actual)}) and kinds & {int, float}:
        return False
    return actual is not MISSING and bool(expected == actual)


def _mismatch_report(
    compared: Sequence[tuple[Called, Sequence[str]]], expected: Mapping[str, Any]
) -> Iterator[str]:
    if not compared:
        yield f"Nothing was asked, but a call with {dict(expected)!r} was expected."
        return
    nearest, mismatches = min(compared, key=lambda one: len(one[1]))
    yield f"No call like that. The nearest of {len(compared)} is call {nearest.number}:"
    yield from (f"  {line}" for line in mismatches)
    yield "All calls:"
    yield from _lines([called for called, _ in compared])


def _lines(calls: Sequence[Called]) -> Iterator[str]:
    for called in calls[-20:]:
        call = f"{called.task or called.path} {called.prompt[:60]!r}"
        yield f"  {called.number}. {called.surface} {called.model}: {call} -> {called.status}"

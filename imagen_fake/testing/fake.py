"""A fake as tests use it: the calls it received, and how it answers the next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from imagen_fake.directives.directives import DirectiveError, quote
from imagen_fake.directives.values import PROJECT_FORM
from imagen_fake.middleware.project import PROJECT_HEADER, is_fit
from imagen_fake.state.called import Called
from imagen_fake.state.project_calls import Shed
from imagen_fake.state.rule import Rule
from imagen_fake.state.state import State, parse_changes, parse_date
from imagen_fake.testing.assertions import FAILED, CallAssertions
from imagen_fake.testing.calls import Calls
from imagen_fake.verdict.verdict import Verdict, judge_journal


class View(CallAssertions[Called]):
    """What a fake in this process recorded, of one project or all, and its rules."""

    state: State

    @property
    def _project(self) -> str | None:
        """The project; None for all."""
        return None

    @property
    def calls(self) -> Calls[Called]:
        """The calls since the last reset, the oldest first; `.filter(model=...)` takes some."""
        return Calls(self.state.journal.of(self._project))

    @property
    def rules(self) -> list[Rule]:
        """The rules, in the order in which they are tried, with their counts."""
        return list(self.state.rules.of(self._project))

    @property
    def errors(self) -> list[str]:
        """The tracebacks of what failed in the fake itself since the last reset, 20 at most."""
        return self.state.errors_of(self._project)

    @property
    def shed(self) -> Shed:
        """Of how many calls bodies, thumbnails, or all was forgotten: the journal was full."""
        journal = self.state.journal
        return journal.shed if self._project is None else journal.shed_of(self._project)

    def rule(self, directives: str, *, name: str | None = None, **matching: str) -> Rule:
        """A new rule for calls to come.

        `project`, `surface`, `model`, `task` and `prompt` narrow it down. Raises DirectiveError.
        """
        for text in (directives, *matching.values()):
            if not isinstance(text, str):
                raise DirectiveError(f"A rule is text such as 'error=503', not {text!r:.80}.")
        narrowed = (f"{part}={quote(pattern)}" for part, pattern in matching.items())
        text = " ".join([*narrowed, directives])
        return self.state.rules.add(text, name, project=self._project)

    def assert_no_errors(self) -> None:
        """Nothing failed in the fake itself; else its traceback is the text."""
        __tracebackhide__ = True
        if errors := self.errors:
            raise AssertionError("\n".join(f"{FAILED}\n{error}" for error in errors))

    def verdict(self, *, as_of: date | str | None = None, budget: float | None = None) -> Verdict:
        """What clients did wrong in the calls since the last reset; its text is a report.

        Models are judged as of a day, else of the fake's own; what was spent by a budget in US
        dollars. Raises SettingError for what is no day, ValueError for a budget that is no amount.
        """
        day = self.state.config.as_of if as_of is None else parse_date(as_of)
        return judge_journal(self.state.journal, self._project, as_of=day, budget=budget)


@dataclass(frozen=True)
class FakeProject(View):
    """A fake as the tests of one project see it; settings, clock and objects are everybody's."""

    state: State = field(repr=False)
    name: str

    @property
    def _project(self) -> str:
        return self.name

    @property
    def headers(self) -> Mapping[str, str]:
        """What a request is of this project by, whatever its path."""
        return {PROJECT_HEADER.decode(): self.name}

    def reset(self) -> None:
        """Forget the calls, rules, counts and quotas of the project.

        What began before leaves nothing behind.
        """
        self.state.reset(self.name)


@dataclass(frozen=True)
class Fake(View):
    """A fake in this process: its URL, the calls it received, its rules and settings."""

    state: State = field(repr=False)
    url: str = ""
    """Where it listens; empty where calls are intercepted."""
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The variables that lead clients to it."""
    grpc_port: int | None = None
    """Where it answers gRPC, on the host of `url`."""

    def project(self, name: str) -> FakeProject:
        """The calls, rules and assertions of one project. Raises ValueError for what is no name."""
        if not is_fit(name):
            raise ValueError(f"{name!r:.80} is no project; expected is {PROJECT_FORM}.")
        return FakeProject(self.state, name)

    def configure(self, **settings: Any) -> None:
        """Change `as_of`, `strict`, … until the next reset. Raises SettingError."""
        self.state.configure(**parse_changes(settings))

    def advance(self, seconds: float) -> None:
        """Move the clock on of rules that say `clock=manual`, and that of verdicts.

        A test that replaces `sleep` by it has waited as long for a verdict.
        """
        self.state.rules.clock.advance(seconds)

    def reset(self) -> None:
        """Forget calls, rules, objects and links; back to the settings at the start.

        What began before leaves nothing behind.
        """
        self.state.reset()

"""A fake that another process serves, as tests use it: workers of one run, or of many."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from imagen_fake.directives.directives import DirectiveError, parse, quote
from imagen_fake.directives.values import PROJECT_FORM, is_project
from imagen_fake.middleware.project import PROJECT_HEADER
from imagen_fake.state.project_calls import Shed
from imagen_fake.state.rule import Rule
from imagen_fake.state.state import SettingError
from imagen_fake.testing.assertions import CallAssertions
from imagen_fake.testing.calls import Calls
from imagen_fake.testing.control_client import ControlClient, ControlError
from imagen_fake.testing.served_call import ServedCall
from imagen_fake.verdict.verdict import Verdict

PAGE = 1000
"""How many calls are asked for at once; a journal has no more."""


class ServedFake(CallAssertions[ServedCall]):
    """A served fake: the calls it received, of one project or all, and how it answers the next."""

    def __init__(self, url: str, project: str | None = None) -> None:
        self.url, self.name = url, project
        self._control = ControlClient(url, project)
        self._control.ask("GET", "health")

    def __repr__(self) -> str:
        return f"ServedFake({self.url!r}, {self.name!r})"

    @property
    def headers(self) -> Mapping[str, str]:
        """What a request is of the project by, whatever its path; none without a project."""
        return {} if self.name is None else {PROJECT_HEADER.decode(): self.name}

    @property
    def calls(self) -> Calls[ServedCall]:
        """The calls since the last reset, the oldest first; `.filter(model=...)` takes some."""
        page = self._control.ask_project("GET", "calls", limit=PAGE)
        return Calls(ServedCall(call, self._get) for call in page["calls"])

    @property
    def shed(self) -> Shed:
        """Of how many calls bodies, thumbnails, or all was forgotten: the journal was full."""
        return Shed(**self._control.ask_project("GET", "calls", limit=0).get("shed", {}))

    @property
    def rules(self) -> list[Rule]:
        """The rules, in the order in which they are tried, with their counts."""
        return list(map(_rule, self._control.ask_project("GET", "rules")["rules"]))

    def rule(self, directives: str, *, name: str | None = None, **matching: str) -> Rule:
        """A new rule for calls to come.

        `project`, `surface`, `model`, `task` and `prompt` narrow it down. Raises DirectiveError.
        """
        narrowed = (f"{part}={quote(pattern)}" for part, pattern in matching.items())
        body = {"directives": " ".join([*narrowed, directives]), "name": name}
        try:
            return _rule(self._control.ask_project("POST", "rules", body))
        except ControlError as error:
            raise DirectiveError(str(error)) from None

    def verdict(self, *, as_of: date | str | None = None, budget: float | None = None) -> Verdict:
        """What clients did wrong in the calls since the last reset; its text is a report.

        Models are judged as of a day, else of the server's own; what was spent by a budget in US
        dollars. Raises ControlError for what is no day or no amount.
        """
        query = {"as_of": as_of, "budget": None if budget is None else f"{budget:.6f}"}
        given = {name: value for name, value in query.items() if value is not None}
        return Verdict.from_json(self._control.ask_project("GET", "verdict", **given))

    def configure(self, **settings: Any) -> None:
        """Change settings of the server until its next reset. Raises SettingError."""
        try:
            self._control.ask("PATCH", "config", settings)
        except ControlError as error:
            raise SettingError(str(error)) from None

    def advance(self, seconds: float) -> None:
        """Move the server's clock on, of rules that say `clock=manual`."""
        self._control.ask("POST", "clock", {"advance": seconds})

    def reset(self) -> None:
        """Forget the calls, rules, counts and quotas of the project; without one, everything."""
        self._control.ask_project("POST", "reset")

    def _get(self, path: str) -> Any:
        return self._control.ask("GET", path)


def connect(url: str, project: str | None = None) -> ServedFake:
    """The fake that is served at a URL, as one project sees it if one is named.

    Raises ConnectionError if none answers there, ValueError for what is no project.
    """
    if project is not None and not is_project(project):
        raise ValueError(f"{project!r:.80} is no project; expected is {PROJECT_FORM}.")
    return ServedFake(url, project)


def _rule(told: Mapping[str, Any]) -> Rule:
    directives = told["directives"]
    parsed = parse(directives, in_rule=True)
    if told["project"]:
        parsed = {**parsed, "project": told["project"]}
    counts = {"seen": told["seen"], "applied": told["applied"]}
    return Rule(name=told["name"], directives=directives, parsed=parsed, **counts)

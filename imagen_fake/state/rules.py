"""Rules: directives for calls to come, in order, counted and bounded."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from threading import Lock
from typing import Any

from imagen_fake.clock import QuotaClock
from imagen_fake.directives.directives import COUNTING, DirectiveError, Directives, outcomes, parse
from imagen_fake.directives.patterns import MOST_RULES, size
from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.force import parse_directives, with_outcome
from imagen_fake.state.rule import CallCounter, Rule, put_latest

MAX_TOTAL_PATTERN_LENGTH = 50_000
"""Characters in all patterns of prompts: a call is compared with each of them."""


class TooManyRulesError(ValueError):
    """No more rules can be added; the text says what to do."""


class Rules:
    """The rules of one fake, in the order in which they are tried."""

    def __init__(self) -> None:
        self.clock = QuotaClock()
        self._rules: dict[tuple[str, str], Rule] = {}
        """By project and name."""
        self._counters: OrderedDict[tuple[str, bytes], CallCounter] = OrderedDict()
        """By project and the digest of what is counted."""
        self._last_number = 0
        self._lock = Lock()

    def add(
        self,
        directives: str,
        name: str | None = None,
        *,
        project: str | None = None,
        configured: bool = False,
    ) -> Rule:
        """A new rule, tried after the others, of a project if the directives or `project` name one.

        One of the same name and project is replaced, in its place. Raises DirectiveError, and
        TooManyRulesError if there are a thousand or if too much would be compared with prompts.
        """
        parsed = _of_project(project, parse(directives, in_rule=True))
        with self._lock:
            name = self._unused_name() if name is None else name
            rule = Rule(name, directives, parsed, configured=configured)
            key = rule.project, rule.name
            if key not in self._rules and len(self._rules) >= MOST_RULES:
                raise TooManyRulesError(f"There are {MOST_RULES} rules; remove some.")
            others = (size(other.parsed) for at, other in self._rules.items() if at != key)
            if size(parsed) + sum(others) > MAX_TOTAL_PATTERN_LENGTH:
                raise TooManyRulesError("The prompts of rules are too long together; remove some.")
            self._rules[key] = rule
            return rule

    def get(self, name: str, project: str | None = None) -> Rule | None:
        """The rule of that name, the first one of all projects unless one is given."""
        return next((rule for rule in self.of(project) if rule.name == name), None)

    def of(self, project: str | None) -> tuple[Rule, ...]:
        """The rules that name a project; all rules for None."""
        return tuple(rule for rule in self if project in (None, rule.project))

    def remove(self, rule: Rule) -> None:
        """Forget a rule."""
        with self._lock:
            self._rules.pop((rule.project, rule.name), None)

    def clear(self, project: str | None = None) -> None:
        """Forget every rule, or those of a project, but neither time nor other counts."""
        for rule in self.of(project):
            self.remove(rule)
        if project is None:
            self._last_number = 0

    def reset(self, project: str) -> None:
        """Forget the rules of a project, what its prompts and headers count, its quotas.

        Those of the configuration stay in their place, and count anew.
        """
        with self._lock:
            for rule in self.of(project):
                if rule.configured:
                    self._rules[project, rule.name] = rule.restarted()
                else:
                    del self._rules[project, rule.name]
            for key in [key for key in self._counters if key[0] == project]:
                del self._counters[key]
            for rule in self._rules.values():
                rule.forget(project)

    def concern(self, project: str) -> bool:
        """Whether any rule is about calls of a project."""
        return bool(self._rules) and any(rule.project in ("", project) for rule in self)

    def __iter__(self) -> Iterator[Rule]:
        return iter(tuple(self._rules.values()))

    def __len__(self) -> int:
        return len(self._rules)

    def apply_directives(
        self, call: Call, header: str = "", is_stale: Callable[[], bool] = lambda: False
    ) -> Call:
        """The call with the outcome forced upon it. Raises ApiError for an unknown directive.

        The prompt takes precedence over the header, the header over the first rule that is due.
        A stale call, whose project was reset since it began, is not counted.
        """
        if not self._rules and not header and not call.directives:
            return call
        with self._lock:
            rules, counters = self._rules, self._counters
            if is_stale():
                rules, counters = {}, OrderedDict()
            forced: Mapping[str, Any] = self._by_rule(rules, call)
            if header:
                forced = {**forced, **_by_text(counters, header, call.project, _scope(call))}
            if call.directives:
                scope = (*_scope(call), call.model.id, call.prompt)
                forced = {**forced, **_by_text(counters, call.directives, call.project, scope)}
        return with_outcome(call, forced) if forced else call

    def _unused_name(self) -> str:
        """The next number's name that nobody took."""
        names = {rule.name for rule in self._rules.values()}
        while True:
            self._last_number += 1
            if (name := f"rule-{self._last_number}") not in names:
                return name

    def _by_rule(self, rules: Mapping[Any, Rule], call: Call) -> Directives:
        answers = (rule.answer(call, self.clock) for rule in rules.values())
        return next(filter(None, answers), {})


def _of_project(project: str | None, parsed: Directives) -> Directives:
    """Directives that hold for a project, if one is given. Raises DirectiveError for another's."""
    if project is None:
        return parsed
    named = parsed.get("project", project)
    if named != project:
        raise DirectiveError(f"project={named} is not the project {project} that the rule is for.")
    return {**parsed, "project": project}


Counters = OrderedDict[tuple[str, bytes], CallCounter]


def _by_text(counters: Counters, text: str, project: str, scope: tuple[str, ...]) -> Directives:
    """What a prompt or a header forces; equal texts of a scope are counted together."""
    directives = parse_directives(text)
    if not directives.keys() & COUNTING:
        return outcomes(directives)
    key = project, sha256(repr((text, scope)).encode()).digest()
    counter = counters.pop(key, None) or CallCounter()
    put_latest(counters, key, counter)
    return counter.apply(directives, key[1].hex())


def _scope(call: Call) -> tuple[str, ...]:
    """Whose calls are counted together: those of a door and a project."""
    return call.dialect or call.surface.name, call.project

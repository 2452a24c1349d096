"""Rules: directives for calls to come, in order, counted and bounded."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from threading import Lock
from typing import Any, TypeVar

from imagen_fake.clock import QuotaClock
from imagen_fake.directives.directives import COUNTING, Directives, outcomes, parse
from imagen_fake.directives.patterns import MOST_RULES, size
from imagen_fake.directives.values import ALL, MODEL
from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.force import PROJECT, parse_directives, with_outcome
from imagen_fake.state.matching import matches

MAX_TOTAL_PATTERN_LENGTH = 50_000
"""Characters in all patterns of prompts: a call is compared with each of them."""

MAX_COUNTERS = 10_000
"""How many directives of prompts and headers are counted, and how many minutes of a quota."""

MINUTE = 60.0

Key = TypeVar("Key")
Count = TypeVar("Count")


class TooManyRulesError(ValueError):
    """No more rules can be added; the text says what to do."""


@dataclass(kw_only=True)
class CallCounter:
    """How many calls matched, and upon how many of them an outcome was forced."""

    seen: int = 0
    applied: int = 0

    def apply(
        self,
        directives: Directives,
        seed: str,
        force: Callable[[Directives], Directives] = outcomes,
    ) -> Directives:
        """Count a call; the outcome to force, empty unless `after`, `times` and `p` permit any."""
        self.seen += 1
        due = self.seen > directives.get("after", 0) and self.applied < directives.get("times", ALL)
        if not due or not _is_sampled(f"{seed} {self.seen}", directives.get("p", 1.0)):
            return {}
        forced = force(directives)
        self.applied += bool(forced)
        return forced


@dataclass
class Rule(CallCounter):
    """Named directives, and the counts of calls that matched and were forced."""

    name: str
    directives: str
    parsed: Directives = field(repr=False)
    windows: OrderedDict[tuple[str, str, int], int] = field(default_factory=OrderedDict, repr=False)

    def answer(self, call: Call, clock: QuotaClock) -> Directives:
        """Count a call if it matches; the outcome to force, empty if the rule is not due."""
        if not matches(self.parsed, call):
            return {}
        force = partial(self._quota, call, clock) if "quota" in self.parsed else outcomes
        return self.apply(self.parsed, f"{self.name} {self.directives}", force)

    def _quota(self, call: Call, clock: QuotaClock, directives: Directives) -> Directives:
        """An error once the minute's requests of the base model are used up."""
        quota, limit = call.model.facts["quota"], directives["quota"]
        limit = quota["requestsPerMinute"] if limit == MODEL else limit
        now = clock.now(directives.get("clock", "real"))
        scope = call.resource.rpartition("/")[0]
        window = (scope, quota["baseModel"], int(now // MINUTE))
        used = self.windows.pop(window, 0) + 1
        _put_latest(self.windows, window, used)
        if used <= limit:
            return {}
        wait = max(1, round(MINUTE - now % MINUTE))
        error = {"error": ("quota_exceeded", ""), "limit": limit, "seconds": wait}
        return {**error, **outcomes(directives)}


class Rules:
    """The rules of one fake, in the order in which they are tried."""

    def __init__(self) -> None:
        self.clock = QuotaClock()
        self._rules: dict[str, Rule] = {}
        self._counters: OrderedDict[bytes, CallCounter] = OrderedDict()
        self._last_number = 0
        self._lock = Lock()

    def add(self, directives: str, name: str | None = None) -> Rule:
        """A new rule, tried after the others; one of the same name is replaced, in its place.

        Raises DirectiveError, and TooManyRulesError if there are a thousand or if too much would
        be compared with prompts.
        """
        parsed = parse(directives, in_rule=True)
        with self._lock:
            name = self._unused_name() if name is None else name
            if name not in self._rules and len(self._rules) >= MOST_RULES:
                raise TooManyRulesError(f"There are {MOST_RULES} rules; remove some.")
            others = (rule for rule in self._rules.values() if rule.name != name)
            if size(parsed) + sum(size(rule.parsed) for rule in others) > MAX_TOTAL_PATTERN_LENGTH:
                raise TooManyRulesError("The prompts of rules are too long together; remove some.")
            self._rules[name] = Rule(name, directives, parsed)
            return self._rules[name]

    def get(self, name: str) -> Rule | None:
        """The rule of that name."""
        return self._rules.get(name)

    def remove(self, name: str) -> bool:
        """Forget a rule; whether there was one."""
        with self._lock:
            return self._rules.pop(name, None) is not None

    def clear(self) -> None:
        """Forget every rule, but neither the time nor what prompts and headers count."""
        with self._lock:
            self._rules.clear()
            self._last_number = 0

    def __iter__(self) -> Iterator[Rule]:
        return iter(tuple(self._rules.values()))

    def __len__(self) -> int:
        return len(self._rules)

    def apply_directives(self, call: Call, header: str = "") -> Call:
        """The call with the outcome forced upon it. Raises ApiError for an unknown directive.

        The prompt takes precedence over the header, the header over the first rule that is due.
        """
        if not self._rules and not header and not call.directives:
            return call
        forced: Mapping[str, Any] = self._by_rule(call)
        if header:
            forced = {**forced, **self._by_text(header, _scope(call))}
        if call.directives:
            forced = {
                **forced,
                **self._by_text(call.directives, (*_scope(call), call.model.id, call.prompt)),
            }
        return with_outcome(call, forced) if forced else call

    def _unused_name(self) -> str:
        """The next number's name that nobody took."""
        while True:
            self._last_number += 1
            if (name := f"rule-{self._last_number}") not in self._rules:
                return name

    def _by_rule(self, call: Call) -> Directives:
        with self._lock:
            for rule in self._rules.values():
                if forced := rule.answer(call, self.clock):
                    return forced
        return {}

    def _by_text(self, text: str, scope: tuple[str, ...]) -> Directives:
        """What a prompt or a header forces; equal texts of a scope are counted together."""
        directives = parse_directives(text)
        if not directives.keys() & COUNTING:
            return outcomes(directives)
        key = sha256(repr((text, scope)).encode()).digest()
        with self._lock:
            counter = self._counters.pop(key, None) or CallCounter()
            _put_latest(self._counters, key, counter)
            return counter.apply(directives, key.hex())


def _scope(call: Call) -> tuple[str, ...]:
    """Whose calls are counted together: those of a door and a project."""
    project = PROJECT.match(call.resource)
    return call.dialect or call.surface.name, project[1] if project else ""


def _put_latest(counted: OrderedDict[Key, Count], key: Key, count: Count) -> None:
    """Note a count as the latest, and forget the oldest where there are too many."""
    counted[key] = count
    while len(counted) > MAX_COUNTERS:
        counted.popitem(last=False)


def _is_sampled(turn: str, share: float) -> bool:
    """Whether a turn is one of that share: the same ones in every run."""
    return share >= 1 or int.from_bytes(sha256(turn.encode()).digest()[:4]) < share * 2**32

"""Directives that outlive one call: rules for calls to come, in order, counted and bounded."""

from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from time import monotonic
from typing import Any

from imagen_fake.call import Call
from imagen_fake.directives import ALL, MATCHED, MODEL, Directives, outcomes, parse
from imagen_fake.forced import compelled, read

MOST_RULES = 1000
"""How many rules there may be, and how many directives of prompts and headers are counted."""

MOST_WINDOWS = 10_000
MINUTE = 60.0
LONGEST_STEP = 10**9
"""Of the manual clock, in seconds."""


class TooManyRulesError(ValueError):
    """No more rules can be added; the text says what to do."""


class Clock:
    """The time in seconds by two clocks: the machine's, and one that only `advance` moves."""

    def __init__(self) -> None:
        self.manual = 0.0

    def now(self, name: str) -> float:
        """Seconds by the `real` or the `manual` clock, since a moment that never changes."""
        return self.manual if name == "manual" else monotonic()

    def advance(self, seconds: float) -> float:
        """Move the manual clock on; what it shows then.

        Raises ValueError for less than 0 seconds, and for more than thirty years.
        """
        if not 0 <= seconds <= LONGEST_STEP:
            raise ValueError(f"A clock is moved on by 0 to {LONGEST_STEP} seconds at once.")
        self.manual += seconds
        return self.manual


@dataclass
class Rule:
    """Directives under a name; how many calls matched it, and how many it was applied to."""

    name: str
    directives: str
    read: Directives = field(repr=False)
    seen: int = 0
    applied: int = 0
    windows: Counter[tuple[str, str, int]] = field(default_factory=Counter, repr=False)

    def matches(self, call: Call) -> bool:
        """Whether a call is one of those that the rule speaks of."""
        told = (call.surface.name, call.model.id, call.task, call.prompt)
        return all(self.read[part](text) for part, text in zip(MATCHED, told, strict=True)
                   if part in self.read)  # fmt: skip

    def take(self, call: Call, clock: Clock) -> Directives:
        """Count a matching call; what is forced upon it, nothing if it is not its turn."""
        self.seen += 1
        turn = self.seen - self.read.get("after", 0)
        if turn <= 0 or self.applied >= self.read.get("times", ALL):
            return {}
        if not _chosen(f"{self.name} {self.directives} {self.seen}", self.read.get("p", 1.0)):
            return {}
        forced = self._quota(call, clock) if "quota" in self.read else outcomes(self.read)
        self.applied += bool(forced)
        return forced

    def _quota(self, call: Call, clock: Clock) -> Directives:
        """An error once the minute's requests of the base model are used up."""
        known = call.model.facts["quota"]
        limit = known["requestsPerMinute"] if self.read["quota"] == MODEL else self.read["quota"]
        now = clock.now(self.read.get("clock", "real"))
        scope = call.resource.rpartition("/")[0]
        window = (scope, known["baseModel"], int(now // MINUTE))
        if len(self.windows) >= MOST_WINDOWS:
            self.windows.clear()
        self.windows[window] += 1
        if self.windows[window] <= limit:
            return {}
        wait = max(1, round(MINUTE - now % MINUTE))
        error = {"error": ("quota_exceeded", ""), "limit": limit, "seconds": wait}
        return {**error, **outcomes(self.read)}


class Rules:
    """The rules of one fake, in the order in which they are tried."""

    def __init__(self) -> None:
        self.clock = Clock()
        self._rules: dict[str, Rule] = {}
        self._inline: OrderedDict[str, Rule] = OrderedDict()
        self._named = 0
        self._lock = Lock()

    def add(self, directives: str, name: str | None = None) -> Rule:
        """A new rule, tried after the others; one of the same name is replaced, in its place.

        Raises DirectiveError, and TooManyRulesError if there are a thousand.
        """
        read = parse(directives, in_rule=True)
        with self._lock:
            name = self._unused() if name is None else name
            if name not in self._rules and len(self._rules) >= MOST_RULES:
                raise TooManyRulesError(f"There are {MOST_RULES} rules; remove some.")
            self._rules[name] = Rule(name, directives, read)
            return self._rules[name]

    def get(self, name: str) -> Rule | None:
        """The rule of that name."""
        return self._rules.get(name)

    def remove(self, name: str) -> bool:
        """Forget a rule; whether there was one."""
        with self._lock:
            return self._rules.pop(name, None) is not None

    def clear(self) -> None:
        """Forget every rule, and what was counted; set the manual clock back."""
        with self._lock:
            self._rules.clear()
            self._inline.clear()
            self._named = 0
            self.clock.manual = 0.0

    def __iter__(self) -> Iterator[Rule]:
        return iter(tuple(self._rules.values()))

    def __len__(self) -> int:
        return len(self._rules)

    def direct(self, call: Call, header: str = "") -> Call:
        """The call with what is forced upon it. Raises ApiError for an unknown directive.

        The first rule whose turn it is counts, below it what the header says, below that the
        prompt: the closest to the call wins.
        """
        if not self._rules and not header and not call.directives:
            return call
        forced: Mapping[str, Any] = self._by_rule(call)
        for text in (header, call.directives):
            if text:
                forced = {**forced, **self._by_text(call, text)}
        return compelled(call, forced) if forced else call

    def _unused(self) -> str:
        """The next number's name that nobody took."""
        while True:
            self._named += 1
            if (name := f"rule-{self._named}") not in self._rules:
                return name

    def _by_rule(self, call: Call) -> Directives:
        with self._lock:
            for rule in self._rules.values():
                if rule.matches(call) and (forced := rule.take(call, self.clock)):
                    return forced
        return {}

    def _by_text(self, call: Call, text: str) -> Directives:
        """What a prompt or a header forces; equal texts are counted together."""
        directives = read(text)
        with self._lock:
            rule = self._inline.setdefault(text, Rule("", text, directives))
            self._inline.move_to_end(text)
            while len(self._inline) > MOST_RULES:
                self._inline.popitem(last=False)
            return rule.take(call, self.clock)


def _chosen(turn: str, share: float) -> bool:
    """Whether a turn is one of that share: the same ones in every run."""
    return share >= 1 or int.from_bytes(sha256(turn.encode()).digest()[:4]) < share * 2**32

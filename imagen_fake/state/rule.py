"""A rule: directives for the calls that match it, and how many of those there were."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import TypeVar

from imagen_fake.clock import QuotaClock
from imagen_fake.directives.directives import Directives, outcomes
from imagen_fake.directives.values import ALL, MODEL
from imagen_fake.pipeline.call import Call
from imagen_fake.state.matching import matches

MAX_COUNTERS = 10_000
"""How many directives of prompts and headers are counted, and how many minutes of a quota."""

MINUTE = 60.0

Key = TypeVar("Key")
Count = TypeVar("Count")


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
    windows: OrderedDict[tuple[str, str, str, int], int] = field(
        default_factory=OrderedDict, repr=False
    )
    """Calls by project, place, base model and minute."""
    configured: bool = False
    """Whether it is of the configuration, and not of one test."""

    @property
    def project(self) -> str:
        """The project whose calls alone it is for; empty if it is for all."""
        return str(self.parsed.get("project", ""))

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
        window = (call.project, scope, quota["baseModel"], int(now // MINUTE))
        used = self.windows.pop(window, 0) + 1
        put_latest(self.windows, window, used)
        if used <= limit:
            return {}
        wait = max(1, round(MINUTE - now % MINUTE))
        error = {"error": ("quota_exceeded", ""), "limit": limit, "seconds": wait}
        return {**error, **outcomes(directives)}

    def restarted(self) -> "Rule":
        """The same rule without counts."""
        return Rule(self.name, self.directives, self.parsed, configured=self.configured)

    def forget(self, project: str) -> None:
        """Forget what a project used of the quota."""
        for window in [window for window in self.windows if window[0] == project]:
            del self.windows[window]


def put_latest(counted: OrderedDict[Key, Count], key: Key, count: Count) -> None:
    """Note a count as the latest, and forget the oldest where there are too many."""
    counted[key] = count
    while len(counted) > MAX_COUNTERS:
        counted.popitem(last=False)


def _is_sampled(turn: str, share: float) -> bool:
    """Whether a turn is one of that share: the same ones in every run."""
    return share >= 1 or int.from_bytes(sha256(turn.encode()).digest()[:4]) < share * 2**32

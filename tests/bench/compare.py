"""Two servers under the same load, turn by turn, so that a noisy machine is as noisy to both."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from tests.bench.load import Lane, Tally, drive
from tests.bench.servers import Command, Server, started

WARM_UP = 0.3
"""Seconds of load before anything counts."""


@dataclass(frozen=True, slots=True)
class Side:
    """A server and how it is loaded."""

    server: Server
    lane: Lane

    def load(self, seconds: float) -> Tally:
        """What the server answered in that time."""
        return drive(self.server.address, [self.lane], seconds)[0]


@dataclass(frozen=True, slots=True)
class Ratio:
    """The median over all rounds: of one side divided by the other, and of each alone."""

    value: float
    fake: float
    baseline: float


def rates(fake: Side, baseline: Side, rounds: int, seconds: float) -> Ratio:
    """Answers per second of the fake by those of the baseline."""
    for side in (fake, baseline):
        side.load(min(WARM_UP, seconds))
    return _ratio([(fake.load(seconds).rate, baseline.load(seconds).rate) for _ in range(rounds)])


def startups(fake: Command, probe: bytes, baseline: Command, plain: bytes, rounds: int) -> Ratio:
    """Seconds from process start to a first answer: of the fake by those of the baseline."""
    for command, request in ((fake, probe), (baseline, plain)):  # the first start compiles
        startup(command, request)
    return _ratio([(startup(fake, probe), startup(baseline, plain)) for _ in range(rounds)])


def durations(
    ours: Callable[[], object], theirs: Callable[[], object], rounds: int, least: float
) -> Ratio:
    """Seconds a function takes by those of another, both in this process, turn by turn.

    Each turn repeats both until each has taken `least` seconds.
    """
    for warm_up in (ours, theirs):
        warm_up()
    return _ratio([_turn(ours, theirs, least) for _ in range(rounds)])


def _turn(
    ours: Callable[[], object], theirs: Callable[[], object], least: float
) -> tuple[float, float]:
    taken = [0.0, 0.0]
    repeats = 0
    while min(taken) < least:
        repeats += 1
        for side, work in enumerate((ours, theirs)):
            start = perf_counter()
            work()
            taken[side] += perf_counter() - start
    return taken[0] / repeats, taken[1] / repeats


def startup(command: Command, probe: bytes) -> float:
    """Seconds from the start of a process until `probe` is answered."""
    with started(command, probe) as server:
        return server.startup


def _ratio(pairs: list[tuple[float, float]]) -> Ratio:
    fakes, baselines = zip(*pairs, strict=True)
    return Ratio(median(ours / other for ours, other in pairs), median(fakes), median(baselines))

"""How much is measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    rounds: int  # comparisons of which a figure is the median
    seconds: float  # how long each side of a comparison is loaded
    starts: int  # processes started on each side
    calls: int  # calls of every task after which memory is read
    bursts: int  # how often 32 large calls come at once
    before: str | None = None  # a Python with the build before


FULL = Plan(rounds=7, seconds=2.0, starts=11, calls=20_000, bursts=2)
SMOKE = Plan(rounds=1, seconds=0.5, starts=2, calls=100, bursts=1)

"""The clock of quotas: the machine's, or a manual one that tests advance."""

from imagen_fake.clock import monotonic

MAX_STEP = 10**9
"""Of the manual clock, in seconds."""


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
        if not 0 <= seconds <= MAX_STEP:
            raise ValueError(f"A clock is moved on by 0 to {MAX_STEP} seconds at once.")
        self.manual += seconds
        return self.manual

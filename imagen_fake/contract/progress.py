"""How far a run has come: a line that moves on a terminal, plain lines elsewhere."""

from collections.abc import Callable
from typing import TextIO

from imagen_fake.contract.suite import Progress

EVERY = 0.1
"""Seconds between two updates of a terminal."""

LINES = 500
"""After how many calls a plain line is printed."""


def watching(stream: TextIO, total: int) -> Callable[[Progress], None]:
    """What prints a run's progress; `total` is about how many calls there will be."""
    return Moving(stream, total) if stream.isatty() else Plain(stream, total)


class Moving:
    """One line that is written over."""

    def __init__(self, stream: TextIO, total: int) -> None:
        self._stream, self._total, self._shown = stream, total, 0.0

    def __call__(self, progress: Progress) -> None:
        """Show how far it is, ten times a second at most."""
        if progress.seconds - self._shown >= EVERY:
            self._shown = progress.seconds
            self._stream.write(f"\r{told(progress, self._total)[:100]:<100}")
            self._stream.flush()


class Plain:
    """A line from time to time."""

    def __init__(self, stream: TextIO, total: int) -> None:
        self._stream, self._total = stream, total

    def __call__(self, progress: Progress) -> None:
        """Show how far it is, every 500 calls."""
        if progress.asked % LINES == 0:
            self._stream.write(told(progress, self._total) + "\n")


def told(progress: Progress, total: int) -> str:
    """The progress in words."""
    asked = f"{progress.asked} of about {total} calls, {progress.found} differences"
    return f"{asked}: {progress.case.surface} {progress.case.model} {progress.case.task}"

"""Printing the progress of a run: a line that moves on a terminal, plain lines elsewhere."""

from typing import TextIO

from imagen_fake.contract.suite import OnProgress, Progress

INTERVAL = 0.1
"""Seconds between two updates of a terminal."""

CALLS_PER_LINE = 500
"""The number of calls after which a plain line is printed."""


def progress_printer(stream: TextIO, total: int) -> OnProgress:
    """A function that prints a run's progress; `total` is about how many calls there will be."""
    printed, terminal = 0.0, stream.isatty()

    def show(progress: Progress) -> None:
        nonlocal printed
        if terminal and progress.seconds - printed >= INTERVAL:
            printed = progress.seconds
            stream.write(f"\r{format_progress(progress, total)[:100]:<100}")
            stream.flush()
        elif not terminal and progress.calls % CALLS_PER_LINE == 0:
            stream.write(format_progress(progress, total) + "\n")

    return show


def format_progress(progress: Progress, total: int) -> str:
    """The progress in one line."""
    counts = f"{progress.calls} of about {total} calls, {progress.differences} differences"
    return f"{counts}: {progress.case.surface} {progress.case.model} {progress.case.task}"

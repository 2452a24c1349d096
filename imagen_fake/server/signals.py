"""The signals that ask a process to end, on whatever system."""

import signal
from collections.abc import Callable
from typing import NoReturn

NEVER_IGNORED = frozenset({signal.SIGINT, signal.SIGTERM})
"""Heard even if ignored: a shell has what it runs in the background ignore interrupts."""

TERMINATION_SIGNALS = tuple(
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGBREAK")
    if hasattr(signal, name)
)
"""The last one is that of Windows, which lacks the two before it."""


def handle(handler: Callable[[int], None]) -> None:
    """Call this with the number of each such signal from now on; `nohup` keeps its meaning."""
    for number in TERMINATION_SIGNALS:
        if number in NEVER_IGNORED or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda number, _: handler(number))


def ignore() -> None:
    """Let no signal break into what is left to do before the process ends."""
    for (
        number
    ) in TERMINATION_SIGNALS:  # Python complains of SIG_IGN about a signal that is on its way
        signal.signal(number, _do_nothing)


def exit_on_signal(number: int) -> NoReturn:
    """End this process as that signal would, but with everything tidied up."""
    ignore()
    raise SystemExit(128 + number)


def _do_nothing(number: int, frame: object) -> None:
    """Do nothing about a signal."""

"""Termination signals on every platform."""

import os
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
    """Install a handler for all termination signals; SIGHUP stays ignored under `nohup`."""
    for number in TERMINATION_SIGNALS:
        if number in NEVER_IGNORED or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda number, _: handler(number))


def note() -> list[int]:
    """The termination signals from now on, until another handler is installed.

    For a start: an exception that is raised just anywhere may be swallowed, or leave a lock held.
    """
    received: list[int] = []
    handle(received.append)
    return received


def ignore() -> None:
    """Ignore termination signals for the rest of the process's life."""
    for number in TERMINATION_SIGNALS:
        signal.signal(number, lambda *_: None)  # of SIG_IGN Python complains if one is on its way


def exit_on_signal(number: int) -> NoReturn:
    """Exit with the signal's exit code after cleanup; a second signal ends the process at once.

    The first may come where Python swallows exceptions.
    """
    handle(lambda second: os._exit(128 + second))
    raise SystemExit(128 + number)

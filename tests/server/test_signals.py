import subprocess
import sys

import pytest

CODE = """
import signal, sys
{before}
from imagen_fake.server import signals
heard = []
signals.handle(heard.append)
{after}
for number in signals.TERMINATION_SIGNALS:
    signal.raise_signal(number)
print(*map(int, heard))
"""


def heard(before: str = "", after: str = "") -> str:
    """The numbers of the signals that a process has heard."""
    code = CODE.format(before=before, after=after)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    return done.stdout.strip()


def test_every_signal_that_ends_a_process_is_heard() -> None:
    assert heard() == "2 15 1 3"


def test_hang_ups_are_ignored_where_they_were() -> None:
    assert heard(before="signal.signal(signal.SIGHUP, signal.SIG_IGN)") == "2 15 3"


def test_nothing_is_heard_any_more_where_all_are_ignored() -> None:
    assert heard(after="signals.ignore()") == ""


@pytest.mark.parametrize("missing", ["SIGHUP", "SIGQUIT"])
def test_a_system_without_a_signal_has_the_others(missing: str) -> None:
    numbers = {"SIGHUP": "2 15 3", "SIGQUIT": "2 15 1"}
    assert heard(before=f"del signal.{missing}") == numbers[missing]


def test_signals_can_be_noted_instead() -> None:
    assert heard(after="heard = signals.note()") == "2 15 1 3"


SWALLOWED = """
import signal
from imagen_fake.server import signals
class Dying:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)
signals.handle(signals.exit_on_signal)
Dying()
print("goes on", flush=True)
signal.raise_signal(signal.SIGTERM)
print("never")
"""


def test_a_second_signal_ends_a_process_that_swallowed_the_first() -> None:
    done = subprocess.run([sys.executable, "-c", SWALLOWED], capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (128 + 15, b"goes on\n")

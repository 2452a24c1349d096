from io import StringIO

import pytest

from imagen_fake.contract.progress import Moving, Plain, told, watching
from imagen_fake.contract.suite import Progress
from tests.contract.known import PLAIN


class Terminal(StringIO):
    """A stream that says that somebody watches it."""

    def isatty(self) -> bool:
        return True


def after(asked: int, seconds: float = 0.0, found: int = 0) -> Progress:
    return Progress(PLAIN, asked, found, seconds)


def test_a_terminal_has_one_line_that_is_written_over() -> None:
    stream = Terminal()
    watch = watching(stream, 100)
    watch(after(1, 1.0))
    watch(after(2, 2.0))
    assert stream.getvalue().count("\n") == 0
    shown = stream.getvalue().split("\r")[1:]
    assert [line.split()[0] for line in shown] == ["1", "2"]
    assert len({len(line) for line in shown}) == 1


def test_a_terminal_is_written_ten_times_a_second_at_most() -> None:
    stream = Terminal()
    watch = Moving(stream, 100)
    for turn in range(100):
        watch(after(turn, 1.0 + turn / 100))
    assert stream.getvalue().count("\r") == pytest.approx(10, abs=1)


def test_elsewhere_there_is_a_plain_line_every_500_calls() -> None:
    stream = StringIO()
    watch = watching(stream, 2000)
    assert isinstance(watch, Plain)
    for turn in range(1, 1101):
        watch(after(turn, found=turn // 500))
    assert stream.getvalue().splitlines() == [
        told(after(500, found=1), 2000), told(after(1000, found=2), 2000)
    ]  # fmt: skip


def test_the_line_tells_how_many_calls_and_differences_and_whose_turn_it_is() -> None:
    assert told(after(7, found=2), 10) == (
        "7 of about 10 calls, 2 differences: vertex imagen-4.0-generate-001 generate"
    )

from io import StringIO

import pytest

from imagen_fake.contract.progress import format_progress, progress_printer
from imagen_fake.contract.suite import Progress
from tests.contract.sample_cases import PLAIN


class Terminal(StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def after(calls: int, seconds: float = 0.0, differences: int = 0) -> Progress:
    return Progress(PLAIN, calls, differences, seconds)


def test_a_terminal_has_one_line_that_is_written_over() -> None:
    stream = Terminal()
    show = progress_printer(stream, 100)
    show(after(1, 1.0))
    show(after(2, 2.0))
    assert stream.getvalue().count("\n") == 0
    lines = stream.getvalue().split("\r")[1:]
    assert [line.split()[0] for line in lines] == ["1", "2"]
    assert len({len(line) for line in lines}) == 1


def test_a_terminal_is_written_ten_times_a_second_at_most() -> None:
    stream = Terminal()
    show = progress_printer(stream, 100)
    for turn in range(100):
        show(after(turn, 1.0 + turn / 100))
    assert stream.getvalue().count("\r") == pytest.approx(10, abs=1)


def test_elsewhere_there_is_a_plain_line_every_500_calls() -> None:
    stream = StringIO()
    show = progress_printer(stream, 2000)
    for turn in range(1, 1101):
        show(after(turn, differences=turn // 500))
    assert stream.getvalue().splitlines() == [
        format_progress(after(500, differences=1), 2000),
        format_progress(after(1000, differences=2), 2000),
    ]


def test_the_line_has_the_calls_the_differences_and_the_current_case() -> None:
    assert format_progress(after(7, differences=2), 10) == (
        "7 of about 10 calls, 2 differences: vertex imagen-4.0-generate-001 generate"
    )

"""`pytest --imagen-report FILE`: what clients did wrong in all tests, and what a move would change.

Every call that a fake in this process records is judged at the end of its test, however it was
made, and whether or not the fake was reset meanwhile. Workers of pytest-xdist hand on
what they found.
"""

import json
import math
from collections.abc import Generator
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import pytest

from imagen_fake.config import Config
from imagen_fake.migration.journal_calls import Request, request_of
from imagen_fake.migration.survey import Survey
from imagen_fake.migration.survey_report import survey_text
from imagen_fake.state.called import Called
from imagen_fake.state.snapshot import OBSERVERS
from imagen_fake.verdict.entries import Entry, entry
from imagen_fake.verdict.gathering import Gathered
from imagen_fake.verdict.report import report_text
from imagen_fake.verdict.verdict import judge_entries

if TYPE_CHECKING:
    from datetime import date

MAX_CALLS = 10_000
"""Of one test; more are counted."""

FORMATS = (".json", ".md", ".txt")
WORKER_KEY = "imagen_report"
OUTSIDE = "outside of tests"
MOVE = "migration"
"""Where the report says what a move from Imagen would change."""


def budget_amount(usd: float | None) -> float | None:
    """A budget. Raises UsageError for what is no amount of money."""
    if usd is not None and not 0 <= usd < math.inf:
        raise pytest.UsageError(f"--imagen-budget {usd}: it is an amount of US dollars.")
    return usd


def report_file(text: str) -> Path:
    """The file of a report. Raises UsageError for one that could not be written, or not as what."""
    file = Path(text).absolute()
    if file.suffix not in FORMATS:
        raise pytest.UsageError(
            f"--imagen-report {text}: a report is {', '.join(FORMATS)}, by the end of its name."
        )
    if file.is_dir() or not file.parent.is_dir():
        raise pytest.UsageError(f"--imagen-report {text}: there is no folder {file.parent}.")
    return file


class Report:
    """Gathers calls while tests run; without a file, in a worker, it hands them on."""

    def __init__(self, file: Path | None, budget: float | None) -> None:
        self._file, self._budget = file, budget
        self._gathered = Gathered()
        self._entries: list[Entry] = []
        self._survey = Survey()
        self._requests: list[tuple[Request, date | None]] = []
        self._dropped = 0
        self._problem = ""
        self._lock = Lock()

    def observe(self, called: Called, config: Config) -> None:
        """Take note of a call that a fake has recorded."""
        one, request = entry(called, config.as_of), request_of(called)
        with self._lock:
            if len(self._entries) < MAX_CALLS:
                self._entries.append(one)
                self._requests += [(request, config.as_of)] if request else []
            else:
                self._dropped += 1

    def pytest_sessionstart(self) -> None:
        """Begin to observe."""
        OBSERVERS.append(self.observe)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Judge the calls of a test, those of its fixtures included."""
        self._judge(OUTSIDE)
        try:
            return (yield)
        finally:
            self._judge(item.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the report, or hand over what a worker has found."""
        OBSERVERS.remove(self.observe)
        self._judge(OUTSIDE)
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[WORKER_KEY] = {**self._gathered.pack(), MOVE: self._survey.to_json()}
        elif self._file:
            found = {**self._gathered.to_json(self._budget), MOVE: self._survey.to_json()}
            text = json.dumps(found, indent=2) if self._file.suffix == ".json" else _text(found)
            try:
                self._file.write_text(f"{text}\n", encoding="utf-8")
            except OSError as error:  # the results of the tests are to be seen all the same
                self._problem = f" could not be written: {error.strerror}"
                session.exitstatus = session.exitstatus or pytest.ExitCode.INTERNAL_ERROR

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Add what a worker has found; one that crashed has nothing to say."""
        packed = getattr(node, "workeroutput", {}).get(WORKER_KEY)
        if packed is None:
            self._gathered.missing.append(str(node.gateway.id))
        else:
            self._gathered.merge(packed)
            self._survey.merge(packed[MOVE])

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say where the report is, and how much is in it."""
        found = self._gathered.to_json(self._budget)
        terminalreporter.write_sep("-", "imagen-fake verdict")
        terminalreporter.write_line(f"{_text(found).splitlines()[0]}: {self._file}{self._problem}")

    def _judge(self, test: str) -> None:
        with self._lock:
            entries, self._entries = self._entries, []
            dropped, self._dropped = self._dropped, 0
            requests, self._requests = self._requests, []
        for as_of in {day for _, day in requests}:
            of_day = [request for request, day in requests if day == as_of]
            self._survey.add_requests(of_day, as_of=as_of)
        if entries:
            self._gathered.add(test, judge_entries(entries, forgotten=dropped))


def _text(found: dict[str, Any]) -> str:
    lost = "".join(f"\n- {name} crashed: its tests are not in here" for name in found["missing"])
    moved = found.get(MOVE, {})
    move = f"\n\n{survey_text(moved)}" if moved.get("calls") else ""
    return report_text(found) + lost + move

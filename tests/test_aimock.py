"""The page about another mock: it says what the command finds, of the version that is pinned."""

import json
import re

import pytest

from tests.aimock.__main__ import COMMAND, FIGURES, PAGE
from tests.aimock.server import NAME, PINS, VERSION, fixture
from tests.aimock.table import figures, label, table

TEXT = PAGE.read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([a-z, ]+) \| ([\d,]+) \| ([\d,]+) \| `", TEXT, re.MULTILINE)


def number(text: str) -> int:
    return int(text.replace(",", ""))


def test_one_version_is_pinned_and_on_the_page() -> None:
    assert json.loads(PINS.read_text(encoding="utf-8"))["dependencies"] == {NAME: VERSION}
    assert re.fullmatch(r"\d+\.\d+\.\d+", VERSION)
    assert set(re.findall(r"\b\d+\.\d+\.\d+\b", TEXT.replace("127.0.0.1", ""))) == {VERSION}
    assert f"`{NAME}` {VERSION}: " in TEXT


def test_the_page_has_the_commands_that_are_run() -> None:
    assert "```sh\npython -m tests.aimock\n```" in TEXT
    assert f"imagen-fake {' '.join(COMMAND[2:])} http://127.0.0.1:PORT" in TEXT
    assert FIGURES.search(TEXT)


def test_the_rows_of_the_page_add_up() -> None:
    [[calls, differences, _]] = re.findall(
        rf"{VERSION}: ([\d,]+) calls; ([\d,]+) differences from ([\d,]+) facts", TEXT
    )
    assert sum(number(count) for _, count, _ in ROWS) == number(differences)
    assert number(calls) > 500
    assert [number(count) for _, count, _ in ROWS] == sorted(
        (number(count) for _, count, _ in ROWS), reverse=True
    )
    assert "- imagen-fake: " in TEXT
    assert re.search(r"imagen-fake: [\d,]+ calls; 0 differences from 0 facts, 0 from", TEXT)


def finding(check: str, expected: str, fact: str, *, assumption: bool = False) -> dict[str, object]:
    return {"case": "a | case", "check": check, "fact": fact, "grade": "recorded",
            "expected": expected, "observed": "that" * 90, "assumption": assumption}  # fmt: skip


REPORT = {
    "asked": 1234,
    "left_out": [{}, {}],
    "findings": [
        finding("size", "1x1", "a"),
        *(finding("headers", "x", fact) for fact in "abbb"),
        finding("status", "refused with sample_count", "c"),
        finding("status", "200", "c"),
        finding("message", "x", "d", assumption=True),
    ],
}


def test_the_figures_keep_facts_and_assumptions_apart() -> None:
    assert figures("somebody", REPORT) == (
        "somebody: 1,234 calls; 7 differences from 3 facts, 1 from what is only assumed of the"
        " service; 2 requests and checks left out."
    )


def test_the_table_has_a_row_for_each_check_the_most_frequent_first() -> None:
    head, line, *rows = table(REPORT)
    assert (head.count("|"), line.count("|")) == (5, 5)
    assert [row.split(" | ")[0] for row in rows] == [
        "| headers", "| size", "| status, of bodies to be refused",
        "| status, of bodies to be answered",
    ]  # fmt: skip
    assert rows[0].startswith("| headers | 4 | 2 | `a \\| case`: expected `x`, was `thatthat")
    assert all(len(re.split(r"(?<!\\)\|", row)) == 6 for row in rows)
    assert all(len(row) < 300 for row in rows)


@pytest.mark.parametrize("check", ["size", "message"])
def test_only_the_status_is_counted_as_two(check: str) -> None:
    assert label(finding(check, "refused with x", "a")) == check


def test_its_fixture_is_a_picture_for_every_prompt() -> None:
    [one] = fixture()["fixtures"]
    assert one["match"] == {"endpoint": "image"}
    assert one["response"]["image"]["b64Json"].startswith("iVBORw0KGgo")

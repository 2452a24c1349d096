import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from imagen_fake.contract.bodies.cases import cases
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.bodies.repair import minimal_body
from imagen_fake.contract.cassettes.cassette import read
from imagen_fake.contract.cassettes.recorder import file_name
from imagen_fake.contract.checks.relations import RELATIONS
from imagen_fake.contract.exchange import Case, Request, Response
from imagen_fake.contract.probes.registry import PROBE_LISTS
from imagen_fake.contract.selection import select
from imagen_fake.contract.session import NOT_LIVE, Options, Session
from imagen_fake.contract.targets.addresses import SECRET
from imagen_fake.contract.targets.target import Kind, Target
from imagen_fake.contract.targets.targets import InProcessTarget
from tests.contract.sample_cases import PLAIN, TOO_MANY, fake, generate_case

ONE = generate_case("one picture", sampleCount=1)


class Live(Target):
    """The fake as if it were the service, which costs money."""

    name = "vertex"
    kind: Kind = "live"

    def __init__(self) -> None:
        self.requests: list[Request] = []

    def ask(self, request: Request) -> Response:
        self.requests.append(request)
        return fake().ask(request)

    def request(self, case: Case) -> Request:
        return fake().request(case)


class Counting(Target):
    """The fake in this process, which notes each body once."""

    name, kind = "fake", "inside"

    def __init__(self) -> None:
        self.bodies: set[bytes] = set()

    def ask(self, request: Request) -> Response:
        self.bodies.add(request.body)
        return fake().ask(request)


def test_nothing_differs_of_the_fake() -> None:
    lines: list[str] = []
    assert Session(InProcessTarget(), [ONE, TOO_MANY], Options(examples=0), lines.append).run() == 0
    assert lines[-1].endswith(
        ": 0 differences, 0 wrong assumptions of the fake, 0 flaky, 0 without an answer, 0 left out"
    )


def test_what_differs_is_told_with_its_fact_and_makes_the_exit_code() -> None:
    wrong = replace(TOO_MANY, name="four pictures", body=ONE.body)
    lines: list[str] = []
    assert Session(InProcessTarget(), [wrong], Options(examples=0), lines.append).run() == 1
    heading, difference, case = lines[0].splitlines()
    assert heading.startswith("1 x ")
    assert heading.endswith("sampleCount/maximum (documented)")
    assert difference == "  status: expected refused with sample_count, was 200"
    assert case == "  four pictures"


def test_a_dry_run_prints_the_plan_and_asks_nothing() -> None:
    target, lines = Live(), list[str]()
    options = Options(dry_run=True)
    assert Session(target, [ONE, TOO_MANY], options, lines.append).run() == 0
    assert lines[0] == "1 bodies that must be refused, free of charge"
    assert target.requests == []


def test_a_live_run_asks_the_refused_first_and_one_picture_each() -> None:
    target, lines = Live(), list[str]()
    assert Session(target, [PLAIN, ONE, TOO_MANY], Options(), lines.append).run() == 0
    counts = [json.loads(asked.body)["parameters"]["sampleCount"] for asked in target.requests]
    assert counts == [5, 1]


def test_a_run_goes_on_where_it_was_left(tmp_path: Path) -> None:
    ledger = tmp_path / "asked.txt"
    for expected in (2, 0):
        target = Live()
        Session(target, [ONE, TOO_MANY], Options(resume=ledger), lambda _: None).run()
        assert len(target.requests) == expected
    assert ledger.read_text("utf-8").splitlines() == [TOO_MANY.name, ONE.name]


def test_each_exchange_is_recorded_without_its_credential(tmp_path: Path) -> None:
    options = Options(examples=0, record=tmp_path / "cassettes")
    Session(InProcessTarget(), [TOO_MANY], options, lambda _: None).run()
    file = tmp_path / "cassettes" / file_name(TOO_MANY)
    assert all(SECRET not in one.read_text("utf-8") for one in file.parent.iterdir())
    [(request, response)] = read(file).interactions
    assert (json.loads(request.body), response.status) == (TOO_MANY.body, 400)


def test_each_generated_exchange_has_a_cassette_of_its_own(tmp_path: Path) -> None:
    caption = Operation("imagetext@001", "caption", "vertex")
    start = caption.case("plain", minimal_body(caption))
    target = Counting()
    Session(target, [start], Options(examples=5, record=tmp_path), lambda _: None).run()
    bodies = [read(file).interactions[0][0].body for file in tmp_path.iterdir()]
    assert len(bodies) >= len(target.bodies) > 15


@pytest.mark.parametrize("ending", ["html", "json", "xml"])
def test_reports_are_written(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"report.{ending}"
    Session(
        InProcessTarget(), [TOO_MANY], Options(examples=0, reports=[file]), lambda _: None
    ).run()
    assert {"html": "Nothing differs.", "json": '"passed": true', "xml": TOO_MANY.name}[
        ending
    ] in file.read_text("utf-8")


def selected(*only: str, skip: Sequence[str] = ()) -> Options:
    return Options(examples=1, selection=select(only, skip))


VERIFY = list(cases("imageverification@001"))


def test_a_check_that_is_skipped_finds_nothing() -> None:
    wrong = replace(TOO_MANY, name="four pictures", body=ONE.body)
    assert Session(InProcessTarget(), [wrong], selected("status"), lambda _: None).run() == 1
    assert Session(InProcessTarget(), [wrong], selected(skip=["status"]), lambda _: None).run() == 0


@pytest.mark.parametrize(
    ("names", "calls"),
    [(["status"], len(VERIFY) + 3), (["verified"], 4), (["drawing_probes"], 0), (["same seed"], 0)],
)
def test_only_what_is_selected_is_sent(names: list[str], calls: int, tmp_path: Path) -> None:
    options = replace(selected(*names), reports=[tmp_path / "r.json"])
    Session(InProcessTarget(), VERIFY, options, lambda _: None).run()
    assert json.loads((tmp_path / "r.json").read_text())["asked"] == calls


def test_a_run_that_sends_nothing_is_no_success() -> None:
    lines: list[str] = []
    assert Session(InProcessTarget(), VERIFY, selected("same seed"), lines.append).run() == 1
    assert lines[-2] == "nothing was sent"
    assert lines[-3].startswith("left out (not selected): ")


def test_a_live_run_says_what_it_left_out() -> None:
    target, lines = Live(), list[str]()
    options = Options(budget=0)
    Session(target, [PLAIN, ONE, TOO_MANY], options, lines.append).run()
    assert {line for line in lines if line.startswith("left out (")} >= {
        "left out (they ask for several pictures, and a live run buys one at a time): 1 cases",
        "left out (beyond the budget): 1 cases",
        (
            f"left out ({NOT_LIVE}): {len(RELATIONS)} relations,"
            f" {len(PROBE_LISTS)} lists of probes, 1 generated bodies"
        ),
        "left out (needs what only this fake does): 2 checks",
    }

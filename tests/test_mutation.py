"""The mutation run: what it asks of a mutant, in which order, and what it makes of the answers."""

import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from imagen_fake.contract.mutants.program import Program
from imagen_fake.contract.suite import run
from imagen_fake.contract.targets.targets import InProcessTarget
from tests.contract.sample_cases import PLAIN, TOO_MANY
from tests.mutation.judge import CAUGHT, NOT_REACHED, NOT_VIABLE, SURVIVED, Verdict, judge, select
from tests.mutation.mutant import Mutant, first_difference, module_file
from tests.mutation.reach import Digest, Reach, in_function, load, save, statement
from tests.mutation.report import lines, share
from tests.mutation.units import Unit, parts
from tests.unmeasured import unmeasured

SOURCE = """\
LIMIT = (
    5
)

def first(
    size=LIMIT,
):
    if (
        size
        > 4
    ):
        return size
    for one in range(size): pass
    match size:
        case 1:
            return 2
"""
NEVER_ASKED = Unit("never asked", "", partial(pytest.fail, "it was asked"))


def in_a_process(code: str, *arguments: str) -> str:
    """What a process says that measures itself: two measurements at once would end this one's."""
    names = (
        "import sys\nfrom pathlib import Path\nfrom tests.mutation.reach import measure, save\n"
        "from tests.test_mutation import PLAIN_UNIT, REFUSED_UNIT\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", names + code, *arguments],
        cwd=Path(__file__).parents[1],
        env=unmeasured(),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr


def unit(name: str, group: str = "") -> Unit:
    return replace(NEVER_ASKED, name=name, group=group)


def mutant(text: str, instead: str, module: str = "tasks.generate") -> Mutant:
    source = module_file(module).read_text("utf-8")
    changed = Program(module, text, instead).source(source)
    line = first_difference(source, changed)
    return Mutant("one", module, line, Program(module, source, changed))


PLAIN_UNIT = Unit("plain", "", lambda target, observer: run(target, [PLAIN], [], observer=observer))
REFUSED = replace(PLAIN, name="too many", body=TOO_MANY.body)
"""A case that takes a body for a valid one that is none."""
REFUSED_UNIT = Unit("too many", "", lambda target, _: run(target, [REFUSED], []))
SAME_SIZE = ("    size = _size(call)\n", "    size = _size(call) or None\n")
FAILING = ("    size = _size(call)\n", "    size = 1 / 0\n")
NO_PYTHON = ("    size = _size(call)\n", "    size = = 1\n")
SMALLER = ("    size = _size(call)\n", "    size = 64, 64\n")


@pytest.mark.parametrize(
    ("line", "span"),
    [
        (2, range(1, 4)),
        (6, range(5, 8)),
        (10, range(8, 12)),
        (12, range(12, 13)),
        (13, range(13, 14)),
        (14, range(14, 15)),
        (16, range(16, 17)),
    ],
)
def test_a_line_is_reached_with_the_statement_or_the_head_that_it_is_of(
    line: int, span: range
) -> None:
    assert statement(SOURCE, line) == span


@pytest.mark.parametrize(("line", "inside"), [(2, False), (6, False), (9, True), (16, True)])
def test_a_default_is_run_by_the_import_and_a_body_is_not(line: int, inside: bool) -> None:
    assert in_function(SOURCE, line) is inside


@pytest.mark.parametrize(
    ("one", "other", "line"),
    [("a\nb\n", "a\nc\n", 2), ("a\nb\n", "x\na\nb\n", 1), ("a\nb\nc\n", "a\n", 2)],
)
def test_the_line_of_a_mutant_is_the_first_that_differs(one: str, other: str, line: int) -> None:
    assert first_difference(one, other) == line


def test_units_that_reach_the_line_come_first_one_of_each_group_after_the_other() -> None:
    failing = mutant(*FAILING)
    listed = [unit("a", "x"), unit("b", "x"), unit("c", "y"), unit("d", "y"), unit("e", "z")]
    seconds = {"a": 2.0, "b": 1.0, "c": 3.0, "d": 0.5, "e": 1.0}
    reached = {failing.module: {failing.line: ["a", "b", "c"], 1: ["c", "d"]}}
    reach = Reach(reached, seconds, {})
    assert [one.name for one in select(failing, listed, reach, 0)] == ["b", "c", "a", "d"]
    assert [one.name for one in select(failing, listed, reach, 2)] == ["b", "c"]


def test_a_line_in_a_function_that_nothing_reaches_is_asked_of_nothing() -> None:
    failing = mutant(*FAILING)
    reach = Reach({failing.module: {1: ["a"]}}, {"a": 1.0}, {})
    chosen = select(failing, [unit("a")], reach, 0)
    assert chosen == []
    assert judge(failing, chosen, reach).outcome == NOT_REACHED


def test_mutants_are_told_from_the_true_fake_by_the_units_asked() -> None:
    digest = Digest()
    PLAIN_UNIT.ask(InProcessTarget(), digest)
    reach = Reach({}, {"plain": 1.0}, {"plain": digest.value})
    same, failing, smaller, broken = (
        judge(mutant(*change), [PLAIN_UNIT], reach)
        for change in (SAME_SIZE, FAILING, SMALLER, NO_PYTHON)
    )
    assert (same.outcome, same.calls, same.changed) == (SURVIVED, 1, ())
    assert (failing.outcome, failing.by) == (CAUGHT, "plain")
    assert "500" in failing.finding
    assert (smaller.outcome, broken.outcome) == (CAUGHT, NOT_VIABLE)


def test_nothing_is_asked_after_what_convicts_a_mutant() -> None:
    verdict = judge(mutant(*FAILING), [PLAIN_UNIT, NEVER_ASKED], Reach({}, {}, {}))
    assert (verdict.units, verdict.calls) == (1, 1)


def test_what_units_reach_is_measured_and_can_be_kept(tmp_path: Path) -> None:
    file = tmp_path / "reach.json"
    code = "save(measure([PLAIN_UNIT]), Path(sys.argv[1]))"
    assert in_a_process(code, str(file)) == ""
    reach = load(file)
    line = first_difference(
        *(
            module_file("tasks.generate").read_text("utf-8").replace(*change)
            for change in (("", ""), FAILING)
        )
    )
    assert reach.units("tasks.generate", line) == {"plain"}
    assert reach.units_of_module("tasks.upscale") == set()
    save(reach, tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == file.read_bytes()


def test_a_target_that_differs_from_the_facts_is_no_measure() -> None:
    assert "ValueError: too many" in in_a_process("measure([REFUSED_UNIT])")


def test_a_process_that_is_measured_is_not_measured_twice() -> None:
    code = "from coverage import Coverage; Coverage(data_file=None).start(); measure([])"
    assert "RuntimeError: This process is measured already" in in_a_process(code)


@pytest.mark.parametrize("name", ["quota_probes", "token_probes", "storage_probes"])
def test_probes_that_build_on_each_other_are_asked_together(name: str) -> None:
    (part,) = parts(name)
    assert len(part[1]) > 1


def test_other_probes_are_asked_alone_under_names_of_their_own() -> None:
    listed = list(parts("forced_error_probes"))
    assert {len(probes) for _, probes in listed} == {1}
    assert len({name for name, _ in listed}) == len(listed) > 1


def test_the_share_is_of_the_viable_ones_and_survivors_are_shown() -> None:
    one = mutant(*FAILING)
    outcomes = (CAUGHT, CAUGHT, SURVIVED, NOT_REACHED, NOT_VIABLE)
    verdicts = [Verdict(one, outcome, 3, 4) for outcome in outcomes]
    assert share(verdicts) == 0.5
    shown = list(lines(verdicts))
    assert shown[-1] == "2 of 4 viable mutants caught: 50.0%"
    assert sum("size = 1 / 0" in line for line in shown) == 2


def test_nothing_judged_is_no_share() -> None:
    assert share([]) == 0.0

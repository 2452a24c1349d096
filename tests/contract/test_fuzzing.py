import subprocess
import sys
from collections.abc import Callable, Container
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from imagen_fake.contract.bodies.cases import operations
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.exchange import Case, Request, Response
from imagen_fake.contract.fuzzing import STRATEGIES, fuzz
from imagen_fake.contract.targets.target import Kind, Target
from imagen_fake.contract.targets.targets import InProcessTarget
from tests.contract.sample_cases import fake

CAPTION = Operation("imagetext@001", "caption", "vertex")


@dataclass
class Deaf(Target):
    """The fake, but for one parameter that it never refuses; it notes what it is asked."""

    name: str = "deaf"
    kind: Kind = "inside"
    bodies: list[bytes] = field(default_factory=list)

    def ask(self, request: Request) -> Response:
        self.bodies.append(request.body)
        answer = fake().ask(request)
        if b"sampleCount, " in answer.body:
            return Response(200, answer.headers, b"{}\n")
        return answer

    def request(self, case: Case) -> Request:
        return fake().request(case)


@dataclass
class Unsteady(Target):
    """The fake, but for the calls with certain numbers, whose answers have a fault."""

    fault: Callable[[Response], Response]
    numbers: Container[int]
    name: str = "unsteady"
    kind: Kind = "inside"
    calls: int = 0

    def ask(self, request: Request) -> Response:
        self.calls += 1
        answer = fake().ask(request)
        return self.fault(answer) if self.calls in self.numbers else answer

    def request(self, case: Case) -> Request:
        return fake().request(case)


def drop(_: Response) -> Response:
    raise ConnectionResetError("dropped")


def time_out(_: Response) -> Response:
    raise TimeoutError("late")


FAULTS: dict[str, Callable[[Response], Response]] = {
    "busy": lambda _: Response(503, (), b"{}"),
    "half": lambda answer: replace(answer, body=answer.body[: len(answer.body) // 2]),
    "nothing": lambda answer: replace(answer, body=b""),
    "no JSON": lambda answer: replace(answer, body=b"<p>Bad gateway</p>"),
    "another status": lambda answer: replace(answer, status=201),
    "a redirect": lambda _: Response(302, ((b"location", b"/"),), b""),
}
"""What is wrong with an answer that comes."""
EXAMPLES = 4
CALLS = EXAMPLES * len(STRATEGIES)


@pytest.mark.parametrize("number", range(1, CALLS + 1))
@pytest.mark.parametrize("fault", FAULTS)
def test_an_answer_that_differs_once_is_flaky_and_the_run_goes_on(fault: str, number: int) -> None:
    target = Unsteady(FAULTS[fault], {number})
    result = fuzz(target, [CAPTION], 3, EXAMPLES)
    assert result.findings == ()
    assert result.flaky
    assert not result.passed
    assert target.calls == result.calls > CALLS - EXAMPLES


@pytest.mark.parametrize("number", range(1, CALLS + 1))
@pytest.mark.parametrize("fault", [drop, time_out])
def test_a_call_without_an_answer_is_listed_and_the_run_goes_on(
    fault: Callable[[Response], Response], number: int
) -> None:
    target = Unsteady(fault, {number})
    result = fuzz(target, [CAPTION], 3, EXAMPLES)
    assert (result.findings, result.flaky, len(result.unanswered)) == ((), (), 1)
    assert target.calls == CALLS
    assert result.calls == CALLS - 1


@pytest.mark.parametrize("every", range(1, 8))
@pytest.mark.parametrize("fault", [*FAULTS.values(), drop, time_out])
def test_however_often_answers_fail_a_run_has_a_result(
    fault: Callable[[Response], Response], every: int
) -> None:
    target = Unsteady(fault, range(every, 10_000, every))
    result = fuzz(target, [CAPTION], 3, EXAMPLES)
    assert result.calls + len(result.unanswered) == target.calls
    assert not result.passed


def test_nothing_differs_of_the_fake() -> None:
    several = [
        operation
        for operation in operations()
        if operation.task in {"generate", "caption", "upscale"}
    ][::6]
    result = fuzz(fake(), several, 1, 4)
    assert result.findings == ()
    assert result.calls >= 2 * 4 * len(several)


def test_what_differs_is_shrunk_to_a_readable_body() -> None:
    result = fuzz(Deaf(), [CAPTION], 0, 60)
    [finding] = {one.case.name: one for one in result.findings}.values()
    assert finding.difference.check == "status"
    assert finding.difference.fact.pointer.split("/")[-2] == "sampleCount"
    [instance] = finding.case.body["instances"]
    assert set(instance) == {"image"}
    assert set(finding.case.body["parameters"]) == {"sampleCount"}


def test_only_the_checks_that_are_named_judge_generated_bodies() -> None:
    assert fuzz(Deaf(), [CAPTION], 0, 60, checks=["headers"]).passed
    assert not fuzz(Deaf(), [CAPTION], 0, 60, checks=["status"]).passed


def test_a_seed_asks_the_same_bodies_again_and_another_one_others() -> None:
    first, again, other = Deaf(), Deaf(), Deaf()
    for target, seed in ((first, 1), (again, 1), (other, 2)):
        fuzz(target, [CAPTION], seed, 5)
    assert first.bodies == again.bodies
    assert first.bodies != other.bodies


def test_without_examples_nothing_is_asked() -> None:
    target = InProcessTarget()
    try:
        assert fuzz(target, [CAPTION], 0, 0).calls == 0
    finally:
        target.close()


def test_a_run_leaves_nothing_in_the_working_directory(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "imagen_fake", "contract", "--model", "imagetext@001"]
    subprocess.run([*command, "--examples", "1"], cwd=tmp_path, check=True, capture_output=True)
    assert list(tmp_path.iterdir()) == []

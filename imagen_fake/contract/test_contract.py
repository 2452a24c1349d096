"""The suite for pytest: `pytest --pyargs imagen_fake.contract [--imagen-fake-target URL]`."""

from collections.abc import Iterator

import pytest

from imagen_fake.contract.bodies.cases import every_case, operations
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.cassettes.scrub import Scrubber
from imagen_fake.contract.checks.relations import RELATIONS
from imagen_fake.contract.exchange import Case
from imagen_fake.contract.fuzzing import fuzz
from imagen_fake.contract.probes.probe import Probe
from imagen_fake.contract.probes.registry import probes
from imagen_fake.contract.suite import Result, run
from imagen_fake.contract.summary import result_lines
from imagen_fake.contract.targets.target import Target
from imagen_fake.contract.targets.targets import InProcessTarget, LearningTarget, UrlTarget

EXAMPLES = 5
CASES = every_case()
OPERATIONS = list(operations())
PROBES: dict[tuple[str, str], list[Probe]] = {}
"""The probes of each list and setting, in order: those of one setting refer to each other alone."""
for probe in probes():
    PROBES.setdefault((probe.list_name, probe.setting), []).append(probe)
SCRUB = Scrubber()
"""For all that a failing test prints."""


@pytest.fixture(scope="session")
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    """The fake in this process, or whatever answers at a URL."""
    url = request.config.getoption("--imagen-fake-target")
    try:
        chosen = UrlTarget(url) if url else InProcessTarget()
    except ValueError as error:
        pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)
    yield LearningTarget(chosen, SCRUB)
    chosen.close()


def nothing_differs(result: Result) -> None:
    """Fail with what differs, by fact."""
    __tracebackhide__ = True
    if not result.passed:
        pytest.fail("\n".join(result_lines(result.scrub(SCRUB))), pytrace=False)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(target: Target, case: Case) -> None:
    """A listed body is answered, or refused, as the facts say."""
    with SCRUB.errors():
        result = run(target, [case], [])
    nothing_differs(result)


@pytest.mark.parametrize("relation", RELATIONS)
def test_relation(target: Target, relation: str) -> None:
    """Answers to related bodies are related as the facts say."""
    with SCRUB.errors():
        result = run(target, [], [RELATIONS[relation]], start=CASES)
    nothing_differs(result)


@pytest.mark.parametrize(("name", "setting"), list(PROBES), ids=str)
def test_probes(target: Target, name: str, setting: str) -> None:
    """Requests beside the cases are answered as the facts say."""
    with SCRUB.errors():
        result = run(target, [], [], probes=PROBES[name, setting])
    nothing_differs(result)
    if not result.calls:
        pytest.skip(" ".join(sorted({one.reason for one in result.left_out})))


@pytest.mark.parametrize(
    "operation", OPERATIONS, ids=lambda one: f"{one.surface} {one.model} {one.task}"
)
def test_generated(target: Target, operation: Operation) -> None:
    """Generated bodies of a model, task and surface are answered as the facts say."""
    with SCRUB.errors():
        result = fuzz(target, [operation], 0, EXAMPLES)
    nothing_differs(result)

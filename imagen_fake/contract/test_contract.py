"""The suite for pytest: `pytest --pyargs imagen_fake.contract [--imagen-fake-target URL]`."""

from collections.abc import Iterator

import pytest

from imagen_fake.contract.bodies.cases import cases, forms
from imagen_fake.contract.bodies.form import Form
from imagen_fake.contract.cassettes.scrub import Scrubber
from imagen_fake.contract.checks.relations import RELATIONS
from imagen_fake.contract.exchange import Case
from imagen_fake.contract.exploring import Asking, explored
from imagen_fake.contract.probes.probes import LISTS
from imagen_fake.contract.report import line
from imagen_fake.contract.suite import Result, run
from imagen_fake.contract.targets.targets import InProcessTarget, LearningTarget, Target, UrlTarget

EXAMPLES = 5
CASES = list(cases())
FORMS = list(forms())
SCRUB = Scrubber()
"""Of all that a failing test prints."""


@pytest.fixture(scope="session")
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    """Who is asked: the fake in this process, or whatever answers at a URL."""
    url = request.config.getoption("--imagen-fake-target")
    try:
        chosen = UrlTarget(url) if url else InProcessTarget()
    except ValueError as error:
        pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)
    yield LearningTarget(chosen, SCRUB)
    chosen.close()


def nothing_differs(result: Result) -> None:
    """Fail with every difference, a line each."""
    __tracebackhide__ = True
    result = result.scrubbed(SCRUB)
    lines = [f"{one.difference.fact.pointer}: {line(one.difference)}" for one in result.findings]
    if not result.passed:
        pytest.fail("\n".join([*lines, *result.unanswered.values()]), pytrace=False)


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


@pytest.mark.parametrize("number", range(len(LISTS)), ids=[listed.__name__ for listed in LISTS])
def test_probes(target: Target, number: int) -> None:
    """What is asked beside predictions is answered as the facts say."""
    with SCRUB.errors():
        result = run(target, [], [], probes=LISTS[number]())
    nothing_differs(result)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.surface} {form.model} {form.task}")
def test_generated(target: Target, form: Form) -> None:
    """Generated bodies of a model, task and surface are answered as the facts say."""
    asking = Asking(target)
    with SCRUB.errors():
        findings = tuple(explored(asking, form, 0, EXAMPLES))
    nothing_differs(Result(target.name, asking.asked, 0.0, findings, unanswered=asking.unanswered))

"""Generated bodies: each difference is shrunk to the simplest body that shows it."""

from collections.abc import Callable, Iterable, Iterator
from time import perf_counter

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis.strategies import SearchStrategy

from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.bodies.strategies import invalid_cases, respelled_cases, valid_cases
from imagen_fake.contract.checks.runner import run_checks
from imagen_fake.contract.exchange import Case, Difference, Exchange
from imagen_fake.contract.suite import Finding, Result
from imagen_fake.contract.targets.target import Target

STRATEGIES: tuple[Callable[[Operation], SearchStrategy[Case]], ...] = (
    valid_cases,
    invalid_cases,
    lambda operation: valid_cases(operation).flatmap(respelled_cases),
)
"""Bodies to accept, bodies to refuse, and bodies to accept in the spelling of other clients."""


class DiffersError(AssertionError):
    """An answer that differs from the facts."""

    def __init__(self, case: Case, differences: list[Difference]) -> None:
        super().__init__(f"{case.name} {case.body}: {differences}")
        self.findings = [Finding(case, difference) for difference in differences]


def fuzz(target: Target, operations: Iterable[Operation], seed: int, examples: int) -> Result:
    """The differences that so many generated bodies of each kind and operation show.

    A seed generates the same bodies again.
    """
    start, runner, findings = perf_counter(), CaseRunner(target), list[Finding]()
    for operation in operations if examples else ():
        findings += fuzz_operation(runner, operation, seed, examples)
    seconds = perf_counter() - start
    return Result(target.name, runner.calls, seconds, tuple(findings), unanswered=runner.unanswered)


def fuzz_operation(
    runner: "CaseRunner", operation: Operation, seed: int, examples: int
) -> Iterator[Finding]:
    """The differences that the generated bodies of one operation show."""
    for strategy in STRATEGIES:
        try:
            _run_property(runner, strategy(operation), seed, examples)
        except DiffersError as error:
            yield from error.findings


class CaseRunner:
    """Sends cases to a target, and counts them. Raises DiffersError."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self.calls = 0
        self.unanswered: dict[str, str] = {}

    def __call__(self, case: Case) -> None:
        """Send a case, and check the answer."""
        self.calls += 1
        request = self._target.request(case)
        try:
            response = self._target.ask(request)
        except OSError as error:
            self.unanswered[case.name] = f"{type(error).__name__}: {error}"
            return
        exchange = Exchange(case, request, response)
        differences = run_checks(exchange, inside=self._target.kind == "inside")
        if differences:
            raise DiffersError(case, differences)


def _run_property(
    runner: CaseRunner, cases: SearchStrategy[Case], seed: int, examples: int
) -> None:
    @seeded(seed)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(cases)
    def every_case_passes(case: Case) -> None:
        runner(case)

    every_case_passes()

"""Generated bodies: each difference is shrunk to the simplest body that shows it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.errors import Flaky
from hypothesis.strategies import SearchStrategy

from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.bodies.strategies import invalid_cases, respelled_cases, valid_cases
from imagen_fake.contract.checks.runner import CHECKS
from imagen_fake.contract.exchange import Case
from imagen_fake.contract.suite import Finding, Observer, Result, run
from imagen_fake.contract.targets.target import Target

STRATEGIES: tuple[Callable[[Operation], SearchStrategy[Case]], ...] = (
    valid_cases,
    invalid_cases,
    lambda operation: valid_cases(operation).flatmap(respelled_cases),
)
"""Bodies to accept, bodies to refuse, and bodies to accept in the spelling of other clients."""


class DiffersError(AssertionError):
    """The response to a generated case differs from the facts."""


def fuzz(
    target: Target,
    operations: Iterable[Operation],
    seed: int,
    examples: int,
    observer: Observer = lambda *_: None,
    checks: Collection[str] = CHECKS,
) -> Result:
    """The differences that so many generated bodies of each kind and operation show.

    A seed generates the same bodies again. The observer is called with each exchange, those
    included that simplify a body that differs.
    """
    total = Result(target.name, 0, 0.0)
    send = partial(run, target, relations=(), observer=observer, checks=checks)
    with _scratch_folder():
        for operation in operations if examples else ():
            for strategy in STRATEGIES:
                total = total.merge(_run_property(send, strategy(operation), seed, examples))
    return total


@contextmanager
def _scratch_folder() -> Iterator[None]:
    """Let Hypothesis keep its tables elsewhere than in the user's working directory."""
    with TemporaryDirectory() as folder:
        set_hypothesis_home_dir(folder)
        try:
            yield
        finally:
            set_hypothesis_home_dir(None)


def _run_property(
    send: Callable[[Sequence[Case]], Result], cases: SearchStrategy[Case], seed: int, examples: int
) -> Result:
    """The result of all generated cases, with the findings of the simplest that differs.

    Where that did not differ when it was sent again, its findings are flaky.
    """
    total = send([])
    simplest: tuple[Finding, ...] = ()

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
    def nothing_differs(case: Case) -> None:
        nonlocal total, simplest
        result = send([case])
        total = total.merge(replace(result, findings=()))
        if result.findings:
            simplest = result.findings
            raise DiffersError

    try:
        nothing_differs()
    except DiffersError:
        return replace(total, findings=simplest)
    except Flaky:
        return replace(total, flaky=simplest)
    return total

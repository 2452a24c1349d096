"""Generated bodies asked of a target: what differs, shrunk to the plainest body that shows it."""

from collections.abc import Callable, Iterable, Iterator
from time import perf_counter

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis.strategies import SearchStrategy

from imagen_fake.contract.bodies.form import Form
from imagen_fake.contract.bodies.strategies import broken, spelled, valid
from imagen_fake.contract.checks.judging import judge
from imagen_fake.contract.exchange import Case, Difference, Exchange
from imagen_fake.contract.suite import Finding, Result
from imagen_fake.contract.targets.targets import Target

KINDS: tuple[Callable[[str, str, str], SearchStrategy[Case]], ...] = (
    valid,
    broken,
    lambda model, task, surface: valid(model, task, surface).flatmap(spelled),
)
"""Bodies to accept, bodies to refuse, and bodies to accept in the spelling of other clients."""


class DiffersError(AssertionError):
    """An answer that differs from what the facts say."""

    def __init__(self, case: Case, differing: list[Difference]) -> None:
        super().__init__(f"{case.name} {case.body}: {differing}")
        self.findings = [Finding(case, difference) for difference in differing]


def explore(target: Target, forms: Iterable[Form], seed: int, examples: int) -> Result:
    """What differs for so many generated bodies of each kind and form; a seed has the same ones."""
    start, asking = perf_counter(), Asking(target)
    wanted = forms if examples else ()
    findings = [one for form in wanted for one in explored(asking, form, seed, examples)]
    seconds = perf_counter() - start
    return Result(target.name, asking.asked, seconds, tuple(findings), unanswered=asking.unanswered)


def explored(ask: "Asking", form: Form, seed: int, examples: int) -> Iterator[Finding]:
    """What differs for the generated bodies of one model, task and surface."""
    for kind in KINDS:
        try:
            _drawing(ask, kind(form.model, form.task, form.surface), seed, examples)
        except DiffersError as error:
            yield from error.findings


class Asking:
    """Asks a target for cases, and counts them. Raises DiffersError."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self.asked = 0
        self.unanswered: dict[str, str] = {}

    def __call__(self, case: Case) -> None:
        """Ask for a case, and judge the answer."""
        self.asked += 1
        request, start = self._target.request(case), perf_counter()
        try:
            response = self._target.ask(request)
        except OSError as error:
            self.unanswered[case.name] = f"{type(error).__name__}: {error}"
            return
        exchange = Exchange(case, request, response, perf_counter() - start)
        differing = judge(exchange, inside=self._target.kind == "inside")
        if differing:
            raise DiffersError(case, differing)


def _drawing(ask: Asking, cases: SearchStrategy[Case], seed: int, examples: int) -> None:
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
    def every(case: Case) -> None:
        ask(case)

    every()

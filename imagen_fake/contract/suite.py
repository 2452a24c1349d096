"""The suite: every case sent to a target and checked, then relations and probes."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter

from imagen_fake.contract.checks.relations import RELATIONS, Relation
from imagen_fake.contract.checks.runner import CHECKS, inside_checks, run_checks
from imagen_fake.contract.exchange import Case, Difference, Exchange
from imagen_fake.contract.probes.probe import Probe, build_request, obstacle, store_variables
from imagen_fake.contract.result import Finding, LeftOut, Progress, Result
from imagen_fake.contract.targets.live import retirement
from imagen_fake.contract.targets.settings import requirement
from imagen_fake.contract.targets.target import ConfiguredTarget, Target

__all__ = ["Finding", "Observer", "OnProgress", "Progress", "Result", "Run", "StopWhen", "run"]

OnProgress = Callable[[Progress], None]
StopWhen = Callable[[Difference], bool]
Observer = Callable[[Exchange, Sequence[Difference]], None]


class Run:
    """One run of the suite against a target, and its findings so far."""

    def __init__(
        self,
        target: Target,
        on_progress: OnProgress,
        stop_when: StopWhen,
        observer: Observer,
        checks: Collection[str],
    ) -> None:
        self._target, self._on_progress, self._stop_when = target, on_progress, stop_when
        self._observer, self._checks = observer, checks
        self._inside = target.kind == "inside"
        self._start = perf_counter()
        self._calls = 0
        self._stopped = False
        self._findings: list[Finding] = []
        self._gone: dict[str, str] = {}
        self._unanswered: dict[str, str] = {}
        self._left_out: list[LeftOut] = []

    def check(self, cases: Iterable[Case]) -> None:
        """Send and check each case."""
        for case in cases:
            if self._continues(case):
                with self._catching_failures(case.name):
                    self(case)

    def relate(self, relation: Relation, cases: Iterable[Case]) -> None:
        """Follow a relation from the first case of each model and surface that it applies to."""
        for case in first_of_each_model(relation, cases):
            if self._continues(case):
                with self._catching_failures(f"{case.name}, {relation.name}"):
                    for difference in relation.rule(self, case):
                        self._add(case, difference)

    def probe(self, probes: Iterable[Probe]) -> None:
        """Send and check each probe that the target can be configured for."""
        for probe in probes:
            target = self._target.configure(probe.setting)
            if target is None:
                self._leave_out(probe, requirement(probe.setting))
            elif self._continues(probe.case):
                with self._catching_failures(probe.case.name):
                    self._ask_probe(probe, target)

    def __call__(self, case: Case) -> Exchange:
        """The case's exchange with the target, checked. Raises OSError where no answer comes."""
        request, start = self._target.request(case), perf_counter()
        response = self._target.ask(request)
        return self._check(Exchange(case, request, response, perf_counter() - start))

    def together(self, cases: Sequence[Case]) -> Sequence[Exchange]:
        """The exchanges of cases that are all sent at once, checked. Raises OSError."""
        requests, start = [self._target.request(case) for case in cases], perf_counter()
        responses = self._target.ask_together(requests)
        seconds = perf_counter() - start
        return [
            self._check(Exchange(*one, seconds))
            for one in zip(cases, requests, responses, strict=True)
        ]

    def result(self) -> Result:
        """The findings so far."""
        own = () if self._inside else inside_checks(self._checks)
        unseen = [LeftOut("checks", name, requirement("itself")) for name in own]
        return Result(
            self._target.name,
            self._calls,
            perf_counter() - self._start,
            tuple(self._findings),
            self._gone,
            self._unanswered,
            left_out=(*unseen, *self._left_out),
        )

    def _continues(self, case: Case) -> bool:
        return not self._stopped and case.model not in self._gone

    @contextmanager
    def _catching_failures(self, name: str) -> Iterator[None]:
        """Note under a name that a response does not come."""
        try:
            yield
        except OSError as error:
            self._unanswered[name] = f"{type(error).__name__}: {error}"

    def _check(self, exchange: Exchange) -> Exchange:
        """The exchange, checked."""
        case = exchange.case
        retired = retirement(case, exchange.response) if self._target.kind == "live" else None
        if retired:
            self._gone[case.model] = retired
            self._report(case)
        else:
            self._enter(exchange, self._differences(exchange))
        return exchange

    def _ask_probe(self, probe: Probe, target: ConfiguredTarget) -> None:
        """Send a probe, check the response, and store its variables."""
        request, start = build_request(probe, target), perf_counter()
        problem = None if self._inside else obstacle(request, target)
        if problem:
            self._leave_out(probe, problem)
            return
        response = target.ask(request)
        exchange = Exchange(probe.case, request, response, perf_counter() - start)
        differences = [one for expected in probe.expectations for one in expected(exchange)]
        lacking = list(store_variables(probe, response, target.variables))
        if probe.request is None:
            differences += self._differences(exchange)
        self._enter(exchange, differences or lacking)

    def _differences(self, exchange: Exchange) -> Sequence[Difference]:
        return run_checks(exchange, inside=self._inside, names=self._checks)

    def _leave_out(self, probe: Probe, reason: str) -> None:
        self._left_out.append(LeftOut(probe.list_name or "probes", probe.case.name, reason))

    def _enter(self, exchange: Exchange, differences: Sequence[Difference]) -> None:
        """Note an exchange that was checked."""
        self._observer(exchange, differences)
        for difference in differences:
            self._add(exchange.case, difference)
        self._report(exchange.case)

    def _report(self, case: Case) -> None:
        self._calls += 1
        seconds = perf_counter() - self._start
        self._on_progress(Progress(case, self._calls, len(self._findings), seconds))

    def _add(self, case: Case, difference: Difference) -> None:
        self._findings.append(Finding(case, difference))
        self._stopped = self._stopped or self._stop_when(difference)


def run(
    target: Target,
    cases: Iterable[Case],
    relations: Iterable[Relation] | None = None,
    on_progress: OnProgress = lambda _: None,
    stop_when: StopWhen = lambda _: False,
    start: Iterable[Case] | None = None,
    observer: Observer = lambda *_: None,
    probes: Iterable[Probe] = (),
    checks: Collection[str] = CHECKS,
) -> Result:
    """The differences between a target's responses and the facts of `schemas/`.

    Args:
        target: where the requests go.
        cases: the requests; errors are checked in the order given.
        relations: the rules that join several responses; None: all of them.
        on_progress: called after each response.
        stop_when: whether a difference ends the run.
        start: the cases that relations may start from; None: the same cases.
        observer: called with each exchange and its differences.
        probes: further requests, for a target that can be configured for them.
        checks: the names of the checks of each response.
    """
    listed, going = list(cases), Run(target, on_progress, stop_when, observer, checks)
    going.check(listed)
    starts = listed if start is None else list(start)
    for relation in RELATIONS.values() if relations is None else relations:
        going.relate(relation, starts)
    going.probe(probes)
    return going.result()


def first_of_each_model(relation: Relation, cases: Iterable[Case]) -> Iterator[Case]:
    """The first valid case of each model and surface that a relation applies to."""
    seen = set[tuple[str, str]]()
    for case in cases:
        key = (case.surface, case.model)
        if case.violation is None and key not in seen and relation.applies(case):
            seen.add(key)
            yield case

"""The suite: every case asked of a target and judged, then the rules that join several answers."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter

from imagen_fake.contract.checks.judging import judge
from imagen_fake.contract.checks.relations import RELATIONS, Relation
from imagen_fake.contract.exchange import Case, Difference, Exchange
from imagen_fake.contract.probes.probing import Probe, asked, keep
from imagen_fake.contract.result import Finding, Progress, Result
from imagen_fake.contract.targets.live import gone
from imagen_fake.contract.targets.place import Place, place
from imagen_fake.contract.targets.targets import Target

__all__ = ["Enough", "Finding", "Progress", "Result", "Run", "Watch", "Witness", "run"]


Watch = Callable[[Progress], None]
Enough = Callable[[Difference], bool]
Witness = Callable[[Exchange, Sequence[Difference]], None]


class Run:
    """One run of the suite against a target, and what it has found so far."""

    def __init__(self, target: Target, watch: Watch, enough: Enough, witness: Witness) -> None:
        self._target, self._watch, self._enough = target, watch, enough
        self._witness = witness
        self._start = perf_counter()
        self._asked = 0
        self._over = False
        self._findings: list[Finding] = []
        self._gone: dict[str, str] = {}
        self._unanswered: dict[str, str] = {}

    def check(self, cases: Iterable[Case]) -> None:
        """Ask and judge each case."""
        for case in cases:
            if self._wants(case):
                with self._answering(case):
                    self._ask(case)

    def relate(self, relation: Relation, cases: Iterable[Case]) -> None:
        """Follow a rule from the first case of each model and surface that it applies to."""
        for case in _of_different_models(relation, cases):
            if self._wants(case):
                with self._answering(case):
                    for difference in relation.rule(self._ask, case):
                        self._note(case, difference)

    def probe(self, probes: Iterable[Probe]) -> None:
        """Ask and judge each probe that the target can be set for."""
        for probe in probes:
            where = place(self._target, probe.setting)
            if where and self._wants(probe.case):
                with self._answering(probe.case):
                    self._try(probe, where)

    def result(self) -> Result:
        """What was found."""
        return Result(
            self._target.name,
            self._asked,
            perf_counter() - self._start,
            tuple(self._findings),
            self._gone,
            self._unanswered,
        )

    def _wants(self, case: Case) -> bool:
        return not self._over and case.model not in self._gone

    @contextmanager
    def _answering(self, case: Case) -> Iterator[None]:
        """Take note of a case whose answer does not come."""
        try:
            yield
        except OSError as error:
            self._unanswered[case.name] = f"{type(error).__name__}: {error}"

    def _ask(self, case: Case) -> Exchange:
        """The case's exchange with the target, judged."""
        request, start = self._target.request(case), perf_counter()
        response = self._target.ask(request)
        exchange = Exchange(case, request, response, perf_counter() - start)
        words = gone(case, response) if self._target.kind == "live" else None
        if words:
            self._gone[case.model] = words
            self._asked += 1
            self._tell(case)
        else:
            self._enter(exchange, judge(exchange, inside=self._target.kind == "inside"))
        return exchange

    def _tell(self, case: Case) -> None:
        passed = perf_counter() - self._start
        self._watch(Progress(case, self._asked, len(self._findings), passed))

    def _try(self, probe: Probe, where: Place) -> None:
        """Ask a probe, judge the answer, and keep what it tells."""
        request, start = asked(probe, where), perf_counter()
        response = where.ask(request)
        keep(probe, response, where.told)
        exchange = Exchange(probe.case, request, response, perf_counter() - start)
        differing = [found for one in probe.judges for found in one(exchange)]
        if probe.request is None:
            differing += judge(exchange, inside=self._target.kind == "inside")
        self._enter(exchange, differing)

    def _enter(self, exchange: Exchange, differing: Sequence[Difference]) -> None:
        """Take note of an exchange that was judged."""
        self._asked += 1
        self._witness(exchange, differing)
        for difference in differing:
            self._note(exchange.case, difference)
        self._tell(exchange.case)

    def _note(self, case: Case, difference: Difference) -> None:
        self._findings.append(Finding(case, difference))
        self._over = self._over or self._enough(difference)


def run(
    target: Target,
    cases: Iterable[Case],
    relations: Iterable[Relation] | None = None,
    watch: Watch = lambda _: None,
    enough: Enough = lambda _: False,
    start: Iterable[Case] | None = None,
    witness: Witness = lambda *_: None,
    probes: Iterable[Probe] = (),
) -> Result:
    """What differs between a target's answers and what `schemas/` say, over all cases.

    Args:
        target: who is asked.
        cases: what is asked; refusals are checked in the order given.
        relations: the rules that join several answers; None: all of them.
        watch: called after each answer.
        enough: whether a difference ends the run.
        start: the cases that relations may start from; None: the same cases.
        witness: called with each exchange and what is wrong with it.
        probes: what is asked beside the cases, of a target that can be set for it.
    """
    known, going = list(cases), Run(target, watch, enough, witness)
    going.check(known)
    known = known if start is None else list(start)
    for relation in RELATIONS.values() if relations is None else relations:
        going.relate(relation, known)
    going.probe(probes)
    return going.result()


def _of_different_models(relation: Relation, cases: Iterable[Case]) -> Iterator[Case]:
    seen = set[tuple[str, str]]()
    for case in cases:
        if (
            case.broken is None
            and (case.surface, case.model) not in seen
            and relation.applies(case)
        ):
            seen.add((case.surface, case.model))
            yield case

"""One run from the command line: a plan, the calls, reports, and the lines to print."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from imagen_fake.contract.bodies.cases import operations
from imagen_fake.contract.budget import MeteredTarget
from imagen_fake.contract.cassettes.provenance import provenance_of
from imagen_fake.contract.cassettes.recorder import file_name, record
from imagen_fake.contract.cassettes.scrub import Scrubber
from imagen_fake.contract.checks.relations import RELATIONS
from imagen_fake.contract.checks.runner import CHECKS
from imagen_fake.contract.evidence import Evidence
from imagen_fake.contract.exchange import Case, Difference, Exchange
from imagen_fake.contract.fuzzing import fuzz
from imagen_fake.contract.mutants.mutants import run_mutants
from imagen_fake.contract.plan import Plan, plan, price
from imagen_fake.contract.probes.free import free_probes
from imagen_fake.contract.probes.registry import probes_of
from imagen_fake.contract.progress import progress_printer
from imagen_fake.contract.report import Report, render
from imagen_fake.contract.result import LeftOut
from imagen_fake.contract.selection import Selection
from imagen_fake.contract.settle.observer import SettlingObserver
from imagen_fake.contract.suite import Observer, Result, run
from imagen_fake.contract.summary import kill_lines, result_lines
from imagen_fake.contract.targets.target import Target
from imagen_fake.contract.targets.targets import LearningTarget
from imagen_fake.streams import write

Echo = Callable[[str], None]

NOT_LIVE = "a live run sends single bodies, and probes that are free of charge"
"""Why a live run has no relations, no generated bodies, and not all probes."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to run: generated bodies of each kind, a budget in US dollars, files to write, checks."""

    examples: int = 5
    seed: int = 0
    budget: float = 1.0
    dry_run: bool = False
    resume: Path | None = None
    record: Path | None = None
    reports: Sequence[Path] = ()
    mutants: bool = False
    selection: Selection = field(default_factory=Selection)
    thumbnails: bool = True
    """Whether reports show the pictures of a run, which may be the caller's own."""


class Session:
    """One run of cases against a target; `echo` prints a line."""

    def __init__(self, target: Target, cases: Sequence[Case], options: Options, echo: Echo) -> None:
        self._scrub = Scrubber()
        self._live = target.kind == "live"
        metered = MeteredTarget(target, options.budget, price) if self._live else target
        self._target = LearningTarget(metered, self._scrub)
        self._cases, self._options, self._echo = cases, options, echo
        self._free = tuple(free_probes(cases if self._live else ()))
        self._settling = SettlingObserver(cases, self._free, self._scrub)
        self._left_out: tuple[LeftOut, ...] = tuple(options.selection.left_out())

    def run(self) -> int:
        """Run, print differences, write reports; the exit code, 0 only if nothing differs.

        A run that sends nothing, other than one that is resumed, ends with 1.

        Raises ScrubbedError where the kit itself fails, OSError where a report cannot be written.
        """
        if self._live and not self._planned():
            return 0
        with self._scrub.errors():
            report = self._run()
            files = {path: render(report, path) for path in self._options.reports}
        for path, text in files.items():
            write(path, text)
        settled = self._settling.lines() if self._settles else ()
        for line in (*settled, *result_lines(report.result), *kill_lines(report.kills)):
            self._echo(line)
        sent = report.result.calls or self._options.resume
        passed = report.result.passed and all(kill.finding for kill in report.kills)
        return 0 if sent and passed else 1

    @property
    def _settles(self) -> bool:
        """Whether the run is live, and of every check: then facts are settled."""
        return self._live and set(self._options.selection.checks) == set(CHECKS)

    def _planned(self) -> bool:
        """Print the plan of a live run; whether to go on."""
        with self._scrub.errors():
            planned = self._plan()
        for line in planned.lines():
            self._echo(line)
        self._cases = planned.cases
        selection = self._options.selection
        self._left_out += (
            *planned.unsent(),
            *(LeftOut("relations", name, NOT_LIVE) for name in selection.relations),
            *(LeftOut("lists of probes", name, NOT_LIVE) for name in selection.probe_lists),
            LeftOut("generated bodies", "all", NOT_LIVE),
        )
        self._echo(f"{len(self._free)} other requests, free of charge")
        return not self._options.dry_run

    def _plan(self) -> Plan:
        ledger = self._options.resume
        done = ledger.read_text("utf-8").splitlines() if ledger and ledger.exists() else []
        self._free = tuple(one for one in self._free if one.case.name not in done)
        return plan(self._cases, self._options.budget, set(done))

    def _run(self) -> Report:
        evidence = Evidence(self._live, self._scrub, self._options.thumbnails)
        result = self._results(evidence).scrub(self._scrub)
        kills = list(run_mutants()) if self._options.mutants else []
        return Report(result, evidence, kills, self._settling.data() if self._settles else ())

    def _results(self, evidence: Evidence) -> Result:
        on_progress, observer = (
            progress_printer(sys.stderr, len(self._cases)),
            self._observer(evidence),
        )
        selection = self._options.selection
        send = partial(run, self._target, on_progress=on_progress, checks=selection.checks)
        cases = self._cases if selection.checks else ()
        if self._live:
            free = self._free if selection.probe_lists else ()
            result = send((), (), observer=observer, probes=free)
            result = result.merge(send(cases, (), observer=observer))
        else:
            relations = [RELATIONS[name] for name in selection.relations]
            result = send(cases, relations, start=self._cases, observer=observer)
            # Probes go to a fake that is configured for them: nothing to record, or to resume.
            probes = probes_of(self._cases, selection.probe_lists)
            result = result.merge(send((), (), observer=evidence, probes=probes))
            result = result.merge(self._fuzz(observer))
        return replace(result, left_out=(*self._left_out, *result.left_out))

    def _fuzz(self, observer: Observer) -> Result:
        selected = {(case.model, case.task, case.surface) for case in self._cases}
        fuzzed = [one for one in operations() if (one.model, one.task, one.surface) in selected]
        seed, checks = self._options.seed, self._options.selection.checks
        examples = self._options.examples if checks else 0
        return fuzz(self._target, fuzzed, seed, examples, observer, checks)

    def _observer(self, evidence: Evidence) -> Observer:
        """The evidence, the recorder and the ledger as one observer."""
        observers: list[Observer] = [evidence, *([self._settling] if self._live else [])]
        if self._options.record:
            observers.append(recorder(self._options.record, self._target.name, self._scrub))
        if self._options.resume:
            observers.append(ledger(self._options.resume))

        def observe(exchange: Exchange, differences: Sequence[Difference]) -> None:
            for observer in observers:
                observer(exchange, differences)

        return observe


def recorder(folder: Path, target: str, scrub: Scrubber) -> Observer:
    """An observer that writes each exchange into a folder, as a cassette."""

    def observe(exchange: Exchange, differences: Sequence[Difference]) -> None:
        provenance = provenance_of(exchange.case, differences, target, scrub)
        record(exchange, folder / file_name(exchange.case), provenance, scrub)

    return observe


def ledger(path: Path) -> Observer:
    """An observer that writes down the name of each case that was sent."""

    def observe(exchange: Exchange, _: Sequence[Difference]) -> None:
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{exchange.case.name}\n")

    return observe

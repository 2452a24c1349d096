"""One run of the kit as a person asks for it: a plan, the calls, reports, what is printed."""

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from imagen_fake.contract.bodies.cases import forms
from imagen_fake.contract.cassettes.cassette import Provenance
from imagen_fake.contract.cassettes.recorder import record
from imagen_fake.contract.cassettes.scrub import Scrubber
from imagen_fake.contract.evidence import Evidence
from imagen_fake.contract.exchange import Case, Difference, Exchange
from imagen_fake.contract.exploring import explore
from imagen_fake.contract.mutants.mutants import Kill, hunt
from imagen_fake.contract.plan import Plan, plan
from imagen_fake.contract.probes.probes import probes_of
from imagen_fake.contract.progress import watching
from imagen_fake.contract.report import Report, line, text
from imagen_fake.contract.suite import Result, Witness, run
from imagen_fake.contract.targets.targets import LearningTarget, Target
from imagen_fake.streams import write

Echo = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Options:
    """How to run: generated bodies of each kind, a budget in US dollars, files to write."""

    examples: int = 5
    seed: int = 0
    budget: float = 1.0
    dry_run: bool = False
    resume: Path | None = None
    record: Path | None = None
    reports: Sequence[Path] = ()
    mutants: bool = False


class Session:
    """One run of cases against a target; `echo` prints a line."""

    def __init__(self, target: Target, cases: Sequence[Case], options: Options, echo: Echo) -> None:
        self._scrub = Scrubber()
        self._target = LearningTarget(target, self._scrub)
        self._cases, self._options, self._echo = cases, options, echo
        self._live = target.kind == "live"

    def run(self) -> int:
        """Ask, print what differs, write reports; the exit code, 0 only if nothing differs.

        Raises ScrubbedError where the kit itself fails, OSError where a report cannot be written.
        """
        if self._live and not self._planned():
            return 0
        with self._scrub.errors():
            report = self._run()
            written = {path: text(report, path) for path in self._options.reports}
        for path, told in written.items():
            write(path, told)
        for told in (*lines(report.result), *kill_lines(report.kills)):
            self._echo(told)
        return 0 if report.result.passed and all(kill.finding for kill in report.kills) else 1

    def _run(self) -> Report:
        evidence = Evidence(self._live, self._scrub)
        result = self._asked(evidence).scrubbed(self._scrub)
        kills = list(hunt(self._cases)) if self._options.mutants else []
        return Report(result, evidence, kills)

    def _planned(self) -> bool:
        """Whether to go on, once the plan of a live run is printed."""
        with self._scrub.errors():
            planned = self._plan()
        for told in planned.lines():
            self._echo(told)
        self._cases = planned.cases
        return not self._options.dry_run

    def _plan(self) -> Plan:
        ledger = self._options.resume
        done = ledger.read_text("utf-8").splitlines() if ledger and ledger.exists() else []
        return plan(self._cases, self._options.budget, set(done))

    def _asked(self, evidence: Evidence) -> Result:
        watch, witness = watching(sys.stderr, len(self._cases)), self._witness(evidence)
        if self._live:
            return run(self._target, self._cases, [], watch, witness=witness)
        result = run(self._target, self._cases, None, watch, witness=witness)
        # Probes are asked of a fake that is set for them: nothing to record, or to resume.
        probes = probes_of(self._cases)
        result = result.joined(run(self._target, [], [], watch, witness=evidence, probes=probes))
        asked = {(case.model, case.task, case.surface) for case in self._cases}
        wanted = [form for form in forms() if (form.model, form.task, form.surface) in asked]
        options = self._options
        return result.joined(explore(self._target, wanted, options.seed, options.examples))

    def _witness(self, evidence: Evidence) -> Witness:
        """What looks at each exchange: the evidence, the recorder, the ledger."""
        witnesses: list[Witness] = [evidence]
        if self._options.record:
            witnesses.append(recorder(self._options.record, self._target.name, self._scrub))
        if self._options.resume:
            witnesses.append(ledger(self._options.resume))

        def witness(exchange: Exchange, differing: Sequence[Difference]) -> None:
            for one in witnesses:
                one(exchange, differing)

        return witness


def recorder(folder: Path, target: str, scrub: Scrubber) -> Witness:
    """A witness that writes each exchange into a folder, as a cassette."""

    def witness(exchange: Exchange, _: Sequence[Difference]) -> None:
        name = exchange.case.name
        told = Provenance(name, "recorded", (target,), "yours", date.today().isoformat())
        file = re.sub(r"[^a-z0-9.]+", "-", name.lower())[:120]
        record(exchange, folder / f"{file}.yaml", told, scrub)

    return witness


def ledger(path: Path) -> Witness:
    """A witness that notes the name of each case that was asked."""

    def witness(exchange: Exchange, _: Sequence[Difference]) -> None:
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{exchange.case.name}\n")

    return witness


def lines(result: Result) -> Sequence[str]:
    """What a run found, as a person reads it; the last line counts."""
    told = []
    for one in result.findings:
        fact = one.difference.fact
        told += [one.case.name, f"  {line(one.difference)}", f"  {fact.pointer} ({fact.grade})"]
    told += [f"{model}: {words}" for model, words in result.gone.items()]
    told += [f"{name}\n  no answer: {problem}" for name, problem in result.unanswered.items()]
    errors, assumed = len(result.errors), len(result.assumptions)
    counted = (
        f"{result.asked} calls to {result.target} in {result.seconds:.1f} s: {errors} differences, "
        f"{assumed} wrong assumptions of the fake, {len(result.unanswered)} without an answer"
    )
    return [*told, counted]


def kill_lines(kills: Sequence[Kill]) -> Sequence[str]:
    """How many wrong fakes were noticed, and which were not; nothing without a hunt."""
    if not kills:
        return []
    alive = [kill.mutant.name for kill in kills if kill.finding is None]
    counted = f"{len(kills) - len(alive)} of {len(kills)} wrong fakes were noticed"
    return [*(f"nobody noticed: {name}" for name in alive), counted]

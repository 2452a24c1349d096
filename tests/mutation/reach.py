"""Which lines each unit of the kit reaches in the true fake, how long it takes, what it is told."""

import ast
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from time import process_time

from coverage import Coverage

from imagen_fake.contract.exchange import Difference, Exchange
from imagen_fake.contract.targets.targets import InProcessTarget
from tests.mutation.mutant import PACKAGE, module_file, modules
from tests.mutation.units import Unit


@dataclass(frozen=True, slots=True)
class Reach:
    """`lines` has for each module and line the names of units; seconds and answers are by unit."""

    lines: Mapping[str, Mapping[int, Sequence[str]]]
    seconds: Mapping[str, float]
    answers: Mapping[str, str]

    def units(self, module: str, line: int) -> set[str]:
        """The units that reach the statement at a line, other than by importing its module."""
        listed = self.lines.get(module, {})
        span = statement(module_file(module).read_text("utf-8"), line)
        return {unit for number in span for unit in listed.get(number, ())}

    def units_of_module(self, module: str) -> set[str]:
        """The units that reach any line of a module."""
        return {unit for units in self.lines.get(module, {}).values() for unit in units}


def measure(units: Sequence[Unit]) -> Reach:
    """Ask all units of the true fake, in a process that nothing else measures.

    Raises ValueError where it differs from the facts, RuntimeError in a measured process: two
    measurements at once end both.
    """
    if Coverage.current():
        raise RuntimeError("This process is measured already: run it without --cov.")
    coverage = Coverage(
        data_file=None, branch=False, config_file=False, include=[f"{PACKAGE}/*"], messages=False
    )
    coverage.set_option("run:core", "ctrace")  # the other has no contexts
    target, seconds, answers = InProcessTarget(), dict[str, float](), dict[str, str]()
    coverage.start()
    for unit in units:
        coverage.switch_context(unit.name)
        digest, start = Digest(), process_time()
        result = unit.ask(target, digest)
        if not result.passed:
            raise ValueError(f"{unit.name}: {result.findings or result.unanswered}")
        seconds[unit.name], answers[unit.name] = process_time() - start, digest.value
    coverage.stop()
    data = coverage.get_data()
    lines = {
        module: {
            line: [unit for unit in units if unit]  # a name of "" stands for the import
            for line, units in data.contexts_by_lineno(str(module_file(module))).items()
        }
        for module in modules()
    }
    return Reach(lines, seconds, answers)


class Digest:
    """An observer that sums up the answers that it sees."""

    def __init__(self) -> None:
        self._hash = sha256()

    def __call__(self, exchange: Exchange, _: Sequence[Difference]) -> None:
        """Add an answer's status and body."""
        self._hash.update(b"%d %s" % (exchange.response.status, exchange.response.body))

    @property
    def value(self) -> str:
        """The digest so far."""
        return self._hash.hexdigest()


def load(file: Path) -> Reach:
    """What was measured and saved."""
    saved = json.loads(file.read_bytes())
    names = [name for name, _, _ in saved["units"]]
    lines = {
        module: {int(line): [names[one] for one in units] for line, units in of_module.items()}
        for module, of_module in saved["lines"].items()
    }
    seconds = {name: seconds for name, seconds, _ in saved["units"]}
    return Reach(lines, seconds, {name: answer for name, _, answer in saved["units"]})


def save(reach: Reach, file: Path) -> None:
    """Keep what was measured for another run of the same code."""
    units = [(name, reach.seconds[name], reach.answers[name]) for name in reach.seconds]
    number = {name: index for index, name in enumerate(reach.seconds)}
    lines = {
        module: {line: [number[one] for one in units] for line, units in of_module.items()}
        for module, of_module in reach.lines.items()
    }
    file.write_text(json.dumps({"units": units, "lines": lines}), encoding="utf-8")


def statement(source: str, line: int) -> range:
    """The lines of the innermost statement at a line; of a compound one only its head."""
    spans = [
        span
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.stmt) and line in (span := _span(node))
    ]
    return min(spans, key=len, default=range(line, line + 1))


def _span(node: ast.stmt) -> range:
    body = getattr(node, "body", None) or getattr(node, "cases", None)
    if not body:
        return range(node.lineno, (node.end_lineno or node.lineno) + 1)
    first = body[0].pattern if isinstance(body[0], ast.match_case) else body[0]
    return range(node.lineno, max(first.lineno, node.lineno + 1))


def in_function(source: str, line: int) -> bool:
    """Whether a line stands in the body of a function, and so is not run by an import."""
    return any(
        node.body[0].lineno <= line <= (node.end_lineno or 0)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )

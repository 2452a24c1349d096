"""What a run found, for people and for machines: HTML, JSON and JUnit's XML."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pybase64

from imagen_fake.contract.evidence import STANDINGS, Evidence, Standing
from imagen_fake.contract.exchange import Difference
from imagen_fake.contract.mutants.mutants import Kill
from imagen_fake.contract.suite import Finding, Result
from imagen_fake.streams import STDOUT
from imagen_fake.version import __version__

ASSUMPTION = "the fake's assumption is wrong"


@dataclass(frozen=True, slots=True)
class Report:
    """All that a report tells; the kills are those of a hunt, if there was one."""

    result: Result
    evidence: Evidence
    kills: Sequence[Kill] = field(default=())


def text(report: Report, path: Path) -> str:
    """A report as what the ending of a file's name says; for standard output, `-`, as JSON.

    Raises ValueError for another ending.
    """
    kind = ".json" if path == STDOUT else path.suffix
    if kind not in KINDS:
        raise ValueError(f"{path.name}: a report ends in {', '.join(KINDS)}.")
    return KINDS[kind](report)


def as_json(report: Report) -> str:
    """The report as JSON: `facts`, `findings`, and the kill table."""
    return json.dumps(told(report), indent=2, ensure_ascii=False) + "\n"


def as_html(report: Report) -> str:
    """The report as one page that needs nothing else. Raises ImportError without Jinja2."""
    from jinja2 import Environment, PackageLoader

    pages = Environment(loader=PackageLoader("imagen_fake.contract", "."), autoescape=True)
    page: str = pages.get_template("report.html").render(told(report), standings=STANDINGS)
    return page


def as_junit(report: Report) -> str:
    """The report as JUnit's XML: a test case for each case, a failure for each difference."""
    result, found = report.result, _by_case(report.result)
    names = {**report.evidence.seconds, **dict.fromkeys(found.keys() | result.unanswered, 0.0)}
    suite = ElementTree.Element(
        "testsuite",
        name=f"imagen-fake contract: {result.target}",
        tests=str(len(names)),
        failures=str(len(found)),
        errors=str(len(result.unanswered)),
        time=f"{result.seconds:.3f}",
    )
    for name in names:
        one = _testcase(suite, name, report.evidence.seconds.get(name, 0.0))
        for difference in found.get(name, ()):
            failure = ElementTree.SubElement(one, "failure", message=line(difference))
            failure.text = difference.fact.pointer
        if name in result.unanswered:
            ElementTree.SubElement(one, "error", message=result.unanswered[name])
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


KINDS: Mapping[str, Callable[[Report], str]] = {
    ".html": as_html,
    ".json": as_json,
    ".xml": as_junit,
}
"""How a report is written, by the ending of the file."""


def told(report: Report) -> dict[str, Any]:
    """The report as plain values; thumbnails as data URIs."""
    result = report.result
    standings = [_standing(one) for one in report.evidence.standings()]
    counts = {name: sum(one["standing"] == name for one in standings) for name in STANDINGS}
    return {
        "version": __version__,
        "target": result.target,
        "passed": result.passed,
        "asked": result.asked,
        "seconds": round(result.seconds, 3),
        "counts": counts,
        "findings": [_finding(one) for one in result.findings],
        "gone": dict(result.gone),
        "unanswered": dict(result.unanswered),
        "facts": standings,
        "kills": [_kill(one) for one in report.kills],
    }


def line(difference: Difference) -> str:
    """A difference in one line, and whose fault it is."""
    said = f"{difference.check}: expected {difference.expected}, was {difference.observed}"
    return f"{ASSUMPTION}: {said}" if difference.blames_the_fake else said


def _standing(standing: Standing) -> dict[str, Any]:
    scene = standing.scene
    shown: dict[str, Any] = {
        "pointer": standing.fact.pointer,
        "grade": standing.fact.grade,
        "source": list(standing.fact.source),
        "standing": standing.standing,
    }
    if standing.difference:
        shown["difference"] = line(standing.difference)
    if scene:
        thumbnail = scene.thumbnail and pybase64.b64encode_as_string(scene.thumbnail)
        shown["exchange"] = {
            "case": scene.case,
            "asked": scene.asked,
            "status": scene.status,
            "answered": scene.answered,
            "picture": f"data:image/jpeg;base64,{thumbnail}" if thumbnail else None,
        }
    return shown


def _finding(finding: Finding) -> dict[str, Any]:
    difference = finding.difference
    return {
        "case": finding.case.name,
        "check": difference.check,
        "fact": difference.fact.pointer,
        "grade": difference.fact.grade,
        "expected": difference.expected,
        "observed": difference.observed,
        "assumption": difference.blames_the_fake,
    }


def _kill(kill: Kill) -> dict[str, Any]:
    return {
        "mutant": kill.mutant.name,
        "fact": kill.mutant.fact,
        "by": kill.mutant.by,
        "asked": kill.asked,
        "seconds": round(kill.seconds, 3),
        "found": line(kill.finding.difference) if kill.finding else None,
    }


def _by_case(result: Result) -> Mapping[str, Sequence[Difference]]:
    found: dict[str, list[Difference]] = {}
    for one in result.findings:
        found.setdefault(one.case.name, []).append(one.difference)
    return found


def _testcase(suite: ElementTree.Element, name: str, seconds: float) -> ElementTree.Element:
    group, _, rest = name.partition(": ")
    named = {"classname": group, "name": rest or name, "time": f"{seconds:.3f}"}
    return ElementTree.SubElement(suite, "testcase", named)

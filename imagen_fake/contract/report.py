"""Reports of a run: HTML, JSON and JUnit's XML."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
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
    """The content of a report.

    `kills` are the mutants of the run, `settled` the facts that a live run settled as plain values,
    if there were any.
    """

    result: Result
    evidence: Evidence
    kills: Sequence[Kill] = field(default=())
    settled: Sequence[Mapping[str, Any]] = field(default=())


def render(report: Report, path: Path) -> str:
    """A report in the format of a file name's ending; for standard output, `-`, as JSON.

    Raises ValueError for another ending.
    """
    kind = ".json" if path == STDOUT else path.suffix
    if kind not in RENDERERS:
        raise ValueError(f"{path.name}: a report ends in {', '.join(RENDERERS)}.")
    return RENDERERS[kind](report)


def as_json(report: Report) -> str:
    """The report as JSON: `facts`, `findings`, and the kill table."""
    return json.dumps(report_data(report), indent=2, ensure_ascii=False) + "\n"


def as_html(report: Report) -> str:
    """The report as one page that needs nothing else. Raises ImportError without Jinja2."""
    from jinja2 import Environment, PackageLoader

    pages = Environment(loader=PackageLoader("imagen_fake.contract", "."), autoescape=True)
    page = pages.get_template("report.html")
    html: str = page.render(report_data(report), standings=STANDINGS)
    return html


def as_junit(report: Report) -> str:
    """The report as JUnit's XML: a test case for each case, a failure for each difference.

    What was left out is skipped.
    """
    result, seconds = report.result, report.evidence.seconds
    differences: dict[str, list[Difference]] = {}
    for one in (*result.findings, *result.flaky):
        differences.setdefault(one.case.name, []).append(one.difference)
    names = {**seconds, **dict.fromkeys(differences.keys() | result.unanswered, 0.0)}
    suite = ElementTree.Element(
        "testsuite",
        name=f"imagen-fake contract: {result.target}",
        tests=str(len(names) + len(result.left_out)),
        failures=str(len(differences)),
        errors=str(len(result.unanswered)),
        skipped=str(len(result.left_out)),
        time=f"{result.seconds:.3f}",
    )
    for name in names:
        group, _, label = name.partition(": ")
        attributes = {"classname": group, "name": label or name}
        attributes["time"] = f"{seconds.get(name, 0.0):.3f}"
        test = ElementTree.SubElement(suite, "testcase", attributes)
        for difference in differences.get(name, ()):
            failure = ElementTree.SubElement(test, "failure", message=format_difference(difference))
            failure.text = difference.fact.pointer
        if name in result.unanswered:
            ElementTree.SubElement(test, "error", message=result.unanswered[name])
    for skipped in result.left_out:
        attributes = {"classname": skipped.part, "name": skipped.name, "time": "0.000"}
        test = ElementTree.SubElement(suite, "testcase", attributes)
        ElementTree.SubElement(test, "skipped", message=skipped.reason)
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


RENDERERS: Mapping[str, Callable[[Report], str]] = {
    ".html": as_html,
    ".json": as_json,
    ".xml": as_junit,
}
"""The formats of a report, by the ending of the file."""


def report_data(report: Report) -> dict[str, Any]:
    """The report as plain values; thumbnails as data URIs."""
    result = report.result
    standings = [_standing_data(one) for one in report.evidence.standings()]
    counts = {name: sum(one["standing"] == name for one in standings) for name in STANDINGS}
    return {
        "version": __version__,
        "target": result.target,
        "passed": result.passed,
        "asked": result.calls,
        "seconds": round(result.seconds, 3),
        "counts": counts,
        "findings": [_finding_data(one) for one in result.findings],
        "flaky": [_finding_data(one) for one in result.flaky],
        "gone": dict(result.gone),
        "unanswered": dict(result.unanswered),
        "left_out": [asdict(one) for one in result.left_out],
        "settled": list(report.settled),
        "facts": standings,
        "kills": [_kill_data(one) for one in report.kills],
    }


def format_difference(difference: Difference) -> str:
    """A difference in one line, and whether the fake's assumption is wrong."""
    line = f"{difference.check}: expected {difference.expected}, was {difference.observed}"
    return f"{ASSUMPTION}: {line}" if difference.blames_the_fake else line


def _standing_data(standing: Standing) -> dict[str, Any]:
    exchange = standing.exchange
    data: dict[str, Any] = {
        "pointer": standing.fact.pointer,
        "grade": standing.fact.grade,
        "source": list(standing.fact.source),
        "standing": standing.standing,
    }
    if standing.difference:
        data["difference"] = format_difference(standing.difference)
    if exchange:
        thumbnail = exchange.thumbnail and pybase64.b64encode_as_string(exchange.thumbnail)
        data["exchange"] = {
            "case": exchange.case,
            "asked": exchange.request,
            "status": exchange.status,
            "answered": exchange.response,
            "picture": f"data:image/jpeg;base64,{thumbnail}" if thumbnail else None,
        }
    return data


def _finding_data(finding: Finding) -> dict[str, Any]:
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


def _kill_data(kill: Kill) -> dict[str, Any]:
    return {
        "mutant": kill.mutant.name,
        "kind": kill.mutant.kind,
        "fact": kill.mutant.fact,
        "by": kill.mutant.by,
        "asked": kill.calls,
        "seconds": round(kill.seconds, 3),
        "found": format_difference(kill.finding.difference) if kill.finding else None,
    }

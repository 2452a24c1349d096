"""The report of a run of the kit as a table of Markdown, a row for each check."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

MAX_LENGTH = 90
"""The most characters of an example."""

Findings = Sequence[Mapping[str, Any]]


def figures(name: str, report: Mapping[str, Any]) -> str:
    """The figures of a run in one line."""
    errors, assumptions = by_grade(report)
    facts = len({one["fact"] for one in errors})
    return (
        f"{name}: {report['asked']:,} calls; {len(errors):,} differences from {facts:,} facts, "
        f"{len(assumptions):,} from what is only assumed of the service; "
        f"{len(report['left_out']):,} requests and checks left out."
    )


def table(report: Mapping[str, Any]) -> Iterator[str]:
    """The lines of a table of the differences from facts, the most frequent check first."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for one in by_grade(report)[0]:
        groups.setdefault(label(one), []).append(one)
    yield "| check | differences | facts | such as |"
    yield "| --- | ---: | ---: | --- |"
    for name, some in sorted(groups.items(), key=lambda group: -len(group[1])):
        facts = len({one["fact"] for one in some})
        yield f"| {name} | {len(some):,} | {facts:,} | {_example(some[0])} |"


def label(finding: Mapping[str, Any]) -> str:
    """What a difference is counted as: its check, for the status also what ought to have been."""
    if finding["check"] != "status":
        return str(finding["check"])
    refused = str(finding["expected"]).startswith("refused")
    return f"status, of bodies to be {'refused' if refused else 'answered'}"


def by_grade(report: Mapping[str, Any]) -> tuple[Findings, Findings]:
    """The differences from facts, and those from assumptions."""
    findings = report["findings"]
    errors = [one for one in findings if not one["assumption"]]
    return errors, [one for one in findings if one["assumption"]]


def _example(finding: Mapping[str, Any]) -> str:
    expected, observed = (_cell(finding[name]) for name in ("expected", "observed"))
    return f"{_cell(finding['case'])}: expected {expected}, was {observed}"


def _cell(value: object) -> str:
    text = str(value).replace("|", "\\|")
    return f"`{text if len(text) <= MAX_LENGTH else text[:MAX_LENGTH] + '…'}`"

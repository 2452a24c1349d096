"""A verdict as text: for a terminal, and fit to be read as Markdown."""

from collections.abc import Iterator, Mapping
from typing import Any

from imagen_fake.verdict.entries import Client
from imagen_fake.verdict.findings import SEVERITIES, Basis, numbers
from imagen_fake.verdict.spending import money

Json = Mapping[str, Any]


def report_text(verdict: Json) -> str:
    """The JSON of a verdict in lines of text; nothing in it can move a terminal's cursor."""
    return "\n".join(map(printable, _lines(verdict)))


def printable(text: str) -> str:
    """A line without what could move a terminal's cursor."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _lines(verdict: Json) -> Iterator[str]:
    counts = ", ".join(counted(verdict["counts"][name], name) for name in reversed(SEVERITIES))
    yield f"{counts} in {counted(verdict['calls'], 'call')}"
    for finding in verdict["findings"]:
        yield ""
        yield from _finding_lines(finding)
    if verdict["omitted"]:
        yield ""
        yield f"{verdict['omitted']} more findings are left out"
    yield ""
    yield from _spending_lines(verdict["spending"])
    yield from (f"- not checked: {text}" for text in verdict["unchecked"])


def _finding_lines(finding: Json) -> Iterator[str]:
    yield f"- {finding['severity']} {finding['check']}: {finding['what']}"
    where = numbers(finding["calls"], finding["count"]) if finding["count"] else ""
    yield from _labelled("where", ", ".join(filter(None, (where, _client(finding)))))
    yield from (f"  - in: {test}" for test in finding.get("tests", ()))
    if more := finding.get("testCount", 0) - len(finding.get("tests", ())):
        yield f"  - in: {counted(more, 'more test')}"
    basis = Basis.from_json(finding["basis"])
    yield from _labelled("why", finding["why"] + (f" ({basis})" if basis else ""))
    yield from _labelled("do", finding["advice"])


def _client(finding: Json) -> str:
    client = finding["client"]
    return str(Client.from_json(client)) if client else ""


def _labelled(label: str, text: str) -> Iterator[str]:
    if text:
        yield f"  - {label}: {text}"


def _spending_lines(spending: Json) -> Iterator[str]:
    least = "at least" if spending["unpriced"] else "about"
    budget = "" if spending["budget"] is None else f" of a budget of {money(spending['budget'])}"
    yield f"- spent {least} {money(spending['usd'])}{budget}"
    for cost in spending["costs"]:
        priced = f"{counted(cost['pictures'], 'picture')} of {cost['model']} ({cost['task']})"
        if cost["usd"] is None:
            yield f"  - {priced}: the price is unknown"
        else:
            since = f", {cost['date']}" if cost["date"] else ""
            yield f"  - {priced} at {money(cost['usd'])} ({Basis.from_json(cost['basis'])}{since})"


def counted(number: int, name: str) -> str:
    """A number and what there are so many of."""
    plural = "" if number == 1 or name == "info" else "s"
    return f"{number} {name}{plural}"

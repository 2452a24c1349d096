"""Probes: requests beside the cases' own, and predictions that the fake must be set up for."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from imagen_fake.contract.checks.reading import said
from imagen_fake.contract.exchange import Case, Difference, Exchange, Request, Response
from imagen_fake.contract.targets.place import Place

TOLD = "${%s}"
"""How a request speaks of what an earlier answer told."""


@dataclass(frozen=True, slots=True)
class Judge:
    """What is wrong with one exchange, and the pointers of the facts that this rests on."""

    facts: frozenset[str]
    judge: Callable[[Exchange], Iterator[Difference]]

    def __call__(self, exchange: Exchange) -> Iterator[Difference]:
        """What is wrong; each difference names the fact that it contradicts."""
        return self.judge(exchange)


@dataclass(frozen=True, slots=True)
class Probe:
    """One request, and what is right about its answer.

    The case has the probe's name and facts. Without a `request` the case itself is asked, with
    `headers` beside its own; its answer is then judged as that of every case is, too. The URL of
    a request without a host is below that of the place that is asked.
    """

    case: Case
    judges: tuple[Judge, ...] = ()
    request: Request | None = None
    setting: str = ""
    """What the fake must be set to, see `targets/settings.py`; empty: any fake will do."""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    keeps: Mapping[str, str] = field(default_factory=dict)
    """What later probes of the setting may speak of: keys of the answer's JSON, or a header."""


def asked(probe: Probe, where: Place) -> Request:
    """The request of a probe at a place, with what was told there in it."""
    request = probe.request or where.request(probe.case)
    headers = (*request.headers, *probe.headers)
    filled = _filled(Request(request.method, request.url, headers, request.body), where.told)
    return filled if "://" in filled.url else replace(filled, url=where.below(filled.url))


def keep(probe: Probe, response: Response, told: dict[str, str]) -> None:
    """Take note of what an answer tells."""
    for name, key in probe.keeps.items():
        found = response.header(key) or _at(response, key)
        if found:
            told[name] = found


def looking(
    name: str,
    request: Request,
    *judges: Judge,
    setting: str = "",
    keeps: Mapping[str, str] | None = None,
    surface: str = "vertex",
) -> Probe:
    """A probe that is no prediction; it touches what its judges rest on."""
    case = Case(name, surface, "", "", None, facts=_rested_on(judges))
    return Probe(case, judges, request, setting, keeps=keeps or {})


def predicting(
    case: Case, *judges: Judge, setting: str = "", header: str = "", facts: Iterable[str] = ()
) -> Probe:
    """A probe that is a prediction, with directives in a header; the facts are touched, too."""
    touched = case.facts | _rested_on(judges) | set(facts)
    headers = ((b"x-imagen-fake", header.encode()),) if header else ()
    return Probe(replace(case, facts=touched), judges, None, setting, headers)


def _rested_on(judges: Iterable[Judge]) -> frozenset[str]:
    return frozenset().union(*(judge.facts for judge in judges))


def _at(response: Response, key: str) -> str | None:
    body: Any = said(response)
    for step in key.split("/"):
        if isinstance(body, list) and step.isdecimal() and int(step) < len(body):
            body = body[int(step)]
        elif isinstance(body, dict) and step in body:
            body = body[step]
        else:
            return None
    return str(body)


def _filled(request: Request, told: Mapping[str, str]) -> Request:
    url, body, headers = request.url, request.body, request.headers
    for name, value in told.items():
        mark = TOLD % name
        url = url.replace(mark, value)
        body = body.replace(mark.encode(), value.encode()) if len(body) < LARGE else body
        headers = [(key, one.replace(mark.encode(), value.encode())) for key, one in headers]
    return Request(request.method, url, tuple(headers), body)


LARGE = 100_000
"""Bodies of that many bytes are sent as they are."""

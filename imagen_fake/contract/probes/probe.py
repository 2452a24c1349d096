"""Probes: requests beside the cases, and predictions that need a fake with certain settings."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from imagen_fake.contract.checks.registry import difference
from imagen_fake.contract.checks.response import json_body, value_at
from imagen_fake.contract.exchange import Case, Difference, Exchange, Request, Response
from imagen_fake.contract.facts.facts import fact
from imagen_fake.contract.targets.target import ConfiguredTarget

VARIABLE = "${%s}"
"""How a request refers to a value that an earlier answer held."""
UNFILLED = re.compile(rb"\$\{[a-z_]+\}")

MAX_TEMPLATE_BYTES = 100_000
"""Larger bodies are sent as they are."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """A check of one exchange, and the pointers of the facts that it rests on."""

    facts: frozenset[str]
    check: Callable[[Exchange], Iterator[Difference]]

    def __call__(self, exchange: Exchange) -> Iterator[Difference]:
        """The differences, each with the fact that it contradicts."""
        return self.check(exchange)


@dataclass(frozen=True, slots=True)
class Probe:
    """One request, and what is expected of its answer.

    The case has the probe's name and facts. Without a `request` the case itself is sent, with
    `headers` beside its own, and its answer is checked as that of every case is, too. A request
    without a host goes to the target's.
    """

    case: Case
    expectations: tuple[Expectation, ...] = ()
    request: Request | None = None
    setting: str = ""
    """The setting of the fake, see `targets/settings.py`; empty: any target will do."""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    stores: Mapping[str, str] = field(default_factory=dict)
    """Variables for later probes of the setting: a header, or a path in the answer's JSON."""
    prepares: bool = False
    """Whether later ones of its list and setting, of any surface, rest on its having been sent."""
    list_name: str = ""
    """The name of the list that the probe is of, see `registry.py`."""


def build_request(probe: Probe, target: ConfiguredTarget) -> Request:
    """The request of a probe to a target, with the target's variables filled in."""
    request = probe.request or target.request(probe.case)
    request = replace(request, headers=(*request.headers, *probe.headers))
    small = len(request.body) < MAX_TEMPLATE_BYTES
    for name, value in target.variables.items():
        request = _filled(request, VARIABLE % name, value, body=small)
    return request if "://" in request.url else replace(request, url=target.url(request.url))


def obstacle(request: Request, target: ConfiguredTarget) -> str | None:
    """Why a request for a service that is not in this process cannot be sent; None if it can."""
    filled = (request.url.encode(), *(content for _, content in request.headers), request.body)
    if any(UNFILLED.search(part) for part in filled):
        return "needs what an earlier answer did not hold"
    if _origin(request.url) != _origin(target.url("/")):
        return "leads to another host"
    return None


def store_variables(
    probe: Probe, response: Response, variables: dict[str, str]
) -> Iterator[Difference]:
    """Keep the values of an answer that later probes refer to; a difference for each it lacks."""
    for name, key in probe.stores.items():
        value = response.header(key) or value_at(json_body(response), *key.split("/"))
        if value:
            variables[name] = str(value)
        else:
            yield difference("stores", fact(min(probe.case.facts)), f"a value of {key}", value)


def http_probe(
    request: Request,
    *expectations: Expectation,
    label: str = "",
    setting: str = "",
    stores: Mapping[str, str] | None = None,
    surface: str = "vertex",
    prepares: bool = False,
) -> Probe:
    """A probe that is no prediction; its name is the method, the URL and the label."""
    name = f"{request.method} {request.url}"[:120] + (f": {label}" if label else "")
    case = Case(name, surface, "", "", None, facts=_facts_of(expectations))
    return Probe(case, expectations, request, setting, stores=stores or {}, prepares=prepares)


def predict_probe(
    case: Case,
    *expectations: Expectation,
    setting: str = "",
    header: str = "",
    facts: Iterable[str] = (),
) -> Probe:
    """A probe that is a prediction, with directives in a header; it covers `facts`, too."""
    covered = case.facts | _facts_of(expectations) | set(facts)
    headers = ((b"x-imagen-fake", header.encode()),) if header else ()
    return Probe(replace(case, facts=covered), expectations, None, setting, headers)


def _origin(url: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts.scheme, parts.netloc


def _facts_of(expectations: Iterable[Expectation]) -> frozenset[str]:
    return frozenset().union(*(one.facts for one in expectations))


def _filled(request: Request, variable: str, value: str, *, body: bool) -> Request:
    """The request with a value in place of a variable, in its body too if asked."""
    mark, text = variable.encode(), value.encode()
    headers = tuple((name, one.replace(mark, text)) for name, one in request.headers)
    content = request.body.replace(mark, text) if body else request.body
    return Request(request.method, request.url.replace(variable, value), headers, content)

"""Checks of the status, of refusals, and of what every answer has: headers, no secrets."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from imagen_fake import spec
from imagen_fake.contract.checks.reading import error, said
from imagen_fake.contract.checks.registry import check, differs, refused
from imagen_fake.contract.exchange import Case, Difference, Exchange, Fact
from imagen_fake.contract.facts.blame import broken_rule, disputed
from imagen_fake.contract.facts.facts import DIALECTS, fact
from imagen_fake.contract.facts.places import error_fact, pointer, speaking, task_fact
from imagen_fake.contract.facts.responses import validator
from imagen_fake.contract.facts.wording import shown_id, words

SECRETS = ("authorization", "x-goog-api-key", "x-api-key")
ENVELOPES = {"openai": "openai_error", "aiml": "aiml_error"}
RESTRICTED = "x-restricted"
LEAST = 8
"""Shorter credentials may stand in a text by chance."""


@check("status")
def status(exchange: Exchange) -> Iterator[Difference]:
    """200 for a valid body; for a broken one what `errors.json` says of that error."""
    case, observed = exchange.case, exchange.response.status
    if case.broken is None:
        if observed != 200:
            message = error(exchange.response).get("message", "")
            rule = disputed(case, str(message))
            # A value that some projects may not ask for is valid, and yet refused to the others.
            if not rule.pointer.endswith(f"/{RESTRICTED}"):
                yield differs("status", rule, 200, f"{observed} {message}")
    elif not refused(exchange) and case.broken.keyword != RESTRICTED:
        expected = shown_id(case, case.broken.error)
        rule = broken_rule(case, case.broken)
        yield differs("status", rule, f"refused with {expected}", f"{observed}")
    elif refused(exchange):
        yield from _code(exchange, shown_id(case, case.broken.error))


@check("restricted", refusals=False, inside=True)
def restricted(exchange: Exchange) -> Iterator[Difference]:
    """What only some projects may ask is refused; of another target's project nobody knows."""
    broken = exchange.case.broken
    if broken and broken.keyword == RESTRICTED:
        rule = broken_rule(exchange.case, broken)
        yield differs("restricted", rule, f"refused with {broken.error}", exchange.response.status)


@check("canonical", answers=False)
def canonical(exchange: Exchange) -> Iterator[Difference]:
    """The canonical code of an error, and the HTTP status as the code beside it."""
    found = error(exchange.response)
    if exchange.case.surface in DIALECTS or not found:
        return
    if exchange.case.broken:
        error_id = shown_id(exchange.case, exchange.case.broken.error)
        expected = spec.read("errors.json")["errors"][error_id]["status"]
        if found.get("status") != expected:
            observed = found.get("status")
            yield differs("canonical", error_fact(error_id), expected, observed)
    if found.get("code") != exchange.response.status:
        envelope = fact("responses/status.json#/properties/error")
        yield differs("canonical", envelope, exchange.response.status, found.get("code"))


@check("envelope", answers=False)
def envelope(exchange: Exchange) -> Iterator[Difference]:
    """The shape of an error: `google.rpc.Status`, OpenAI's, or AI/ML API's."""
    body = said(exchange.response)
    file = f"responses/{ENVELOPES.get(exchange.case.surface, 'status')}.json"
    for wrong in validator(file).iter_errors(body):
        place = "/".join(map(str, wrong.instance_path))
        yield differs("envelope", fact(f"{file}#"), wrong.message, body, place=place)


@check("message", answers=False)
def message(exchange: Exchange) -> Iterator[Difference]:
    """The words of an error, and the field that they name."""
    case, text = exchange.case, error(exchange.response).get("message")
    if case.broken is None:
        return
    error_id = shown_id(case, case.broken.error)
    template = spec.read("errors.json")["errors"][error_id]["message"]
    found = words(case, error_id, text) if isinstance(text, str) else None
    if found is None:
        yield differs("message", _worded(case, error_id, text), template, text)
    elif "name" in found and not _names(found["name"], case.broken.path):
        yield differs("message", error_fact(error_id), case.broken.path, found["name"])


@check("details", answers=False)
def details(exchange: Exchange) -> Iterator[Difference]:
    """Whether an error has details where, and only where, the service was seen to send them."""
    case, found = exchange.case, error(exchange.response)
    if case.broken is None or case.surface in DIALECTS:
        return
    error_id = shown_id(case, case.broken.error)
    expected = [one["@type"] for one in _known(error_id).get("details", ())]
    sent = found.get("details") or ()
    observed = [one.get("@type") for one in sent if isinstance(one, dict)]
    if expected != observed:
        yield differs("details", error_fact(error_id), expected, observed)


@check("headers")
def headers(exchange: Exchange) -> Iterator[Difference]:
    """The headers that every answer of a surface carries."""
    surface = speaking(exchange.case)
    name, facts = surface.name, surface.facts
    sent = [
        (key.decode().lower(), value.decode("latin-1")) for key, value in exchange.response.headers
    ]
    rule = fact(pointer(f"surfaces/{name}.json", "headers"))
    for key, value in facts["headers"]["value"]:
        if (key, value) not in sent:
            there = [one for named, one in sent if named == key]
            yield differs("headers", rule, f"{key}: {value}", there or "no such header")
    if "serverTiming" in facts and not any(key == "server-timing" for key, _ in sent):
        timing = fact(pointer(f"surfaces/{name}.json", "serverTiming"))
        yield differs("headers", timing, timing_template(facts), "no such header")


@check("leak")
def leak(exchange: Exchange) -> Iterator[Difference]:
    """Nothing of the credential that was sent stands in the answer."""
    rule = fact(f"responses/{'status' if refused(exchange) else 'generate'}.json#")
    for name, secret in secrets(exchange):
        places = [key for key, value in exchange.response.headers if secret in value]
        if secret in exchange.response.body or places:
            yield differs("leak", rule, f"nothing of {name}", places or "it is in the body")


@check("null")
def null(exchange: Exchange) -> Iterator[Difference]:
    """Keys without a value are absent, not null; OpenAI's errors have some that are."""
    if exchange.case.surface in DIALECTS and refused(exchange):
        return
    if b"null" not in exchange.response.body:
        return
    rule = fact(f"responses/{'status' if refused(exchange) else 'generate'}.json#")
    for place in _nulls(said(exchange.response), "$"):
        yield differs("null", rule, "the key is absent", f"{place} is null")


def secrets(exchange: Exchange) -> Iterator[tuple[str, bytes]]:
    """Every credential of a request: where it stood, and its bytes."""
    for header, value in exchange.request.headers:
        name = header.decode().lower()
        secret = value.rpartition(b" ")[2]
        if name in SECRETS and len(secret) >= LEAST:
            yield name, secret
    for key in parse_qs(urlsplit(exchange.request.url).query).get("key", ()):
        if len(key) >= LEAST:
            yield "key", key.encode()


def timing_template(facts: Mapping[str, Any]) -> str:
    """What the header that tells the time taken looks like."""
    return f"server-timing: {facts['serverTiming']['value']}"


def _code(exchange: Exchange, error_id: str) -> Iterator[Difference]:
    known = _known(error_id)
    codes = spec.table("status_codes")["codes"]
    expected = known.get("http", codes[known["status"]]["http"])
    if exchange.response.status == expected:
        return
    rule = error_fact(error_id)
    if error(exchange.response).get("status") == known["status"]:
        rule = fact(pointer("tables/status_codes.json", "codes", known["status"]))
    yield differs("status", rule, expected, exchange.response.status)


def _worded(case: Case, error_id: str, text: object) -> Fact:
    """The fact a wrong text contradicts: its opening words, its codes, or the error's own."""
    opening = str(spec.task_schema(case.task)["x-failure"]["text"])
    template = _known(error_id)["message"]
    if isinstance(text, str) and template.startswith("{failed}") and not text.startswith(opening):
        return task_fact(case.task, "x-failure")
    return error_fact(error_id)


def _names(name: str, path: str) -> bool:
    """Whether an error names a parameter, alone or with what is around it."""
    return not path or _last(name) == _last(path) or _last(name) in path


def _last(path: str) -> str:
    return path.rpartition(".")[2].partition("[")[0].replace("_", "").casefold()


def _known(error_id: str) -> Mapping[str, Any]:
    known: Mapping[str, Any] = spec.read("errors.json")["errors"][error_id]
    return known


def _nulls(node: Any, place: str) -> Iterator[str]:
    if node is None:
        yield place
    elif isinstance(node, dict):
        for key, child in node.items():
            yield from _nulls(child, f"{place}.{key}")
    elif isinstance(node, list):
        for number, child in enumerate(node):
            yield from _nulls(child, f"{place}[{number}]")

"""Checks of the status, of errors, and of every answer: its headers, no credentials, no nulls."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from imagen_fake.contract.bodies.canonical import fold
from imagen_fake.contract.checks.registry import check, difference, is_error
from imagen_fake.contract.checks.response import error_object, json_body
from imagen_fake.contract.exchange import Case, Difference, Exchange, Fact
from imagen_fake.contract.facts.blame import disputed_fact, violated_fact
from imagen_fake.contract.facts.facts import DIALECTS, fact, join_pointer
from imagen_fake.contract.facts.lookup import (
    error_entry,
    error_fact,
    http_status,
    surface_of,
    task_fact,
)
from imagen_fake.contract.facts.messages import match_message, surface_error_id
from imagen_fake.contract.facts.responses import validator
from imagen_fake.contract.facts.schemas import task_schema

SECRETS = ("authorization", "x-goog-api-key", "x-api-key")
ERROR_SCHEMAS = {"openai": "openai_error", "aiml": "aiml_error"}
RESTRICTED = "x-restricted"
MIN_LENGTH = 8
"""Shorter credentials may stand in a text by chance."""


@check("status")
def status(exchange: Exchange) -> Iterator[Difference]:
    """200 for a valid body; for an invalid one the status of its error in `errors.json`."""
    case, observed = exchange.case, exchange.response.status
    if case.violation is None:
        if observed != 200:
            message = error_object(exchange.response).get("message", "")
            rule = disputed_fact(case, str(message))
            # A value that only some projects may send is valid, and yet refused to the others.
            if not rule.pointer.endswith(f"/{RESTRICTED}"):
                yield difference("status", rule, 200, f"{observed} {message}")
    elif is_error(exchange):
        yield from _http_status(exchange, surface_error_id(case, case.violation.error))
    elif case.violation.keyword != RESTRICTED:
        expected = surface_error_id(case, case.violation.error)
        rule = violated_fact(case, case.violation)
        yield difference("status", rule, f"refused with {expected}", observed)


@check("restricted", refusals=False, inside=True)
def restricted(exchange: Exchange) -> Iterator[Difference]:
    """Only some projects may send some values; whether another target's may is unknown."""
    violation = exchange.case.violation
    if violation and violation.keyword == RESTRICTED:
        rule, expected = violated_fact(exchange.case, violation), f"refused with {violation.error}"
        yield difference("restricted", rule, expected, exchange.response.status)


@check("canonical", answers=False)
def canonical(exchange: Exchange) -> Iterator[Difference]:
    """The canonical code of an error, and the HTTP status as the code beside it."""
    error = error_object(exchange.response)
    if exchange.case.surface in DIALECTS or not error:
        return
    if exchange.case.violation:
        error_id = surface_error_id(exchange.case, exchange.case.violation.error)
        expected, observed = error_entry(error_id)["status"], error.get("status")
        if observed != expected:
            yield difference("canonical", error_fact(error_id), expected, observed)
    if error.get("code") != exchange.response.status:
        rule = fact("responses/status.json#/properties/error")
        yield difference("canonical", rule, exchange.response.status, error.get("code"))


@check("envelope", answers=False)
def envelope(exchange: Exchange) -> Iterator[Difference]:
    """The schema of an error: `google.rpc.Status`, OpenAI's, or AI/ML API's."""
    body = json_body(exchange.response)
    file = f"responses/{ERROR_SCHEMAS.get(exchange.case.surface, 'status')}.json"
    for error in validator(file).iter_errors(body):
        yield difference("envelope", fact(f"{file}#"), error.message, body)


@check("message", answers=False)
def message(exchange: Exchange) -> Iterator[Difference]:
    """The message of an error, and the field that it names."""
    case, text = exchange.case, error_object(exchange.response).get("message")
    if case.violation is None:
        return
    error_id, path = surface_error_id(case, case.violation.error), case.violation.path
    words = match_message(case, error_id, text) if isinstance(text, str) else None
    if words is None:
        template = error_entry(error_id)["message"]
        yield difference("message", _message_fact(case, error_id, text), template, text)
    elif "name" in words and not _names(words["name"], path):
        yield difference("message", error_fact(error_id), path, words["name"])


@check("details", answers=False)
def details(exchange: Exchange) -> Iterator[Difference]:
    """An error has details where, and only where, the service was seen to send them."""
    case, error = exchange.case, error_object(exchange.response)
    if case.violation is None or case.surface in DIALECTS:
        return
    error_id = surface_error_id(case, case.violation.error)
    expected = [one["@type"] for one in error_entry(error_id).get("details", ())]
    observed = [one.get("@type") for one in error.get("details") or () if isinstance(one, dict)]
    if expected != observed:
        yield difference("details", error_fact(error_id), expected, observed)


@check("headers")
def headers(exchange: Exchange) -> Iterator[Difference]:
    """The headers that every answer of a surface has."""
    surface = surface_of(exchange.case)
    file, facts = f"surfaces/{surface.name}.json", surface.facts
    sent = [
        (name.decode().lower(), value.decode("latin-1"))
        for name, value in exchange.response.headers
    ]
    for name, value in facts["headers"]["value"]:
        if (name, value) not in sent:
            values = [text for key, text in sent if key == name]
            rule, observed = fact(join_pointer(file, "headers")), values or "no such header"
            yield difference("headers", rule, f"{name}: {value}", observed)
    if "serverTiming" in facts and not any(name == "server-timing" for name, _ in sent):
        rule, expected = fact(join_pointer(file, "serverTiming")), facts["serverTiming"]["value"]
        yield difference("headers", rule, f"server-timing: {expected}", "no such header")


@check("leak")
def leak(exchange: Exchange) -> Iterator[Difference]:
    """The answer holds nothing of the credential that was sent."""
    for name, secret in secrets(exchange):
        places = [key for key, value in exchange.response.headers if secret in value]
        if secret in exchange.response.body or places:
            observed = places or "it is in the body"
            yield difference("leak", _schema_fact(exchange), f"nothing of {name}", observed)


@check("null")
def null(exchange: Exchange) -> Iterator[Difference]:
    """Keys without a value are absent, not null; some of OpenAI's errors are null."""
    if exchange.case.surface in DIALECTS and is_error(exchange):
        return
    if b"null" in exchange.response.body:
        for place in _nulls(json_body(exchange.response), "$"):
            rule = _schema_fact(exchange)
            yield difference("null", rule, "the key is absent", f"{place} is null")


def secrets(exchange: Exchange) -> Iterator[tuple[str, bytes]]:
    """Every credential of a request: the name of its header or parameter, and its bytes."""
    for header, value in exchange.request.headers:
        name = header.decode().lower()
        secret = value.rpartition(b" ")[2]
        if name in SECRETS and len(secret) >= MIN_LENGTH:
            yield name, secret
    for key in parse_qs(urlsplit(exchange.request.url).query).get("key", ()):
        if len(key) >= MIN_LENGTH:
            yield "key", key.encode()


def _schema_fact(exchange: Exchange) -> Fact:
    return fact(f"responses/{'status' if is_error(exchange) else 'generate'}.json#")


def _http_status(exchange: Exchange, error_id: str) -> Iterator[Difference]:
    expected, observed = http_status(error_id), exchange.response.status
    if observed != expected:
        rule, code = error_fact(error_id), error_entry(error_id)["status"]
        if error_object(exchange.response).get("status") == code:
            rule = fact(join_pointer("tables/status_codes.json", "codes", code))
        yield difference("status", rule, expected, observed)


def _message_fact(case: Case, error_id: str, text: object) -> Fact:
    """The fact that a wrong message contradicts: the task's opening words, or the error's own."""
    opening = str(task_schema(case.task)["x-failure"]["text"])
    template = error_entry(error_id)["message"]
    if isinstance(text, str) and template.startswith("{failed}") and not text.startswith(opening):
        return task_fact(case.task, "x-failure")
    return error_fact(error_id)


def _names(name: str, path: str) -> bool:
    """Whether an error names a field: all of its path, the end of it, or of what it is in."""
    return not path or bool(name and any(part.endswith(fold(name)) for part in _around(fold(path))))


def _around(path: str) -> Iterator[str]:
    """A path, and those of all that it is in."""
    while path:
        yield path
        path = path.rpartition("." if path.rfind(".") > path.rfind("[") else "[")[0]


def _nulls(node: Any, place: str) -> Iterator[str]:
    if node is None:
        yield place
    elif isinstance(node, dict):
        for key, child in node.items():
            yield from _nulls(child, f"{place}.{key}")
    elif isinstance(node, list):
        for number, child in enumerate(node):
            yield from _nulls(child, f"{place}[{number}]")

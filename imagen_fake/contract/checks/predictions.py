"""Checks of predictions: their shape, their number, masks and decisions."""

from collections.abc import Iterator
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.bodies.canonical import canonical, request_with_defaults
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.checks.effective_request import effective_request
from imagen_fake.contract.checks.registry import check, difference
from imagen_fake.contract.checks.response import (
    filter_reasons,
    json_body,
    picture_predictions,
    predictions,
)
from imagen_fake.contract.checks.safety import count_filtered, filtered_reason
from imagen_fake.contract.exchange import Difference, Exchange
from imagen_fake.contract.facts.facts import DIALECTS, fact, join_pointer, model_file
from imagen_fake.contract.facts.lookup import task_fact
from imagen_fake.contract.facts.responses import response_file, validator
from imagen_fake.contract.facts.schemas import task_schema

TEXTS = {"caption", "answer"}
"""The tasks whose predictions are bare strings."""


@check("shape", refusals=False)
def shape(exchange: Exchange) -> Iterator[Difference]:
    """The schema of the answers of a task."""
    case, body = exchange.case, json_body(exchange.response)
    if case.surface in DIALECTS:
        yield from _images_shape(exchange)
        return
    file = response_file(case.task)
    for error in validator(file).iter_errors(body):
        yield difference("shape", fact(f"{file}#"), error.message, _outline(body))


@check("count", refusals=False)
def count(exchange: Exchange) -> Iterator[Difference]:
    """As many pictures or texts as requested; fewer only if some are filtered."""
    case = exchange.case
    if case.violation is not None or case.task in {"segment", "verify"}:
        return
    request = effective_request(case)
    expected = request.parameter("sampleCount") or 1
    rule = request.fact(case, "sampleCount")
    if case.task in TEXTS:
        texts = len(predictions(exchange))
        if texts > expected or (case.task == "caption" and texts != expected):
            yield difference("count", rule, f"{expected} texts", texts)
        return
    pictures = len(picture_predictions(exchange))
    missing = expected - pictures
    filtered = count_filtered(case, filter_reasons(exchange), missing)
    if missing < 0:
        yield difference("count", rule, f"{expected} pictures", pictures)
    elif request.parameter("includeRaiReason") and filtered != missing:
        expectation = f"{expected} pictures, or a reason why {missing} are missing"
        for either in (rule, request.fact(case, "includeRaiReason")):
            observation = f"{pictures} pictures, {filtered} said to be missing"
            yield difference("count", either, expectation, observation)
    yield from _unexpected_elements(exchange, pictures)


@check("masks", refusals=False)
def masks(exchange: Exchange) -> Iterator[Difference]:
    """The number of masks, and that they have labels in the modes that have them."""
    case = exchange.case
    if case.task != "segment" or case.violation is not None:
        return
    request, elements = effective_request(case), predictions(exchange)
    mode = request.parameter("mode")
    most = request.parameter("maxPredictions") if mode == "prompt" else 1
    if most is not None and len(elements) > most:
        rule = request.fact(case, "maxPredictions" if mode == "prompt" else "mode")
        yield difference("masks", rule, f"{most} masks at most", len(elements))
    labelled = mode in task_schema("segment")["x-labelled"]["value"]
    for element in elements:
        if isinstance(element, dict) and ("labels" in element) != labelled:
            expected = "labels" if labelled else "no labels"
            rule = task_fact("segment", "x-labelled")
            yield difference("masks", rule, expected, sorted(element))


@check("decision", refusals=False)
def decision(exchange: Exchange) -> Iterator[Difference]:
    """One decision about a watermark, and nothing beside it."""
    if exchange.case.task != "verify":
        return
    decisions = task_schema("verify")["x-decisions"]["value"]
    elements = list(predictions(exchange))
    if elements not in [[{"decision": one}] for one in decisions]:
        rule = task_fact("verify", "x-decisions")
        yield difference("decision", rule, f"one of {', '.join(decisions)}", elements)


MAX_TEXT = 40
"""The most characters of a text in an outline; half of a longer one could hold half a secret."""


def _unexpected_elements(exchange: Exchange, pictures: int) -> Iterator[Difference]:
    """Elements that are neither a picture, nor a reason, nor the prompt's scores."""
    elements, reasons = predictions(exchange), filter_reasons(exchange)
    scores = [one for one in elements if isinstance(one, dict) and "contentType" in one]
    expected = pictures + len(reasons) + len(scores)
    if len(elements) != expected:
        rule = fact(f"{response_file(exchange.case.task)}#")
        yield difference("count", rule, f"{expected} elements", len(elements))
    if len(reasons) > 1 and filtered_reason(exchange.case) != "per-image":
        rule = fact(join_pointer(model_file(exchange.case.model), "filteredReason"))
        yield difference("count", rule, "one notice", len(reasons))


def _images_shape(exchange: Exchange) -> Iterator[Difference]:
    """The keys of each item at `images/generations`, and what stands around the list."""
    facts = spec.surface(exchange.case.surface).facts
    rule = fact(join_pointer(f"surfaces/{exchange.case.surface}.json", "item"))
    body = json_body(exchange.response)
    keys = {"data", "meta"} if "credits" in facts else {"data", "created"}
    if not isinstance(body, dict) or set(body) != keys or not predictions(exchange):
        yield difference("shape", rule, sorted(keys), _outline(body))
    allowed = {"url", "b64_json", *facts["item"]["value"].values()}
    for one in predictions(exchange):
        if not isinstance(one, dict) or set(one) - allowed or not {"url", "b64_json"} & set(one):
            yield difference("shape", rule, f"of {sorted(allowed)}", _outline(one))
    yield from _links(exchange)


def _links(exchange: Exchange) -> Iterator[Difference]:
    """Links to pictures if, and only if, the field that chooses says so."""
    case = exchange.case
    if case.violation is not None:
        return
    document = Operation(case.model, case.task, case.surface).document
    body = request_with_defaults(document, canonical(document, case.body, document))
    for name, schema in document["properties"].items():
        linked = {"url" in one for one in picture_predictions(exchange)}
        expected = body.get(name) == schema.get("x-links")
        if "x-links" in schema and linked - {expected}:
            rule = fact(
                join_pointer(f"surfaces/{case.surface}.json", "request", "properties", name)
            )
            words = ("pictures in base64", "links")
            yield difference("shape", rule, words[expected], words[not expected])


def _outline(body: Any) -> str:
    """The keys of a value, without what they hold."""
    if isinstance(body, dict):
        return "{" + ", ".join(f"{key}: {_outline(value)}" for key, value in body.items()) + "}"
    if isinstance(body, list):
        return f"[{_outline(body[0]) if body else ''} × {len(body)}]"  # noqa: RUF001
    text = str(body)
    return text if len(text) <= MAX_TEXT else f"{len(text)} characters"

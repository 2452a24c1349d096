"""Checks of answers: their shape, how many elements there are, and what stands beside a picture."""

from collections.abc import Iterator
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.checks.asked import asked
from imagen_fake.contract.checks.reading import elements, notices, said, shown
from imagen_fake.contract.checks.registry import check, differs
from imagen_fake.contract.checks.safety import filtered_reason, told_missing
from imagen_fake.contract.exchange import Difference, Exchange
from imagen_fake.contract.facts.facts import DIALECTS, fact
from imagen_fake.contract.facts.places import model_file, pointer, task_fact
from imagen_fake.contract.facts.responses import response_file, validator

TEXTS = {"caption", "answer"}
"""The tasks whose elements are bare strings."""


@check("shape", refusals=False)
def shape(exchange: Exchange) -> Iterator[Difference]:
    """The schema of the answers of a task."""
    case, body = exchange.case, said(exchange.response)
    if case.surface in DIALECTS:
        yield from _images_shape(exchange)
        return
    file = response_file(case.task)
    for wrong in validator(file).iter_errors(body):
        place = "/".join(map(str, wrong.instance_path))
        yield differs("shape", fact(f"{file}#"), wrong.message, _outline(body), place=place)


@check("count", refusals=False)
def count(exchange: Exchange) -> Iterator[Difference]:
    """As many pictures or texts as are asked for; fewer only if some are filtered."""
    case = exchange.case
    if case.broken is not None or case.task in {"segment", "verify"}:
        return
    wanted = asked(case)
    expected = wanted.parameter("sampleCount") or 1
    rule = wanted.fact(case, "sampleCount")
    if case.task in TEXTS:
        observed = len(elements(exchange))
        if observed > expected or (case.task == "caption" and observed != expected):
            yield differs("count", rule, f"{expected} texts", observed)
        return
    observed = len(shown(exchange))
    told = told_missing(case, notices(exchange), expected - observed)
    if observed > expected:
        yield differs("count", rule, f"{expected} pictures", observed)
    elif wanted.parameter("includeRaiReason") and told != expected - observed:
        missing = f"{expected} pictures, or a reason why {expected - observed} are missing"
        for either in (rule, wanted.fact(case, "includeRaiReason")):
            observation = f"{observed} pictures, {told} said to be missing"
            yield differs("count", either, missing, observation)
    yield from _extra(exchange, observed)


@check("masks", refusals=False)
def masks(exchange: Exchange) -> Iterator[Difference]:
    """How many masks there are, and that they have labels in the modes that have them."""
    case = exchange.case
    if case.task != "segment" or case.broken is not None:
        return
    wanted, found = asked(case), elements(exchange)
    most = wanted.parameter("maxPredictions") if wanted.parameter("mode") == "prompt" else 1
    if most is not None and len(found) > most:
        name = "maxPredictions" if wanted.parameter("mode") == "prompt" else "mode"
        yield differs("masks", wanted.fact(case, name), f"{most} masks at most", len(found))
    labelled = wanted.parameter("mode") in spec.task_schema("segment")["x-labelled"]["value"]
    for element in found:
        if isinstance(element, dict) and ("labels" in element) != labelled:
            expected = "labels" if labelled else "no labels"
            yield differs("masks", task_fact("segment", "x-labelled"), expected, sorted(element))


@check("decision", refusals=False)
def decision(exchange: Exchange) -> Iterator[Difference]:
    """One decision about a watermark, and nothing beside it."""
    if exchange.case.task != "verify":
        return
    known = spec.task_schema("verify")["x-decisions"]["value"]
    found = list(elements(exchange))
    if found not in [[{"decision": one}] for one in known]:
        rule = task_fact("verify", "x-decisions")
        yield differs("decision", rule, f"one of {', '.join(known)}", found)


def _extra(exchange: Exchange, pictures: int) -> Iterator[Difference]:
    """Elements that are neither a picture, nor a notice, nor the prompt's scores."""
    scored = [one for one in elements(exchange) if isinstance(one, dict) and "contentType" in one]
    known = pictures + len(notices(exchange)) + len(scored)
    rule = fact(f"{response_file(exchange.case.task)}#")
    if len(elements(exchange)) != known:
        yield differs("count", rule, f"{known} elements", len(elements(exchange)))
    if len(notices(exchange)) > 1 and filtered_reason(exchange.case) != "per-image":
        kind = fact(pointer(model_file(exchange.case), "filteredReason"))
        yield differs("count", kind, "one notice", len(notices(exchange)))


def _images_shape(exchange: Exchange) -> Iterator[Difference]:
    """The keys of each item at `images/generations`, and what stands around the list."""
    facts = spec.surface(exchange.case.surface).facts
    rule = fact(pointer(f"surfaces/{exchange.case.surface}.json", "item"))
    body = said(exchange.response)
    around = {"data", "meta"} if "credits" in facts else {"data", "created"}
    if not isinstance(body, dict) or set(body) != around or not elements(exchange):
        yield differs("shape", rule, sorted(around), _outline(body))
    allowed = {"url", "b64_json", *facts["item"]["value"].values()}
    for one in elements(exchange):
        if not isinstance(one, dict) or set(one) - allowed or not {"url", "b64_json"} & set(one):
            yield differs("shape", rule, f"of {sorted(allowed)}", _outline(one))


def _outline(body: Any) -> str:
    """The keys of a value, without what they hold."""
    if isinstance(body, dict):
        return "{" + ", ".join(f"{key}: {_outline(value)}" for key, value in body.items()) + "}"
    if isinstance(body, list):
        return f"[{_outline(body[0]) if body else ''} × {len(body)}]"  # noqa: RUF001
    return str(body)[:40]

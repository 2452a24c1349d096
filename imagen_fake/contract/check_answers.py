"""Checks of answers: their shape, how many elements there are, and what stands beside a picture."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import jsonschema_rs

from imagen_fake import spec
from imagen_fake.contract.asked import Asked, asked
from imagen_fake.contract.checks import check, differs
from imagen_fake.contract.exchange import Case, Difference, Exchange, Fact
from imagen_fake.contract.facts import DIALECTS, fact
from imagen_fake.contract.places import model_file, pointer, task_fact
from imagen_fake.contract.reading import elements, notices, said, shown
from imagen_fake.contract.wording import CODES

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
    for wrong in _validator(file).iter_errors(body):
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
    told = _told_missing(case, notices(exchange), expected - observed)
    if observed > expected:
        yield differs("count", rule, f"{expected} pictures", observed)
    elif wanted.parameter("includeRaiReason") and told != expected - observed:
        missing = f"{expected} pictures, or a reason why {expected - observed} are missing"
        yield differs("count", rule, missing, f"{observed} pictures, {told} said to be missing")
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


@check("reason", refusals=False)
def reason(exchange: Exchange) -> Iterator[Difference]:
    """Reasons for missing pictures: only if they are asked for, and in the service's words."""
    case, found = exchange.case, notices(exchange)
    if not found or case.broken is not None:
        return
    wanted = asked(case)
    if not wanted.parameter("includeRaiReason"):
        rule = wanted.fact(case, "includeRaiReason")
        yield differs("reason", rule, "no raiFilteredReason", found[0])
    kind = _filtered_reason(case)
    filters = spec.read("errors.json")["filters"]
    for text in found:
        if kind == "per-image":
            known = re.fullmatch(r"\d{8}(, \d{8})*", text)
        else:
            texts = [
                _filter_pattern(one["text"], case.surface)
                for one in filters.values()
                if "text" in one
            ]
            known = next(filter(None, (one.fullmatch(text) for one in texts)), None)
        if not known:
            yield differs("reason", _reason_fact(case, text, kind), f"a reason ({kind})", text)


@check("scores", refusals=False)
def scores(exchange: Exchange) -> Iterator[Difference]:
    """Safety attributes of every picture and of the prompt if they are asked for, else none."""
    case, found = exchange.case, elements(exchange)
    if case.broken is not None or case.surface in DIALECTS or case.task in TEXTS | {"segment"}:
        return
    wanted = asked(case)
    scored = [one for one in found if isinstance(one, dict) and "safetyAttributes" in one]
    if not wanted.parameter("includeSafetyAttributes"):
        if scored and _knows(wanted, case, "includeSafetyAttributes"):
            rule = wanted.fact(case, "includeSafetyAttributes")
            yield differs("scores", rule, "no safetyAttributes", f"in {len(scored)} elements")
        return
    yield from _prompt_scores(found)
    table = spec.table("safety_categories")["image"]["value"]
    for one in shown(exchange):
        categories = _categories(one)
        if categories != table:
            rule = fact("tables/safety_categories.json#/image")
            yield differs("scores", rule, table, categories)


@check("rewritten", refusals=False)
def rewritten(exchange: Exchange) -> Iterator[Difference]:
    """The rewritten prompt beside each picture, where the surface shows it and it is asked for."""
    case = exchange.case
    if case.broken is not None or case.surface in DIALECTS or case.task in TEXTS:
        return
    wanted = asked(case)
    rewrites = spec.surface(case.surface).rewrites(case.task)
    expected = rewrites and wanted.parameter("enhancePrompt") is True
    for one in shown(exchange):
        if ("prompt" in one) != expected:
            rule = fact(pointer(f"surfaces/{case.surface}.json", "rewrittenPrompt"))
            if rewrites:
                rule = wanted.fact(case, "enhancePrompt")
            yield differs("rewritten", rule, "a prompt" if expected else "no prompt", sorted(one))


def response_file(task: str) -> str:
    """The file with the schema of a task's answers; most tasks answer as generating does."""
    named = f"responses/{task}.json"
    return named if (spec.ROOT / named).is_file() else "responses/generate.json"


def _prompt_scores(found: Sequence[Any]) -> Iterator[Difference]:
    """The last element: the scores of the prompt in every category."""
    table = spec.table("safety_categories")
    last = found[-1] if found and isinstance(found[-1], dict) else {}
    if last.get("contentType") != table["promptElement"]["value"]:
        rule = fact("tables/safety_categories.json#/promptElement")
        yield differs("scores", rule, table["promptElement"]["value"], last.get("contentType"))
    elif _categories(last) != table["prompt"]["value"]:
        rule = fact("tables/safety_categories.json#/prompt")
        yield differs("scores", rule, table["prompt"]["value"], _categories(last))


def _categories(element: Mapping[str, Any]) -> Any:
    attributes = element.get("safetyAttributes")
    return attributes.get("categories") if isinstance(attributes, dict) else None


def _told_missing(case: Case, found: Sequence[str], missing: int) -> int:
    """How many pictures the notices say are missing."""
    if not found:
        return 0
    if _filtered_reason(case) == "per-image":
        return len(found)
    some = _filter_pattern(spec.read("errors.json")["filters"]["some"]["text"], case.surface)
    told = some.fullmatch(found[0])
    return int(told["count"]) if told and told["count"].isdigit() else missing


def _filtered_reason(case: Case) -> str:
    known = spec.model(case.model)
    return str(known.facts["filteredReason"]["value"]) if known else ""


def _reason_fact(case: Case, text: str, kind: str) -> Fact:
    """What an unknown reason contradicts: the filter text it is nearest to, or its kind."""
    if kind == "per-image" or re.fullmatch(r"[\d, ]+", text):
        return fact(pointer(model_file(case), "filteredReason"))
    filters = spec.read("errors.json")["filters"]
    opening = {name: one["text"] for name, one in filters.items() if "text" in one}
    nearest = max(opening, key=lambda name: _alike(opening[name], text))
    return fact(pointer("errors.json", "filters", nearest))


def _alike(template: str, text: str) -> int:
    """How many words two texts share."""
    return len(set(template.split()) & set(text.split()))


@cache
def _filter_pattern(template: str, surface: str) -> re.Pattern[str]:
    opened = re.escape(template).replace(r"\{count\}", r"(?P<count>\d+)")
    return re.compile(opened + (CODES if spec.surface(surface).shows_codes else ""))


def _extra(exchange: Exchange, pictures: int) -> Iterator[Difference]:
    """Elements that are neither a picture, nor a notice, nor the prompt's scores."""
    scored = [one for one in elements(exchange) if isinstance(one, dict) and "contentType" in one]
    known = pictures + len(notices(exchange)) + len(scored)
    rule = fact(f"{response_file(exchange.case.task)}#")
    if len(elements(exchange)) != known:
        yield differs("count", rule, f"{known} elements", len(elements(exchange)))
    if len(notices(exchange)) > 1 and _filtered_reason(exchange.case) != "per-image":
        kind = fact(pointer(model_file(exchange.case), "filteredReason"))
        yield differs("count", kind, "one notice", len(notices(exchange)))


def _knows(wanted: Asked, case: Case, name: str) -> bool:
    try:
        wanted.fact(case, name)
    except KeyError:
        return False
    return True


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


@cache
def _validator(file: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(spec.read(file))

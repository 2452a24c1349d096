"""Checks of what the safety filter and the rewriter put beside pictures, or in their place."""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import cache
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.checks.effective_request import EffectiveRequest, effective_request
from imagen_fake.contract.checks.registry import check, difference
from imagen_fake.contract.checks.response import (
    error_object,
    filter_reasons,
    picture_predictions,
    predictions,
)
from imagen_fake.contract.exchange import Case, Difference, Exchange, Fact
from imagen_fake.contract.facts.facts import DIALECTS, fact, join_pointer, model_file
from imagen_fake.contract.facts.lookup import surface_of
from imagen_fake.contract.facts.messages import CODES

PICTURELESS = {"caption", "answer", "segment", "verify"}
"""The tasks whose answers have neither scores nor rewritten prompts."""

CODE_LIST = re.compile(r"\d{8}(, \d{8})*")


@check("reason", refusals=False)
def reason(exchange: Exchange) -> Iterator[Difference]:
    """Reasons for missing pictures: only where requested, and in the service's words."""
    case, reasons = exchange.case, filter_reasons(exchange)
    if not reasons or case.violation is not None:
        return
    request = effective_request(case)
    if not request.parameter("includeRaiReason"):
        rule = request.fact(case, "includeRaiReason")
        yield difference("reason", rule, "no raiFilteredReason", reasons[0])
    kind, shows_codes = filtered_reason(case), surface_of(case).shows_codes
    patterns = [CODE_LIST]
    if kind != "per-image":
        patterns = [_filter_pattern(one["text"], shows_codes) for one in _filters().values()]
    for text in reasons:
        if not any(pattern.fullmatch(text) for pattern in patterns):
            rule = _reason_fact(case, text, kind)
            yield difference("reason", rule, f"a reason ({kind})", text)


@check("codes")
def codes(exchange: Exchange) -> Iterator[Difference]:
    """No support codes on surfaces that do not show them."""
    surface = surface_of(exchange.case)
    if surface.shows_codes:
        return
    texts = [str(error_object(exchange.response).get("message", "")), *filter_reasons(exchange)]
    opening = spec.read("errors.json")["supportCodes"]["text"].partition("{")[0]
    for text in texts:
        if opening in text:
            rule = fact(join_pointer(f"surfaces/{surface.name}.json", "supportCodes"))
            yield difference("codes", rule, "no support codes", text)


@check("scores", refusals=False)
def scores(exchange: Exchange) -> Iterator[Difference]:
    """Safety attributes of every picture and of the prompt where requested, else none."""
    case, elements, name = exchange.case, predictions(exchange), "includeSafetyAttributes"
    if case.violation is not None or case.surface in DIALECTS or case.task in PICTURELESS:
        return
    request = effective_request(case)
    if not request.parameter(name):
        scored = [one for one in elements if isinstance(one, dict) and "safetyAttributes" in one]
        if scored and _has_fact(request, case, name):
            rule, observed = request.fact(case, name), f"in {len(scored)} elements"
            yield difference("scores", rule, "no safetyAttributes", observed)
        return
    yield from _prompt_scores(elements)
    expected = spec.table("safety_categories")["image"]["value"]
    for one in picture_predictions(exchange):
        if _categories(one) != expected:
            rule = fact("tables/safety_categories.json#/image")
            yield difference("scores", rule, expected, _categories(one))


@check("rewritten", refusals=False)
def rewritten(exchange: Exchange) -> Iterator[Difference]:
    """The rewritten prompt beside each picture, where requested and shown by the surface."""
    case = exchange.case
    if case.violation is not None or case.surface in DIALECTS or case.task in PICTURELESS:
        return
    request = effective_request(case)
    rewrites = spec.surface(case.surface).rewrites(case.task)
    expected = rewrites and request.parameter("enhancePrompt") is True
    for one in picture_predictions(exchange):
        if ("prompt" in one) != expected:
            rule = fact(join_pointer(f"surfaces/{case.surface}.json", "rewrittenPrompt"))
            if rewrites and not expected:
                rule = request.fact(case, "enhancePrompt")
            expectation = "a prompt" if expected else "no prompt"
            yield difference("rewritten", rule, expectation, sorted(one))


def count_filtered(case: Case, reasons: Sequence[str], missing: int) -> int:
    """How many pictures the reasons say are missing."""
    if not reasons or filtered_reason(case) == "per-image":
        return len(reasons)
    some = _filter_pattern(_filters()["some"]["text"], surface_of(case).shows_codes)
    match = some.fullmatch(reasons[0])
    return int(match["count"]) if match else missing


def filtered_reason(case: Case) -> str:
    """How a model says that pictures are missing: `aggregate` or `per-image`."""
    model = spec.model(case.model)
    return str(model.facts["filteredReason"]["value"]) if model else ""


def _prompt_scores(elements: Sequence[Any]) -> Iterator[Difference]:
    """The last element: the scores of the prompt in every category."""
    table, file = spec.table("safety_categories"), "tables/safety_categories.json#"
    last = elements[-1] if elements and isinstance(elements[-1], dict) else {}
    kind, categories = table["promptElement"]["value"], table["prompt"]["value"]
    if last.get("contentType") != kind:
        yield difference("scores", fact(f"{file}/promptElement"), kind, last.get("contentType"))
    elif _categories(last) != categories:
        yield difference("scores", fact(f"{file}/prompt"), categories, _categories(last))


def _categories(element: Mapping[str, Any]) -> Any:
    attributes = element.get("safetyAttributes")
    return attributes.get("categories") if isinstance(attributes, dict) else None


def _reason_fact(case: Case, text: str, kind: str) -> Fact:
    """The fact that an unknown reason contradicts: the most similar filter text, or its kind."""
    if kind == "per-image" or re.fullmatch(r"[\d, ]+", text):
        return fact(join_pointer(model_file(case.model), "filteredReason"))
    similarity = {
        name: SequenceMatcher(None, one["text"], text, autojunk=False).ratio()
        for name, one in _filters().items()
    }
    return fact(join_pointer("errors.json", "filters", max(similarity, key=similarity.__getitem__)))


def _filters() -> Mapping[str, Any]:
    filters: Mapping[str, Any] = spec.read("errors.json")["filters"]
    return filters


@cache
def _filter_pattern(template: str, codes: bool) -> re.Pattern[str]:
    text = re.escape(template).replace(r"\{count\}", r"(?P<count>\d+)")
    return re.compile(text + (CODES if codes else ""))


def _has_fact(request: EffectiveRequest, case: Case, name: str) -> bool:
    try:
        request.fact(case, name)
    except KeyError:
        return False
    return True

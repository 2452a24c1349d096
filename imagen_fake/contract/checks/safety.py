"""Checks of what the safety filter and the rewriter put beside pictures, or in their place."""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import cache
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.checks.asked import Asked, asked
from imagen_fake.contract.checks.reading import elements, error, notices, shown
from imagen_fake.contract.checks.registry import check, differs
from imagen_fake.contract.exchange import Case, Difference, Exchange, Fact
from imagen_fake.contract.facts.facts import DIALECTS, fact
from imagen_fake.contract.facts.places import model_file, pointer, speaking
from imagen_fake.contract.facts.wording import CODES

PICTURELESS = {"caption", "answer", "segment", "verify"}
"""The tasks whose answers have nothing of the kind."""

CODE_LIST = re.compile(r"\d{8}(, \d{8})*")


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
    kind = filtered_reason(case)
    filters = spec.read("errors.json")["filters"]
    for text in found:
        if kind == "per-image":
            known = CODE_LIST.fullmatch(text)
        else:
            shows = speaking(case).shows_codes
            patterns = [_filter_pattern(one["text"], shows) for one in filters.values()]
            known = next(filter(None, (one.fullmatch(text) for one in patterns)), None)
        if not known:
            yield differs("reason", _reason_fact(case, text, kind), f"a reason ({kind})", text)


@check("codes")
def codes(exchange: Exchange) -> Iterator[Difference]:
    """No support codes on surfaces that do not show them."""
    surface = speaking(exchange.case)
    if surface.shows_codes:
        return
    texts = [str(error(exchange.response).get("message", "")), *notices(exchange)]
    opening = spec.read("errors.json")["supportCodes"]["text"].partition("{")[0]
    for text in texts:
        if opening in text:
            rule = fact(pointer(f"surfaces/{surface.name}.json", "supportCodes"))
            yield differs("codes", rule, "no support codes", text)


@check("scores", refusals=False)
def scores(exchange: Exchange) -> Iterator[Difference]:
    """Safety attributes of every picture and of the prompt if they are asked for, else none."""
    case, found = exchange.case, elements(exchange)
    if case.broken is not None or case.surface in DIALECTS or case.task in PICTURELESS:
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
    if case.broken is not None or case.surface in DIALECTS or case.task in PICTURELESS:
        return
    wanted = asked(case)
    rewrites = spec.surface(case.surface).rewrites(case.task)
    expected = rewrites and wanted.parameter("enhancePrompt") is True
    for one in shown(exchange):
        if ("prompt" in one) != expected:
            rule = fact(pointer(f"surfaces/{case.surface}.json", "rewrittenPrompt"))
            if rewrites and not expected:
                rule = wanted.fact(case, "enhancePrompt")
            yield differs("rewritten", rule, "a prompt" if expected else "no prompt", sorted(one))


def told_missing(case: Case, found: Sequence[str], missing: int) -> int:
    """How many pictures the notices say are missing."""
    if not found:
        return 0
    if filtered_reason(case) == "per-image":
        return len(found)
    text = spec.read("errors.json")["filters"]["some"]["text"]
    some = _filter_pattern(text, speaking(case).shows_codes)
    told = some.fullmatch(found[0])
    return int(told["count"]) if told and told["count"].isdigit() else missing


def filtered_reason(case: Case) -> str:
    """How a model says that pictures are missing: `aggregate` or `per-image`."""
    known = spec.model(case.model)
    return str(known.facts["filteredReason"]["value"]) if known else ""


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


def _reason_fact(case: Case, text: str, kind: str) -> Fact:
    """What an unknown reason contradicts: the filter text it is nearest to, or its kind."""
    if kind == "per-image" or re.fullmatch(r"[\d, ]+", text):
        return fact(pointer(model_file(case), "filteredReason"))
    filters = spec.read("errors.json")["filters"]
    opening = {name: one["text"] for name, one in filters.items()}
    nearest = max(opening, key=lambda name: _alike(opening[name], text))
    return fact(pointer("errors.json", "filters", nearest))


def _alike(template: str, text: str) -> float:
    """How much two texts have in common, in [0,1]."""
    return SequenceMatcher(None, template, text, autojunk=False).ratio()


@cache
def _filter_pattern(template: str, codes: bool) -> re.Pattern[str]:
    opened = re.escape(template).replace(r"\{count\}", r"(?P<count>\d+)")
    return re.compile(opened + (CODES if codes else ""))


def _knows(wanted: Asked, case: Case, name: str) -> bool:
    try:
        wanted.fact(case, name)
    except KeyError:
        return False
    return True

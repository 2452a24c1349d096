"""Probes of the safety filter: what is refused, what is filtered, and in which words."""

import re
from collections.abc import Iterator
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.body import placed
from imagen_fake.contract.cases import forms
from imagen_fake.contract.checks import differs
from imagen_fake.contract.exchange import Broken, Case, Difference, Exchange
from imagen_fake.contract.facts import DIALECTS, fact
from imagen_fake.contract.form import Form
from imagen_fake.contract.judges import resting
from imagen_fake.contract.probing import Judge, Probe, predicting
from imagen_fake.contract.reading import error, notices, shown
from imagen_fake.contract.rules import plain_body
from imagen_fake.contract.touch import error_text

GENERATING = "imagen-4.0-generate-001"
SURFACES = ("vertex", "gemini")
REASON = ("parameters", "includeRaiReason")
CODES = "errors.json#/supportCodes"
NOTICE = "responses/generate.json#/properties/predictions/items/anyOf/2"
CODE = re.compile(r"[0-9]{8}")

REFUSED = (
    ("a school shooting", "prompt_sensitive", "Other"),
    ("how to make a bomb", "prompt_sensitive", "Dangerous content"),
    ("a social security number", "prompt_sensitive", "Personal information"),
    ("racial purity [fake: score.Hate=0.9]", "prompt_sensitive", "Hate"),
    ("a child [fake: score.Porn=0.9]", "prompt_sensitive", "Child"),
    ("an apple [fake: score.Violence=1]", "prompt_threshold", "Violence"),
    ("an apple [fake: score.Porn=1]", "prompt_threshold", "Sexual"),
    ("an apple [fake: score.Toxic=1]", "prompt_threshold", "Toxic"),
    ("an apple [fake: score.Vulgarity=1]", "prompt_threshold", "Vulgar"),
    ("an apple [fake: error=prompt_person]", "prompt_person", ""),
)
"""Prompts that the fake refuses, under which error, and the category whose code it gives."""

FILTERED: tuple[tuple[str, dict[str, Any], str, int, tuple[str, ...]], ...] = (
    ("a bloody knife fight with gore [fake: filter=all]", {}, "threshold_all", 0, ("Violence",)),
    ("a red apple [fake: filter=1]", {}, "some", 1, ("Violence",)),
    ("a famous actor", {}, "policy_all", 0, ("People/Face", "Celebrity")),
    ("a photo of a child", {"personGeneration": "allow_adult"}, "policy_all", 0, ("Child",)),
    ("a man", {"personGeneration": "dont_allow"}, "person", 0, ("People/Face", "People")),
    ("a place with gore [fake: score.Violence=0.7]", {}, "threshold_all", 0,
     ("Violence", "Celebrity or child")),
)  # fmt: skip
"""Prompts of which two pictures are asked: with which parameters, which text of the filter, how
many pictures are left, and the categories whose codes are given."""


def of_filters() -> Iterator[Probe]:
    """The probes of refused prompts, of filtered pictures, and of each model's way to say so."""
    for surface in SURFACES:
        form = Form(GENERATING, "generate", surface)
        yield from _refusals(form)
        yield from _filters(form)
    yield from _reasons()
    yield from _of_third_parties()
    yield from _of_texts()
    yield from _of_images()


def _refusals(form: Form) -> Iterator[Probe]:
    for prompt, told, category in REFUSED:
        codes = tuple(_codes(category, "input")) if category else ()
        case = _asking(form, prompt, Broken("filter", "prompt", told))
        facts = _of_categories((category,)) if category else ()
        yield predicting(case, _coded(form, codes, *facts), setting="itself")


def _filters(form: Form) -> Iterator[Probe]:
    for prompt, parameters, reason, left, categories in FILTERED:
        wanted = {"sampleCount": 2, "includeRaiReason": True, **parameters}
        places = ["output", "input" if "Celebrity" in categories else "output"]
        codes = [
            code
            for category, place in zip(categories, places, strict=False)
            for code in _codes(category, place)
        ]
        case = _asking(form, prompt, None, **wanted)
        judges = (
            _filtered(reason, left),
            _coded(form, tuple(codes), *_of_categories(categories)),
        )
        yield predicting(case, *judges, setting="itself", facts=(NOTICE,))


def _reasons() -> Iterator[Probe]:
    """How each model says that pictures are missing; silent unless it is asked to."""
    seen = set[str]()
    for form in forms():
        fields = {} if form.surface in DIALECTS else form.at(("parameters",)).get("properties", {})
        if form.model not in seen and "includeRaiReason" in fields and form.surface == "vertex":
            seen.add(form.model)
            if "aliasOf" in spec.read(f"models/{form.model}.json"):
                continue
            for wanted in (True, False):
                body = placed(form, plain_body(form), REASON, wanted)
                told = "and says so" if wanted else "and says nothing"
                name = f"{form.surface} {form.model} {form.task}: filters everything {told}"
                case = Case(name, form.surface, form.model, form.task, body)
                judge = _reason(form.model, wanted)
                yield predicting(case, judge, setting="itself", header="filter=all")


def _of_third_parties() -> Iterator[Probe]:
    """A category that no word of the fake leads to: its codes are said when they are told."""
    form, category = Form(GENERATING, "generate", "vertex"), "Third-party content"
    facts = _of_categories((category,))
    (given,), (made,) = (_codes(category, place) for place in ("input", "output"))
    refused = _asking(form, f"[fake: block={given}] a mouse", _sensitive())
    yield predicting(refused, _coded(form, (given,), *facts), setting="itself")
    wanted = {"includeRaiReason": True, "sampleCount": 1}
    filtered = _asking(form, f"[fake: filter=1 codes={made}] a mouse", None, **wanted)
    yield predicting(filtered, _coded(form, (made,), *facts), setting="itself")


def _of_texts() -> Iterator[Probe]:
    """Questions that are refused, in the words of the models that answer with texts."""
    for task in ("caption", "answer"):
        form = Form("imagetext@001", task, "vertex")
        body = plain_body(form)
        name = f"vertex imagetext@001 {task}: a question that is refused"
        facts = {error_text(form, "prompt_sensitive"), f"tasks/{task}.json#/x-wording"}
        case = Case(name, "vertex", form.model, task, body, _sensitive(), frozenset(facts))
        yield predicting(case, setting="itself", header="block=42876398")


def _of_images() -> Iterator[Probe]:
    """At images/generations there is an error where every picture is filtered."""
    for form in (
        Form(GENERATING, "generate", "openai"),
        Form("imagen-3.0-generate-002", "generate", "aiml"),
    ):
        body = {**plain_body(form), "prompt": "a red apple [fake: filter=all]"}
        name = f"{form.surface} {form.model} generate: every picture is filtered"
        told = Broken("filter", "", "images_filtered")
        facts = frozenset({error_text(form, "images_filtered")})
        yield predicting(Case(name, form.surface, form.model, "generate", body, told, facts),
                         setting="itself")  # fmt: skip


def _asking(form: Form, prompt: str, broken: Broken | None, **parameters: Any) -> Case:
    """A prompt for a model that makes pictures."""
    body = {"instances": [{"prompt": prompt}], "parameters": parameters}
    facts = {error_text(form, broken.error)} if broken else set()
    name = f"{form.surface} {form.model} generate: {prompt}"
    return Case(name, form.surface, form.model, "generate", body, broken, frozenset(facts))


def _sensitive() -> Broken:
    return Broken("filter", "prompt", "prompt_sensitive")


def _filtered(reason: str, left: int) -> Judge:
    """How many pictures are left, and the opening words of the reason why not more."""
    pointer = f"errors.json#/filters/{reason}"

    def judge(exchange: Exchange) -> Iterator[Difference]:
        opening = spec.read("errors.json")["filters"][reason]["text"].partition("{")[0]
        found = notices(exchange)
        if len(found) != 1 or not found[0].startswith(opening):
            yield differs("filtered", fact(pointer), opening, found)
        if len(shown(exchange)) != left:
            yield differs("filtered", fact(pointer), f"{left} pictures", len(shown(exchange)))

    return resting(judge, pointer)


def _reason(model: str, wanted: bool) -> Judge:
    """The reason of a model whose every picture is filtered, in its way; or none."""
    pointer = f"models/{model}.json#/filteredReason"

    def judge(exchange: Exchange) -> Iterator[Difference]:
        found = notices(exchange)
        known = spec.model(model)
        bare = bool(known and known.facts["filteredReason"]["value"] == "per-image")
        kinds = {bool(CODE.fullmatch(text)) for text in found}
        if kinds != ({bare} if wanted else set()):
            yield differs("filtered", fact(pointer), "a bare code" if bare else "a text", found)

    return resting(judge, pointer)


def _coded(form: Form, codes: tuple[str, ...], *facts: str) -> Judge:
    """The support codes of a text, in any order; none where the surface shows none."""
    shows = spec.surface(form.surface).shows_codes
    expected = sorted(codes if shows else ())
    around = (CODES, f"surfaces/{form.surface}.json#/supportCodes")

    def judge(exchange: Exchange) -> Iterator[Difference]:
        texts = [str(error(exchange.response).get("message", "")), *notices(exchange)]
        found = sorted(code for text in texts for code in CODE.findall(text))
        blamed = around if bool(found) != bool(expected) else facts
        for pointer in blamed if found != expected else ():
            yield differs("codes", fact(pointer), expected or "no codes", found)

    return resting(judge, *around, *(facts if expected else ()))


def _codes(category: str, place: str) -> list[str]:
    codes: list[str] = spec.table("support_codes")["categories"][category][place]
    return codes


def _of_categories(categories: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"tables/support_codes.json#/categories/{_escaped(one)}" for one in categories)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")

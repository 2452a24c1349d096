"""Probes of the safety filter: what is refused, what is filtered, and in which words."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.bodies.body import placed
from imagen_fake.contract.bodies.cases import forms
from imagen_fake.contract.bodies.chosen import doing, painting
from imagen_fake.contract.bodies.form import Form
from imagen_fake.contract.bodies.rules import plain_body
from imagen_fake.contract.bodies.touch import error_text
from imagen_fake.contract.checks.reading import error, notices, shown
from imagen_fake.contract.checks.registry import differs
from imagen_fake.contract.exchange import Broken, Case, Difference, Exchange
from imagen_fake.contract.facts.facts import DIALECTS, fact
from imagen_fake.contract.probes.judges import resting
from imagen_fake.contract.probes.probing import Judge, Probe, predicting

SURFACES = ("vertex", "gemini")
REASON = ("parameters", "includeRaiReason")
CODES = "errors.json#/supportCodes"
NOTICE = "responses/generate.json#/properties/predictions/items/anyOf/2"
PLACES = ("input", "output")
Kind = Sequence[str]
"""A category of support codes, and one of these places."""

OTHER = ("Other", "input")
CODE = re.compile(r"[0-9]{8}")


def of_filters() -> Iterator[Probe]:
    """The probes of refused prompts, of filtered pictures, and of each model's way to say so."""
    for surface in SURFACES:
        form = painting(surface)
        yield from _refusals(form)
        yield from _filters(form)
        yield _unapproved(form)
    yield from _reasons()
    yield from _of_third_parties()
    yield from _of_texts()
    yield from _of_models()
    yield from _of_images()


def _refusals(form: Form) -> Iterator[Probe]:
    for known in _prompts()["refused"]:
        case = _asking(form, known["prompt"], Broken("filter", "prompt", known["error"]))
        yield predicting(case, _coded(form, known["codes"]), setting="itself")


def _unapproved(form: Form) -> Probe:
    """People, asked for by a project that Google did not approve for adults."""
    told = Broken("filter", "prompt", "person_generation_allow_adult")
    return predicting(_asking(form, "a man in a garden", told), setting="not approved")


def _filters(form: Form) -> Iterator[Probe]:
    for known in _prompts()["filtered"]:
        wanted = {"sampleCount": 2, "includeRaiReason": True, **known["parameters"]}
        case = _asking(form, known["prompt"], None, **wanted)
        judges = (_filtered(known["reason"], known["left"]), _coded(form, known["codes"]))
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
    form, (given, made) = painting("vertex"), (("Third-party content", place) for place in PLACES)
    refused = _asking(form, f"[fake: block={_codes([given])[0]}] a mouse", _sensitive())
    yield predicting(refused, _coded(form, [given]), setting="itself")
    wanted = {"includeRaiReason": True, "sampleCount": 1}
    prompt = f"[fake: filter=1 codes={_codes([made])[0]}] a mouse"
    yield predicting(_asking(form, prompt, None, **wanted), _coded(form, [made]), setting="itself")


def _of_texts() -> Iterator[Probe]:
    """Questions that are refused, in the words of the models that answer with texts."""
    for task in ("caption", "answer"):
        form = doing(task)
        body = plain_body(form)
        name = f"vertex {form.model} {task}: a question that is refused"
        facts = {error_text(form, "prompt_sensitive"), f"tasks/{task}.json#/x-wording"}
        case = Case(name, "vertex", form.model, task, body, _sensitive(), frozenset(facts))
        yield predicting(case, setting="itself", header=f"block={_codes([OTHER])[0]}")


def _of_models() -> Iterator[Probe]:
    """Prompts that are refused, in the words of the models that have their own."""
    for name in spec.model_ids():
        known = spec.model(name)
        if known and known.id == name and "x-wording" in known.facts:
            form = Form(name, "generate", "vertex")
            facts = {error_text(form, "prompt_sensitive"), f"models/{name}.json#/x-wording"}
            case = Case(f"vertex {name} generate: a prompt that is refused", "vertex", name,
                        "generate", plain_body(form), _sensitive(), frozenset(facts))  # fmt: skip
            yield predicting(case, setting="itself", header=f"block={_codes([OTHER])[0]}")


def _of_images() -> Iterator[Probe]:
    """At images/generations there is an error where every picture is filtered."""
    for form in map(painting, ("openai", "aiml")):
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


def _coded(form: Form, kinds: Sequence[Kind]) -> Judge:
    """The support codes of a text, in any order; none where the surface shows none."""
    shows = spec.surface(form.surface).shows_codes
    expected = sorted(_codes(kinds) if shows else ())
    facts = [f"tables/support_codes.json#/categories/{_escaped(name)}" for name, _ in kinds]
    around = (CODES, f"surfaces/{form.surface}.json#/supportCodes")

    def judge(exchange: Exchange) -> Iterator[Difference]:
        texts = [str(error(exchange.response).get("message", "")), *notices(exchange)]
        found = sorted(code for text in texts for code in CODE.findall(text))
        blamed = around if bool(found) != bool(expected) else facts
        for pointer in blamed if found != expected else ():
            yield differs("codes", fact(pointer), expected or "no codes", found)

    return resting(judge, *around, *(facts if expected else ()))


def _codes(kinds: Sequence[Kind]) -> list[str]:
    """The codes of categories: each one's about what was sent, or about what was made."""
    table = spec.table("support_codes")["categories"]
    return [code for category, place in kinds for code in table[category][place]]


def _prompts() -> Any:
    return json.loads(Path(__file__).with_name("filters.json").read_bytes())


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")

"""Probes of the safety filter: blocked prompts, filtered pictures, and the texts for both."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.bodies.body import set_value
from imagen_fake.contract.bodies.cases import operations
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.bodies.rejected_case import rejected_case
from imagen_fake.contract.bodies.repair import minimal_body
from imagen_fake.contract.bodies.sample_models import first_operation, generate_operation, models
from imagen_fake.contract.checks.registry import difference
from imagen_fake.contract.checks.response import (
    error_object,
    filter_reasons,
    picture_predictions,
)
from imagen_fake.contract.exchange import Case, Difference, Exchange
from imagen_fake.contract.facts.facts import fact, join_pointer
from imagen_fake.contract.probes.expectations import expect
from imagen_fake.contract.probes.probe import Expectation, Probe, predict_probe

SURFACES = ("vertex", "gemini")
NOTICE = "responses/generate.json#/properties/predictions/items/anyOf/2"
Category = Sequence[str]
"""A category of support codes, and `input` or `output`."""

OTHER = ("Other", "input")
SAMPLES = 2
"""The pictures that are filtered, where a model makes so many."""

CODE = re.compile(r"[0-9]{8}")


def filter_probes() -> Iterator[Probe]:
    """The probes of blocked prompts, of filtered pictures, and of each model's texts for them."""
    for operation in map(generate_operation, SURFACES):
        for prompt in _prompts()["refused"]:
            case = _prompt_case(operation, prompt["prompt"], prompt["error"])
            codes = _expect_codes(operation, prompt["codes"])
            yield predict_probe(case, codes, setting="itself")
        yield from _filtered_probes(operation)
        people = _prompt_case(operation, "a man in a garden", "person_generation_allow_adult")
        yield predict_probe(people, setting="not approved")
    yield from _reason_probes()
    yield from _third_party_probes()
    yield from _wording_probes()
    yield from _images_probes()


def _filtered_probes(operation: Operation) -> Iterator[Probe]:
    for prompt in _prompts()["filtered"]:
        parameters = {"sampleCount": 2, "includeRaiReason": True, **prompt["parameters"]}
        yield predict_probe(
            _prompt_case(operation, prompt["prompt"], **parameters),
            _expect_filtered(prompt["reason"], prompt["left"]),
            _expect_codes(operation, prompt["codes"]),
            setting="itself",
            facts=(NOTICE,),
        )


def _reason_probes() -> Iterator[Probe]:
    """How each model says that pictures are missing; it says nothing unless it is asked to."""
    first = {one.model: one for one in reversed([*operations()]) if _gives_reasons(one)}
    for model in (one for one in models() if one.id in first):
        operation, pointer = first[model.id], f"models/{model.id}.json#/filteredReason"
        per_image = model.facts["filteredReason"]["value"] == "per-image"
        for included, expected in ((True, {per_image}), (False, set[bool]())):
            body = minimal_body(operation)
            most = operation.schema_at(("parameters", "sampleCount")).get("maximum", SAMPLES)
            for name, value in (
                ("includeRaiReason", included),
                ("sampleCount", min(SAMPLES, most)),
            ):
                body = set_value(operation, body, ("parameters", name), value)
            name = f"filters everything and says {'so' if included else 'nothing'}"
            reasons = expect(
                "filtered",
                pointer,
                expected,
                lambda exchange: {bool(CODE.fullmatch(one)) for one in filter_reasons(exchange)},
            )
            case = operation.case(name, body)
            yield predict_probe(case, reasons, setting="itself", header="filter=all")


def _third_party_probes() -> Iterator[Probe]:
    """A category that no prompt of the fake leads to: directives ask for its codes."""
    operation = generate_operation("vertex")
    sent, made = (("Third-party content", place) for place in ("input", "output"))
    prompt = f"[fake: block={_support_codes([sent])[0]}] a mouse"
    blocked = _prompt_case(operation, prompt, "prompt_sensitive")
    yield predict_probe(blocked, _expect_codes(operation, [sent]), setting="itself")
    prompt = f"[fake: filter=1 codes={_support_codes([made])[0]}] a mouse"
    filtered = _prompt_case(operation, prompt, includeRaiReason=True, sampleCount=1)
    yield predict_probe(filtered, _expect_codes(operation, [made]), setting="itself")


def _wording_probes() -> Iterator[Probe]:
    """Blocked prompts, in the words of the tasks and models that have their own."""
    worded = {first_operation(task): f"tasks/{task}.json" for task in ("caption", "answer")}
    worded |= {
        Operation(model.id, "generate", "vertex"): f"models/{model.id}.json"
        for model in models()
        if "x-wording" in model.facts
    }
    header = f"block={_support_codes([OTHER])[0]}"
    for operation, file in worded.items():
        name, facts = "a prompt that is refused", {f"{file}#/x-wording"}
        case = rejected_case(operation, name, "prompt_sensitive", path="prompt", facts=facts)
        yield predict_probe(case, setting="itself", header=header)


def _images_probes() -> Iterator[Probe]:
    """At images/generations there is an error where every picture is filtered."""
    for operation in map(generate_operation, ("openai", "aiml")):
        body = {**minimal_body(operation), "prompt": "a red apple [fake: filter=all]"}
        case = rejected_case(operation, "every picture is filtered", "images_filtered", body)
        yield predict_probe(case, setting="itself")


def _prompt_case(operation: Operation, prompt: str, error: str = "", **parameters: Any) -> Case:
    """A prompt for a model that makes pictures."""
    body = {"instances": [{"prompt": prompt}], "parameters": parameters}
    if error:
        return rejected_case(operation, prompt, error, body, path="prompt")
    return operation.case(prompt, body)


def _expect_filtered(reason: str, pictures: int) -> Expectation:
    """The number of pictures, and the opening words of the reason why there are not more."""
    opening = spec.read("errors.json")["filters"][reason]["text"].partition("{")[0]

    def holds(exchange: Exchange) -> bool:
        reasons = filter_reasons(exchange)
        opened = [one for one in reasons if one.startswith(opening)]
        return len(opened) == len(reasons) == 1 and len(picture_predictions(exchange)) == pictures

    def observe(exchange: Exchange) -> str:
        return f"{len(picture_predictions(exchange))} pictures, {filter_reasons(exchange)}"

    expected = f"{pictures} pictures, {opening}"
    return expect("filtered", f"errors.json#/filters/{reason}", expected, observe, holds)


def _expect_codes(operation: Operation, categories: Sequence[Category]) -> Expectation:
    """The support codes of a text, in any order; none where the surface shows none."""
    shows = spec.surface(operation.surface).shows_codes
    expected = sorted(_support_codes(categories) if shows else ())
    table = [
        join_pointer("tables/support_codes.json", "categories", name) for name, _ in categories
    ]
    rules = ("errors.json#/supportCodes", f"surfaces/{operation.surface}.json#/supportCodes")

    def compare(exchange: Exchange) -> Iterator[Difference]:
        texts = [
            str(error_object(exchange.response).get("message", "")),
            *filter_reasons(exchange),
        ]
        observed = sorted(code for text in texts for code in CODE.findall(text))
        blamed = rules if bool(observed) != bool(expected) else table
        for place in blamed if observed != expected else ():
            yield difference("codes", fact(place), expected or "no codes", observed)

    return Expectation(frozenset((*rules, *(table if expected else ()))), compare)


def _support_codes(categories: Sequence[Category]) -> list[str]:
    """The codes of categories: each one's for what was sent, or for what was made."""
    table = spec.table("support_codes")["categories"]
    return [code for category, place in categories for code in table[category][place]]


def _gives_reasons(operation: Operation) -> bool:
    parameters = operation.schema_at(("parameters",)).get("properties", {})
    return operation.surface == "vertex" and "includeRaiReason" in parameters


def _prompts() -> Any:
    return json.loads(Path(__file__).with_name("filters.json").read_bytes())

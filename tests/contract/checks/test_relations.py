"""Rules that join several answers: the fake keeps them, and each notices when they are broken."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from imagen_fake.app import create_app
from imagen_fake.config import Config
from imagen_fake.contract.checks.relations import RELATIONS, element_outlines, user_mask
from imagen_fake.contract.exchange import Case, Difference, Exchange
from imagen_fake.contract.mutants.mutants import MutatedTarget
from imagen_fake.contract.mutants.response_mutators import MUTATORS
from imagen_fake.contract.suite import Result, run
from imagen_fake.contract.targets.targets import InProcessTarget
from tests.contract.sample_cases import (
    IMAGEN_3,
    PLAIN,
    TOO_MANY,
    ask,
    edit_case,
    fake,
    generate_case,
    picture_cases,
    true_exchange,
)
from tests.sweep import sweep

STARTS = [PLAIN, generate_case("one", IMAGEN_3, sampleCount=1), *picture_cases()]
GENERATE = "tasks/generate.json#/$defs/parameters/properties"


def related(name: str, warp: str | None = None, starts: Sequence[Case] = STARTS) -> Result:
    target = MutatedTarget(fake(), warp, MUTATORS[warp]) if warp else fake()
    return run(target, [], [RELATIONS[name]], start=starts)


@sweep("name", list(RELATIONS))
def test_the_fake_keeps_every_rule(name: str) -> None:
    result = related(name)
    assert result.calls > 0
    assert result.passed, result.findings


@sweep("name", list(RELATIONS))
def test_the_fake_keeps_every_rule_without_captions(name: str) -> None:
    target = InProcessTarget(create_app(Config(allowlisted=False, caption="off")))
    result = run(target, [], [RELATIONS[name]], start=STARTS)
    target.close()
    assert result.calls > 0
    assert result.passed, result.findings


@sweep(
    ("name", "warp", "pointer"),
    [
        ("same seed", "a seed is ignored", f"{GENERATE}/seed"),
        ("other seed", "all seeds are one", f"{GENERATE}/seed"),
        ("first samples", "the count stirs the seed", "/sampleCount"),
        ("safety levels", "the filter upside down", f"{GENERATE}/safetySetting"),
        ("quality", "quality upside down",
         f"{GENERATE}/outputOptions/properties/compressionQuality"),
        ("mask", "a mask is not respected", "tasks/edit.json#"),
        ("mask", "nothing is edited", "tasks/edit.json#"),
        ("upscaled", "upscaled in negative", "tasks/upscale.json#"),
        ("caption", "captions of requests", "tasks/caption.json#"),
        ("verified", "decisions the other way round", "tasks/verify.json#/x-decisions"),
    ],
)  # fmt: skip
def test_a_broken_rule_is_reported_with_its_fact(name: str, warp: str, pointer: str) -> None:
    found = [one.difference for one in related(name, warp).findings]
    assert any(one.check == name and one.fact.pointer.endswith(pointer) for one in found)


def altered(change: Callable[[Case], Case]) -> Callable[[Case], Exchange]:
    """Asks the fake for another case than the one given."""
    return lambda case: replace(ask(change(case)), case=case)


def differences(name: str, change: Callable[[Case], Case], start: Case) -> list[Difference]:
    return list(RELATIONS[name].rule(altered(change), start))


def without(name: str, key: str, value: Any) -> Callable[[Case], Case]:
    """Replaces the value of a parameter wherever it is sent."""

    def change(case: Case) -> Case:
        sent = case.body["parameters"]
        there = {**sent, key: value} if name in sent else sent
        return replace(case, body={**case.body, "parameters": there})

    return change


def test_a_ratio_that_changes_no_size_is_reported() -> None:
    (found,) = differences("ratio", without("aspectRatio", "aspectRatio", "1:1"), PLAIN)
    assert (found.check, found.expected) == ("ratio", "another size")


def test_a_ratio_that_changes_the_type_is_reported() -> None:
    def change(case: Case) -> Case:
        wide = case.body["parameters"].get("aspectRatio") != "1:1"
        options = {"outputOptions": {"mimeType": "image/jpeg"}} if wide else {}
        return replace(case, body={**case.body, "parameters": {
            **case.body["parameters"], **options}})  # fmt: skip

    assert [one.check for one in differences("ratio", change, PLAIN)] == ["ratio"]


def test_a_negative_prompt_with_an_effect_is_reported() -> None:
    change = without("negativePrompt", "seed", 99)
    (found,) = differences("no effect", change, PLAIN)
    assert found.fact.pointer.endswith("/negativePrompt/x-effect")


@sweep("name", list(RELATIONS))
def test_no_rule_starts_from_a_broken_body(name: str) -> None:
    assert not RELATIONS[name].applies(TOO_MANY) or name in {"ratio", "quality"}


@sweep("name", list(RELATIONS))
def test_what_is_refused_breaks_no_rule(name: str) -> None:
    start = next(case for case in STARTS if RELATIONS[name].applies(case))
    refused = ask(TOO_MANY)
    assert list(RELATIONS[name].rule(lambda case: replace(refused, case=case), start)) == []


def test_a_mask_is_grown_by_what_an_edit_may_reach() -> None:
    mask = user_mask(edit_case())
    assert mask is not None
    left, top, right, bottom = mask.getbbox() or (0, 0, 0, 0)
    assert (left, top) == (62, 62)
    assert (right, bottom) == (194, 194)


def test_a_mask_that_is_found_by_the_service_is_not_known() -> None:
    reference = edit_case().body["instances"][0]["referenceImages"][0]
    found = {"referenceType": "REFERENCE_TYPE_MASK",
             "maskImageConfig": {"maskMode": "MASK_MODE_FOREGROUND"}}  # fmt: skip
    body = {"instances": [{"prompt": "x", "referenceImages": [reference, found]}]}
    assert user_mask(replace(edit_case(), body=body)) is None


def test_an_envelope_has_no_pixels() -> None:
    first, second = element_outlines(true_exchange("pictures"))
    assert first == second == "bytesBase64Encoded, mimeType, prompt: image/png"
    assert len(json.dumps(first)) < 100

"""Rules that join several answers: the fake keeps them, and each notices when they are broken."""

from collections.abc import Sequence

from imagen_fake.app import create_app
from imagen_fake.config import Config
from imagen_fake.contract.checks.relations import RELATIONS
from imagen_fake.contract.exchange import Case
from imagen_fake.contract.mutants.mutants import MutatedTarget
from imagen_fake.contract.mutants.response_mutators import MUTATORS
from imagen_fake.contract.suite import Result, run
from imagen_fake.contract.targets.targets import InProcessTarget
from tests.contract.sample_cases import (
    IMAGEN_3,
    PLAIN,
    TOO_MANY,
    Altered,
    fake,
    generate_case,
    picture_cases,
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


@sweep("name", list(RELATIONS))
def test_no_rule_starts_from_a_broken_body(name: str) -> None:
    assert not RELATIONS[name].applies(TOO_MANY) or name in {"ratio", "quality"}


@sweep("name", list(RELATIONS))
def test_what_is_refused_breaks_no_rule(name: str) -> None:
    start = next(case for case in STARTS if RELATIONS[name].applies(case))
    assert list(RELATIONS[name].rule(Altered(lambda _: TOO_MANY), start)) == []

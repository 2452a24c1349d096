from dataclasses import replace
from typing import Any

import pytest

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.predict import Target, understand
from imagen_fake.rule_patterns import (
    LONGEST_PATTERN,
    LONGEST_TEXT,
    NAMED,
    matches,
    pattern,
    possible,
    refuse_impossible,
)
from tests.conftest import request_body, understood

MODEL = "imagen-4.0-generate-001"


@pytest.mark.parametrize(
    ("written", "text", "fits"),
    [
        ("imagen-4*", "imagen-4.0-generate-001", True),
        ("imagen-4*", "an imagen-4", False),
        ("*APPLE*", "two\napples", True),
        ("a.b", "axb", False),
        ("[ab]?", "bz", True),
        ("[!ab]", "a", False),
        ("[", "[", True),
        ("[z-a]", "b", False),
        (r"a\*", r"a\bc", True),
        ("", "", True),
    ],
)
def test_a_pattern_matches_the_whole_text_without_case(written: str, text: str, fits: bool) -> None:
    assert bool(pattern(written).match(text)) is fits


def test_a_long_pattern_is_refused() -> None:
    assert pattern("?" * LONGEST_PATTERN).match("a" * LONGEST_PATTERN)
    with pytest.raises(ValueError, match="up to 250 characters"):
        pattern("?" * (LONGEST_PATTERN + 1))


def fits(text: str, call: Any) -> bool:
    part, _, written = text.partition("=")
    return matches({part: pattern(written)}, call)


@pytest.mark.parametrize(
    ("text", "fit"),
    [
        ("surface=vertex", True),
        ("surface=gemini", False),
        ("model=imagen-4*", True),
        ("model=imagen-3*", False),
        ("task=gen*", True),
        ("task=upscale", False),
        ("prompt=*apple*", True),
        ("prompt=apple", False),
    ],
)
def test_a_call_goes_by_its_surface_model_task_and_prompt(text: str, fit: bool) -> None:
    assert fits(text, understood(MODEL, prompt="a red apple")) is fit


def test_all_patterns_have_to_match() -> None:
    call = understood(MODEL)
    given = {"surface": pattern("vertex"), "task": pattern("upscale")}
    assert not matches(given, call)
    assert matches({**given, "task": pattern("generate")}, call)


def test_a_call_goes_by_its_dialect_too() -> None:
    call = replace(understood(MODEL), dialect="aiml")
    assert fits("surface=aiml", call)
    assert fits("surface=vertex", call)
    assert not fits("surface=openai", call)


@pytest.mark.parametrize(
    ("resource", "served", "written", "fit"),
    [
        ("publishers/google/models/imagegeneration", None, "imagegeneration", True),
        ("publishers/google/models/imagegeneration", None, "imagegeneration@00?", True),
        ("endpoints/56", MODEL, MODEL, True),
        ("endpoints/56", MODEL, "56", False),
        ("endpoints/56", MODEL, "*6", False),
    ],
)
def test_a_model_goes_by_its_id_and_alias_an_endpoint_by_what_it_serves(
    resource: str, served: str | None, written: str, fit: bool
) -> None:
    at = Target(spec.surface("vertex"), f"projects/p/locations/l/{resource}", served)
    call = understand(at, request_body(), Config())
    assert fits(f"model={written}", call) is fit


def test_of_a_long_prompt_the_beginning_is_looked_at() -> None:
    call = understood(MODEL, prompt="apple" + " " * LONGEST_TEXT + "pear")
    assert fits("prompt=apple*", call)
    assert not fits("prompt=*pear", call)


def refusal(**written: str) -> str:
    with pytest.raises(ValueError, match="matches no") as caught:
        refuse_impossible({part: pattern(text) for part, text in written.items()}, written)
    return str(caught.value)


@pytest.mark.parametrize(
    ("part", "written", "meant"),
    [
        ("surface", "vertx", "vertex"),
        ("surface", "Gemni", "gemini"),
        ("task", "upscal", "upscale"),
        ("model", "imagen-4.0-generat-001", MODEL),
    ],
)
def test_a_misspelt_name_is_refused_with_the_nearest(part: str, written: str, meant: str) -> None:
    assert refusal(**{part: written}) == (
        f"{f'{part}={written}'!r} matches no {part}. Did you mean {meant}?"
    )


@pytest.mark.parametrize("part", NAMED)
def test_a_strange_name_is_refused_with_all_that_there_are(part: str) -> None:
    told = refusal(**{part: "?"})
    assert all(one[part] in told for one in possible())


@pytest.mark.parametrize(
    "written",
    [
        {"surface": "gemini", "model": "imagetext*"},
        {"surface": "gemini", "task": "edit"},
        {"surface": "openai", "model": "imagen-4*", "task": "customize"},
        {"model": MODEL, "task": "segment"},
        {"surface": "aiml", "task": "edit"},
    ],
)
def test_names_that_never_come_together_are_refused(written: dict[str, str]) -> None:
    assert all(f"{part}={text}" in refusal(**written) for part, text in written.items())


@pytest.mark.parametrize("one", possible(), ids=lambda one: " ".join(one.values()))
def test_every_call_there_can_be_has_a_rule(one: dict[str, str]) -> None:
    refuse_impossible({part: pattern(text) for part, text in one.items()}, one)


def test_of_prompts_nothing_is_known_beforehand() -> None:
    refuse_impossible({"prompt": pattern("nobody ever asks this")}, {"prompt": ""})


def test_models_surfaces_and_tasks_are_those_of_the_facts() -> None:
    assert {one["model"] for one in possible()} == set(spec.model_ids())
    assert {one["surface"] for one in possible()} == {"vertex", "gemini", "openai", "aiml"}
    files = (spec.ROOT / "tasks").iterdir()
    assert {one["task"] for one in possible()} == {file.stem for file in files}

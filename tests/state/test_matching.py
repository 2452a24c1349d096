"""Whether a call is one that a rule is about."""

from dataclasses import replace
from typing import Any

import pytest

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.directives.patterns import pattern
from imagen_fake.predict import Target, understand
from imagen_fake.state.matching import MAX_PROMPT_LENGTH, matches
from tests.conftest import request_body, understood
from tests.sweep import sweep

MODEL = "imagen-4.0-generate-001"


def fits(text: str, call: Any) -> bool:
    part, _, written = text.partition("=")
    return matches({part: pattern(written)}, call)


@sweep(
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
    call = understood(MODEL, prompt="apple" + " " * MAX_PROMPT_LENGTH + "pear")
    assert fits("prompt=apple*", call)
    assert not fits("prompt=*pear", call)

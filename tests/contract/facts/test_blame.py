"""Which fact a wrong status is laid to."""

import pytest

from imagen_fake.contract.exchange import Violation
from imagen_fake.contract.facts.blame import GONE_ERRORS, disputed_fact, violated_fact
from tests.contract.sample_cases import IMAGEN_4, generate_case
from tests.sweep import sweep

GENERATE = "tasks/generate.json#/$defs/parameters/properties"
FAILED = "Image generation failed with the following error: "


@sweep(
    ("violation", "surface", "pointer"),
    [
        (Violation("maximum", "sampleCount", "sample_count"), "vertex",
         f"models/{IMAGEN_4}.json#/tasks/generate/parameters/sampleCount/maximum"),
        (Violation("minimum", "sampleCount", "sample_count"), "vertex",
         f"{GENERATE}/sampleCount/minimum"),
        (Violation("enum", "outputOptions.mimeType", "mime_type"), "vertex",
         f"{GENERATE}/outputOptions/properties/mimeType/enum"),
        (Violation("type", "seed", "keyword_type"), "vertex", f"{GENERATE}/seed/type"),
        (Violation("not", "seed", "seed_with_watermark"), "vertex",
         "tasks/generate.json#/allOf/0/not"),
        (Violation("required", "prompt", "prompt_missing"), "vertex",
         "tasks/generate.json#/$defs/instance/required"),
        (Violation("x-max-tokens", "prompt", "prompt_too_long"), "vertex",
         f"models/{IMAGEN_4}.json#/tasks/generate/instance/prompt/x-max-tokens"),
        (Violation("additionalProperties", "extra", "unknown_field"), "vertex",
         "tasks/generate.json#/additionalProperties"),
        (Violation("not", "seed", "gemini_not_supported"), "gemini",
         "surfaces/gemini.json#/tasks/generate/parameters/seed/not"),
        (Violation("maximum", "n", "images_range"), "openai",
         "surfaces/openai.json#/request/properties/n/maximum"),
        (Violation("enum", "aspect_ratio", "aiml_enum"), "aiml",
         "surfaces/aiml.json#/request/properties/aspect_ratio/enum"),
        (Violation("syntax", "", "json_malformed"), "vertex", "errors.json#/errors/json_malformed"),
    ],
)  # fmt: skip
def test_an_answered_broken_body_is_laid_to_the_rule_it_breaks(
    violation: Violation, surface: str, pointer: str
) -> None:
    assert (
        violated_fact(generate_case(surface=surface, violation=violation), violation).pointer
        == pointer
    )


@pytest.mark.parametrize(
    ("message", "pointer"),
    [
        (f"{FAILED}Invalid aspect ratio, 3:4", f"{GENERATE}/aspectRatio/enum"),
        (f"{FAILED}Invalid guidanceScale, 9. Supported values: 0 to 8.",
         f"{GENERATE}/guidanceScale/maximum"),
        (f"{FAILED}Invalid sampleImageSize, 2K. Supported values: 1K.",
         f"{GENERATE}/sampleImageSize/enum"),
        ("Internal error encountered.", "errors.json#/errors/internal"),
        ("Come back later.", "tasks/generate.json#"),
    ],
)  # fmt: skip
def test_a_refused_valid_body_is_laid_to_what_the_refusal_says(message: str, pointer: str) -> None:
    assert disputed_fact(generate_case(), message).pointer == pointer


def test_the_errors_of_a_model_that_is_gone_are_those_of_life_cycles_on_their_surfaces() -> None:
    vertex = {"model_unavailable", "model_end_of_life", "model_not_found"}
    assert vertex | {"gemini_model_not_found"} == GONE_ERRORS


def test_a_rule_that_the_case_is_there_for_goes_before_its_like() -> None:
    lowest = f"{GENERATE}/sampleCount/minimum"
    case = generate_case()
    touching = type(case)(case.name, case.surface, case.model, case.task, case.body,
                          facts=frozenset({lowest}))  # fmt: skip
    message = f"{FAILED}Invalid sampleCount, 4. {IMAGEN_4} supports 1 to 4."
    assert disputed_fact(touching, message).pointer == lowest

"""Where rules of requests stand."""

import pytest

from imagen_fake.contract.exchange import Case
from imagen_fake.contract.facts.facts import join_pointer
from imagen_fake.contract.facts.lookup import (
    parameter_fact,
    read_value,
    rule_fact,
    rules_raising,
    task_fact,
)
from tests.contract.sample_cases import EDITING, IMAGEN_3, generate_case

COUNT = "/$defs/parameters/properties/sampleCount"


def test_a_pointer_escapes_slashes_and_tildes() -> None:
    assert join_pointer("a.json", "image/png", "~") == "a.json#/image~1png/~0"


def test_a_pointer_leads_back_to_its_value() -> None:
    pointer = join_pointer("tables/image_metadata.json", "generate", "image/png", "credit")
    assert read_value(pointer) == (
        "AI Generated")  # fmt: skip


@pytest.mark.parametrize(
    ("surface", "name", "steps", "expected"),
    [
        ("vertex", "sampleCount", ("maximum",),
         "models/imagen-4.0-generate-001.json#/tasks/generate/parameters/sampleCount/maximum"),
        ("vertex", "sampleCount", ("minimum",), f"tasks/generate.json#{COUNT}/minimum"),
        ("gemini", "safetySetting", ("enum",),
         "surfaces/gemini.json#/tasks/generate/parameters/safetySetting/enum"),
        ("vertex", "outputOptions.mimeType", ("default",),
         "tasks/generate.json#/$defs/parameters/properties/outputOptions/properties/mimeType/default"),
        ("openai", "sampleCount", ("maximum",),
         "surfaces/openai.json#/request/properties/n/maximum"),
        ("aiml", "outputOptions.mimeType", ("default",),
         "tasks/generate.json#/$defs/parameters/properties/outputOptions/properties/mimeType/default"),
    ],
)  # fmt: skip
def test_the_topmost_layer_that_speaks_of_it_decides(
    surface: str, name: str, steps: tuple[str, ...], expected: str
) -> None:
    assert parameter_fact(generate_case(surface=surface), name, *steps).pointer == expected


def test_a_reference_is_followed_to_the_file_where_the_rule_stands() -> None:
    case = Case("edit", "vertex", EDITING, "edit", {})
    assert parameter_fact(case, "seed", "maximum").pointer == (
        "tasks/generate.json#/$defs/parameters/properties/seed/maximum")  # fmt: skip


def test_what_stands_nowhere_is_no_fact() -> None:
    with pytest.raises(KeyError):
        rule_fact(generate_case(), "$defs", "parameters", "properties", "sampleCount", "multipleOf")


def test_a_parameter_that_a_task_does_not_have_is_laid_to_the_task() -> None:
    case = Case("caption", "vertex", "imagetext@001", "caption", {})
    assert parameter_fact(case, "outputOptions.mimeType").pointer == "tasks/caption.json#"
    with pytest.raises(KeyError):
        parameter_fact(case, "outputOptions.mimeType", "default")


def test_a_model_that_there_is_not_has_no_rules() -> None:
    case = generate_case(model="imagen-9.9")
    assert rules_raising(case, "aspect_ratio") == []


def test_restricted_values_are_refused_by_the_keyword_that_restricts_them() -> None:
    rules = rules_raising(generate_case(model=IMAGEN_3), "person_generation_allow_all")
    assert [one.pointer.rpartition("/")[2] for one in rules] == ["x-restricted"]


def test_a_task_s_fact_has_its_grade() -> None:
    assert task_fact("try_on").grade == "recorded"

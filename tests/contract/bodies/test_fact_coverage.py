"""Touching facts: what a body keeps, breaks, and sees in its answer."""

from imagen_fake.contract.bodies.fact_coverage import (
    body_facts,
    error_pointer,
    success_facts,
    violation_facts,
)
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.exchange import Violation

GENERATE = Operation("imagegeneration@002", "generate", "vertex")
OWN = "models/imagegeneration@002.json#/tasks/generate"
BODY = {"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 1}}


def test_a_field_touches_its_rules_in_the_file_that_says_them() -> None:
    assert f"{OWN}/parameters/sampleCount/maximum" in set(body_facts(GENERATE, BODY))


def test_a_missing_field_touches_its_default() -> None:
    touched = set(body_facts(GENERATE, BODY))
    assert f"{OWN}/parameters/addWatermark/default" in touched
    assert f"{OWN}/parameters/aspectRatio/enum" not in touched


def test_a_broken_rule_touches_itself_and_the_words_of_its_refusal() -> None:
    steps = ("$defs", "parameters", "properties", "aspectRatio", "enum")
    touched = set(
        violation_facts(GENERATE, steps, Violation("enum", "aspectRatio", "aspect_ratio"))
    )
    assert {f"{OWN}/parameters/aspectRatio/enum", "errors.json#/errors/aspect_ratio"} <= touched


def test_an_alias_touches_whom_it_stands_for() -> None:
    operation = Operation("imagegeneration", "generate", "vertex")
    assert "models/imagegeneration.json#/aliasOf" in set(body_facts(operation, BODY))


def test_other_surfaces_have_other_words() -> None:
    operation = Operation("imagen-4.0-generate-001", "generate", "openai")
    assert error_pointer(operation, "keyword_type") == "errors.json#/errors/images_type"


def test_an_answer_touches_the_size_of_its_pictures() -> None:
    assert "tables/image_sizes.json#/sizes/imagen-1/value" in set(success_facts(GENERATE, BODY))

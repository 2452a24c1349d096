"""Breaks: one thing is wrong, and it is told what."""

from imagen_fake.contract.bodies.fields import fields
from imagen_fake.contract.bodies.invalid_bodies import (
    InvalidBody,
    body_with_field,
    breakable_keywords,
    error_id,
    invalid_bodies,
)
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.bodies.repair import minimal_body
from imagen_fake.contract.exchange import Violation

GENERATE = Operation("imagen-4.0-generate-001", "generate", "vertex")
GEMINI = Operation("imagen-4.0-generate-001", "generate", "gemini")
SEGMENT = Operation("image-segmentation-001", "segment", "vertex")
EDIT = Operation("imagen-3.0-capability-001", "edit", "vertex")


def breaks(operation: Operation) -> list[InvalidBody]:
    plain = minimal_body(operation)
    return [
        found
        for field, keywords in breakable_keywords(operation)
        for keyword in keywords
        for found in invalid_bodies(
            operation, body_with_field(operation, plain, field), field, keyword
        )
    ]


def told(operation: Operation) -> set[tuple[str, str, str]]:
    return {
        (one.violation.keyword, one.violation.path, one.violation.error)
        for one in breaks(operation)
    }


def test_a_schemas_own_words_are_told() -> None:
    assert ("enum", "aspectRatio", "aspect_ratio") in told(GENERATE)


def test_a_keyword_without_words_of_its_own_gets_the_general_ones() -> None:
    assert ("maximum", "guidanceScale", "keyword_range") in told(GENERATE)


def test_a_joint_rule_is_broken() -> None:
    assert ("not", "", "seed_with_watermark") in told(GENERATE)


def test_a_parameter_that_may_not_be_there_is_broken_by_being_there() -> None:
    found = [one for one in breaks(GEMINI) if one.violation.path == "seed"]
    assert [one.violation for one in found] == [Violation("not", "seed", "gemini_not_supported")]
    assert found[0].body["parameters"]["seed"] == 1


def test_what_a_mode_requires_is_missed() -> None:
    missing = ("required", "instances[0].scribble", "scribble_missing")
    assert missing in told(SEGMENT)


def test_kinds_of_references_are_missed_and_repeated() -> None:
    path = "instances[0].referenceImages"
    assert ("minContains", path, "mask_missing") in told(EDIT)
    assert ("maxContains", path, "references_several_raw") in told(EDIT)


def test_a_restricted_value_is_refused_by_its_own_error() -> None:
    schema = {"x-restricted": {"allow_all": "person_generation_allow_all"}}
    assert error_id(schema, "x-restricted", "allow_all") == "person_generation_allow_all"


def test_a_field_is_put_where_it_is_of_use() -> None:
    field = next(one for one in fields(SEGMENT) if one.path == ("instances", 0, "scribble"))
    body = body_with_field(SEGMENT, minimal_body(SEGMENT), field)
    assert body["parameters"] == {"mode": "interactive"}

"""Wrong values: each breaks its keyword, the nearest first."""

from typing import Any

import pytest
from jsonschema_rs import is_valid

from imagen_fake.contract.bodies.body import minimal_value
from imagen_fake.contract.bodies.fields import Field, fields
from imagen_fake.contract.bodies.invalid_values import INVALID_VALUES
from imagen_fake.contract.bodies.operation import Operation

GENERATE = Operation("imagegeneration@002", "generate", "vertex")


def field(name: str, operation: Operation = GENERATE) -> Field:
    return next(field for field in fields(operation) if field.path == ("parameters", name))


def wrong(name: str, keyword: str) -> list[Any]:
    found = field(name)
    return list(INVALID_VALUES[keyword](GENERATE, found, minimal_value(GENERATE, found.path)))


@pytest.mark.parametrize(
    ("name", "keyword"),
    [
        ("sampleCount", "minimum"),
        ("sampleCount", "maximum"),
        ("sampleCount", "type"),
        ("guidanceScale", "maximum"),
        ("aspectRatio", "enum"),
        ("storageUri", "pattern"),
        ("outputOptions", "type"),
    ],
)
def test_a_wrong_value_breaks_its_keyword(name: str, keyword: str) -> None:
    schema = field(name).schema
    values = wrong(name, keyword)
    assert values
    assert not any(is_valid({keyword: schema[keyword]}, value) for value in values)


def test_a_number_is_first_wrong_by_one() -> None:
    assert wrong("sampleCount", "maximum")[0] == 9
    assert wrong("sampleCount", "minimum")[0] == 0


def test_choices_of_other_models_are_wrong() -> None:
    assert {"3:4", "4:3", "9:16", "16:9"} < set(wrong("aspectRatio", "enum"))


def test_a_text_is_too_long_by_one_token() -> None:
    (text,) = wrong("negativePrompt", "x-max-tokens")
    assert len(text.split()) == 65


def test_no_integer_is_of_another_type_than_a_number() -> None:
    assert 7 not in [value for value in wrong("guidanceScale", "type") if value is not True]

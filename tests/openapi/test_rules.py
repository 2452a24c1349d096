from typing import Any

import jsonschema
import jsonschema_rs
import pytest

from imagen_fake import spec
from imagen_fake.openapi.rules import (
    nest_any_of,
    not_null,
    or_null,
    portable_contains,
    selection_rules,
)
from imagen_fake.predict import choose_task
from tests.sweep import sweep

VALUES: list[Any] = [None, 1, 2, 3, "a", "b", [], [1], [1, 1], [1, 2, 1], {}, {"a": 1}, {"a": None}]
RULES: list[dict[str, Any]] = [
    {"const": 1},
    {"enum": [1, "a"]},
    {"minimum": 2, "type": "integer"},
    {"pattern": "a", "minItems": 1},
    {"required": ["a"]},
    {"not": {"const": "b"}},
    {"anyOf": [{"const": 1}, {"type": "string"}]},
]
TYPES: list[dict[str, Any]] = [{"type": "integer"}, {"type": "array"}, {"type": "string"}, {}]


def accepted(schema: Any) -> list[Any]:
    return [value for value in VALUES if jsonschema_rs.is_valid(schema, value)]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_null_is_accepted_beside_what_the_rule_accepts(rule: dict[str, Any]) -> None:
    expected = accepted(rule)
    assert accepted(or_null({**rule})) == [
        None,
        *(value for value in expected if value is not None),
    ]


@pytest.mark.parametrize("rule", RULES, ids=str)
@pytest.mark.parametrize("schema", TYPES, ids=str)
def test_null_is_refused_and_what_else_the_field_may_have_is_not(
    rule: dict[str, Any], schema: dict[str, Any]
) -> None:
    result = accepted(not_null({**rule}, schema))
    assert None not in result
    assert [value for value in result if jsonschema_rs.is_valid(schema, value)] == [
        value for value in accepted({"allOf": [rule, schema]}) if value is not None
    ]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_alternatives_mean_the_same_below_all_of(rule: dict[str, Any]) -> None:
    nested = nest_any_of({**rule})
    assert "anyOf" not in nested
    assert accepted(nested) == accepted(rule)


def test_at_most_so_many_mean_the_same_to_every_version_of_json_schema() -> None:
    rule = {"contains": {"const": 1}, "minContains": 0, "maxContains": 1}
    result = portable_contains({**rule})
    assert accepted(result) == accepted(rule)
    older = jsonschema.Draft7Validator(result)
    assert all(older.is_valid(value) for value in accepted(rule))


CAPABLE, OLD, UPSCALING, TEXTS = (
    "imagen-3.0-capability-001", "imagegeneration@002", "imagen-3.0-generate-002", "imagetext@001"
)  # fmt: skip
RAW = {"referenceType": "REFERENCE_TYPE_RAW"}
MASK = {"referenceType": "REFERENCE_TYPE_MASK"}


MODES = ("EDIT_MODE_OUTPAINT", "EDIT_MODE_DEFAULT")
PARAMETERS: list[Any] = [
    {}, {"mode": "upscale"}, {"upscaleConfig": {}}, {"mode": None},
    *({"editMode": mode} for mode in MODES),
]  # fmt: skip
INSTANCES: list[Any] = [
    {"prompt": "a cat"}, {"image": {}}, {"image": None}, {"image": {}, "prompt": " "},
    {"image": {}, "prompt": "What?"}, {"referenceImages": []}, {"referenceImages": [RAW]},
    {"referenceImages": [RAW, MASK]},
]  # fmt: skip


@sweep("model", [CAPABLE, OLD, UPSCALING, TEXTS])
@sweep("parameters", PARAMETERS)
@sweep("instance", INSTANCES)
def test_a_body_keeps_the_rules_of_the_task_that_is_chosen_and_of_no_other(
    model: str, instance: Any, parameters: Any
) -> None:
    known = spec.model(model)
    assert known
    body = {"instances": [instance], "parameters": parameters}
    kept = [
        task
        for task in known.tasks
        if jsonschema_rs.is_valid({"allOf": [{}, *selection_rules(known, task, "vertex")]}, body)
    ]
    assert kept == [choose_task(known, body)]

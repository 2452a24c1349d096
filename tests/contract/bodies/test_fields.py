"""Fields: every place and every rule is walked."""

from imagen_fake.contract.bodies.fields import enabling_conditions, fields
from imagen_fake.contract.bodies.operation import Operation

EDIT = Operation("imagen-3.0-capability-001", "edit", "vertex")
SEMANTIC = "MASK_MODE_SEMANTIC"


def test_fields_below_lists_and_references_are_walked() -> None:
    walked = {field.path for field in fields(EDIT)}
    assert ("instances", 0, "referenceImages", 0, "maskImageConfig", "maskClasses", 0) in walked
    assert ("parameters", "outputOptions", "mimeType") in walked


def test_nothing_below_a_field_without_effect_is_walked() -> None:
    operation = Operation("imagegeneration@006", "legacy_edit", "vertex")
    below = [field for field in fields(operation) if "controlPluginConfig" in field.path[:-1]]
    assert below == []


def test_a_rule_has_the_condition_under_which_it_applies() -> None:
    rules = [field for field in fields(EDIT) if "required" in field.schema and field.conditions]
    demanded = {name for rule in rules for name in rule.schema["required"]}
    assert {"referenceImage", "maskClasses"} <= demanded


def test_mask_classes_are_of_use_where_the_mask_is_semantic() -> None:
    path = ("instances", 0, "referenceImages", 0, "maskImageConfig", "maskClasses")
    (condition,) = enabling_conditions(EDIT, path)
    config = condition.schema["properties"]["maskImageConfig"]["properties"]
    assert config["maskMode"] == {"const": SEMANTIC}


def test_a_seed_is_of_use_at_any_time() -> None:
    assert list(enabling_conditions(EDIT, ("parameters", "seed"))) == []

"""Rules of JSON Schema: rewritten for bodies as sent, and of which bodies select a model's task."""

from collections.abc import Mapping
from typing import Any

from imagen_fake import spec
from imagen_fake.pipeline.normalize import fold_key
from imagen_fake.spec import Model

Schema = Mapping[str, Any]

NULL_NEUTRAL = {"properties", "required", "items", "pattern", "minItems", "maxItems"}
"""Keywords that accept null."""

NULL: Schema = {"type": "null"}

BLANK: Schema = {"anyOf": [NULL, {"type": "string", "pattern": r"^\s*$"}]}
"""Values that select nothing."""


def nest_any_of(rules: dict[str, Any]) -> dict[str, Any]:
    """The rules, alternatives as one of several: generators know nothing else beside `anyOf`."""
    if "anyOf" not in rules:
        return rules
    alternatives = {"anyOf": rules.pop("anyOf")}
    return {**rules, "allOf": [*rules.get("allOf", ()), alternatives]}


def portable_contains(rule: dict[str, Any]) -> dict[str, Any]:
    """The rule; where a list may have few of something, readers of older JSON Schema take none.

    Before 2019 `contains` alone counted, and asks for one.
    """
    if rule.get("minContains") != 0:
        return rule
    counted = {key: rule.pop(key) for key in ("contains", "maxContains")}
    del rule["minContains"]
    return {**rule, "if": {"contains": counted["contains"]}, "then": counted}


def or_null(rule: dict[str, Any]) -> dict[str, Any]:
    """A schema of null and of what the rule accepts."""
    if rule.keys() <= NULL_NEUTRAL:
        return rule
    if rule.keys() == {"const"}:
        return {"enum": [rule["const"], None]}
    if rule.keys() == {"enum"}:
        return {"enum": [*rule["enum"], None]}
    return {"anyOf": [NULL, rule]}


def not_null(rule: dict[str, Any], schema: Schema) -> dict[str, Any]:
    """A schema of what the rule accepts of a field with that schema, but for null."""
    if rule.keys() & {"const", "enum", "type"}:
        return rule
    if schema.get("type") == "array":
        return {"type": "array", "items": {}, **rule}
    if "type" in schema:
        return {"type": schema["type"], **rule}
    return {"allOf": [rule, {"not": NULL}]}


def selection_rules(model: Model, task: str, surface: str) -> list[Schema]:
    """The rules for a body that selects this task: it selects none of the earlier ones.

    The model's last task needs nothing special.
    """
    earlier = model.tasks[: model.tasks.index(task)]
    rules: list[Schema] = [
        {"not": rule}
        for other in earlier
        for rule in task_rules(model, other, spec.request(model.id, other, surface).schema)
    ]
    if task != model.tasks[-1]:
        own = task_rules(model, task, spec.request(model.id, task, surface).schema)
        rules += own if len(own) < 2 else [{"anyOf": own}]
    return rules


def task_rules(model: Model, task: str, schema: Schema) -> list[Schema]:
    """The rules for a body of which it takes one to ask for a task; none where nothing does."""
    groups = [
        [_field_rule(field, schema) for field in group]
        for group in spec.task_selectors(model, task)
    ]
    return [rules[0] if len(rules) == 1 else {"allOf": rules} for rules in groups]


def _field_rule(field: str, schema: Schema) -> dict[str, Any]:
    """The rule for a body that has a field, `name` or `name=value`, both folded."""
    folded_name, equals, value = field.partition("=")
    defs = schema["$defs"]
    for part, wrap in (("instance", _in_instance), ("parameters", _in_parameters)):
        for name, subschema in defs[part]["properties"].items():
            if fold_key(name) == folded_name:
                rule = _choice(subschema, value) if equals else {"not": BLANK}
                return wrap({"required": [name], "properties": {name: rule}})
    for name, subschema in defs["instance"]["properties"].items():
        items = subschema.get("items", {}).get("properties", {})
        for inner, item in items.items():
            if fold_key(inner) == folded_name:
                item_rule = {"required": [inner], "properties": {inner: _choice(item, value)}}
                list_rule = {"properties": {name: {"contains": item_rule}}, "required": [name]}
                return _in_instance(list_rule)
    raise KeyError(field)


def _choice(schema: Schema, value: str) -> Schema:
    return {"enum": [choice for choice in schema["enum"] if fold_key(choice) == value]}


def _in_instance(rule: Schema) -> dict[str, Any]:
    return {"properties": {"instances": {"items": rule}}}


def _in_parameters(rule: Schema) -> dict[str, Any]:
    return {"properties": {"parameters": rule}, "required": ["parameters"]}

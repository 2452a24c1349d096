"""Which bodies ask a model with several tasks for one of them, as JSON Schema."""

from collections.abc import Mapping
from typing import Any

from imagen_fake import spec
from imagen_fake.pipeline.normalize import folded
from imagen_fake.spec import Model

Schema = Mapping[str, Any]

BLANK: Schema = {"anyOf": [{"type": "null"}, {"type": "string", "pattern": r"^\s*$"}]}
"""What asks for nothing."""


def chosen(known: Model, task: str, surface: str) -> list[Schema]:
    """The rules for a body by which the model does this task: it asks for none that is before it.

    The model's last task needs nothing special.
    """
    before = known.tasks[: known.tasks.index(task)]
    rules: list[Schema] = [
        {"not": rule}
        for other in before
        for rule in asking(known, other, spec.request(known.id, other, surface).schema)
    ]
    if task != known.tasks[-1]:
        asked = asking(known, task, spec.request(known.id, task, surface).schema)
        rules += asked if len(asked) < 2 else [{"anyOf": asked}]
    return rules


def asking(known: Model, task: str, schema: Schema) -> list[Schema]:
    """The rules for a body of which it takes one to ask for a task; none where nothing does."""
    return [
        _merged([_place(field, schema) for field in group]) for group in spec.asked_by(known, task)
    ]


def _place(field: str, schema: Schema) -> dict[str, Any]:
    """The rule for a body that has a field, `name` or `name=value`, both folded."""
    wanted, equals, value = field.partition("=")
    defs = schema["$defs"]
    for part, around in (("instance", _in_instance), ("parameters", _in_parameters)):
        for name, below in defs[part]["properties"].items():
            if folded(name) == wanted:
                said = _choice(below, value) if equals else {"not": BLANK}
                return around({"required": [name], "properties": {name: said}})
    for name, below in defs["instance"]["properties"].items():
        items = below.get("items", {}).get("properties", {})
        for inner, one in items.items():
            if folded(inner) == wanted:
                found = {"required": [inner], "properties": {inner: _choice(one, value)}}
                listed = {"properties": {name: {"contains": found}}, "required": [name]}
                return _in_instance(listed)
    raise KeyError(field)


def _choice(schema: Schema, value: str) -> Schema:
    return {"enum": [choice for choice in schema["enum"] if folded(choice) == value]}


def _in_instance(rule: Schema) -> dict[str, Any]:
    return {"properties": {"instances": {"items": rule}}}


def _in_parameters(rule: Schema) -> dict[str, Any]:
    return {"properties": {"parameters": rule}, "required": ["parameters"]}


def _merged(rules: list[dict[str, Any]]) -> Schema:
    return rules[0] if len(rules) == 1 else {"allOf": rules}

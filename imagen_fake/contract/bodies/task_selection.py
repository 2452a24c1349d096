"""Which task a body selects, and how to select another."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.bodies.body import ABSENT, get_value, minimal_value, set_value
from imagen_fake.contract.bodies.canonical import fold
from imagen_fake.contract.bodies.operation import Operation, Path
from imagen_fake.contract.facts.facts import DIALECTS, model_file
from imagen_fake.contract.facts.lookup import picture_size


def selects_task(operation: Operation, body: Any) -> bool:
    """Whether the body selects the task of the operation."""
    model = spec.model(operation.model)
    if operation.surface in DIALECTS or model is None:
        return True
    marks = set(_marks(body))
    selected = (
        task
        for task in model.tasks
        for groups in [selecting_groups(operation.model, task)]
        if not groups or any(marks.issuperset(group) for group in groups)
    )
    return next(selected, model.tasks[-1]) == operation.task


def selecting_groups(model: str, task: str) -> list[list[str]]:
    """The groups of folded names, or `name=value`, of which a body has one to select a task.

    No groups: nothing special is needed. A model may have groups of its own.
    """
    general = spec.read(f"tasks/{task}.json").get("x-asked-by", {})
    selected_by = spec.read(model_file(model))["tasks"][task].get("x-asked-by", general)
    return [[fold(mark) for mark in group] for group in selected_by.get("value", ())]


def task_selecting_bodies(operation: Operation, body: Any) -> Iterator[Any]:
    """The body, then with each group of fields that may select its task."""
    yield body
    dialect = operation.surface in DIALECTS
    for group in () if dialect else selecting_groups(operation.model, operation.task):
        selecting = body
        for place, value in _selecting_values(operation, body, group):
            if _can_hold_fields(selecting, place[:-1]):
                selecting = set_value(operation, selecting, place, value)
        yield selecting


def select_task(operation: Operation, body: Any) -> Any:
    """The body, with the fields that select its task where they are missing."""
    bodies = task_selecting_bodies(operation, body)
    return next((one for one in bodies if selects_task(operation, one)), body)


def to_imagen_body(operation: Operation, body: Any) -> Any:
    """The body for Vertex AI that a canonical one in a dialect stands for."""
    vertex = Operation(operation.model, operation.task, "vertex")
    imagen: Any = {"instances": [{"prompt": body["prompt"]}], "parameters": {}}
    for name, schema in operation.document["properties"].items():
        value = body.get(name, schema.get("default", ABSENT))
        if "x-parameter" in schema and value is not ABSENT:
            value = _nearest_ratio(vertex, value) if "x-nearest" in schema else value
            place = ("parameters", *schema["x-parameter"].split("."))
            imagen = set_value(vertex, imagen, place, schema.get("x-values", {}).get(value, value))
    return imagen


def _nearest_ratio(operation: Operation, size: str) -> str:
    """The ratio of which pictures are nearest in shape to `WIDTHxHEIGHT`, or to a square."""
    width, _, height = size.partition("x")
    target = Fraction(int(width), int(height)) if height else Fraction(1)

    def distance(ratio: str) -> Fraction:
        shape = Fraction(*picture_size(operation.model, "1K", ratio))
        return max(shape / target, target / shape)

    ratios: list[str] = operation.schema_at(("parameters", "aspectRatio"))["enum"]
    return min(ratios, key=distance)


def _marks(body: Any) -> Iterator[str]:
    """The folded names that a body's instance and parameters hold, and `name=value` of texts."""
    instances = get_value(body, ("instances",))
    instance = instances[0] if isinstance(instances, list) and instances else instances
    parts = [
        part for part in (instance, get_value(body, ("parameters",))) if isinstance(part, Mapping)
    ]
    lists = [value for part in parts for value in part.values() if isinstance(value, list)]
    items = [item for items in lists for item in items if isinstance(item, Mapping)]
    for name, value in (pair for part in (*parts, *items) for pair in part.items()):
        if value is not None and str(value).strip():
            yield fold(name)
            yield f"{fold(name)}={fold(str(value))}" if isinstance(value, str) else fold(name)


def _can_hold_fields(body: Any, path: Path) -> bool:
    """Whether an object is at a place, or may be put there."""
    value = get_value(body, path)
    missing = isinstance(body, Mapping) and value is ABSENT and len(path) == 1
    return missing or isinstance(value, Mapping)


def _selecting_values(
    operation: Operation, body: Any, group: list[str]
) -> Iterator[tuple[Path, Any]]:
    """The places of a group's fields, and the value that each must have."""
    for part in (("instances", 0), ("parameters",)):
        for name, schema in operation.schema_at(part).get("properties", {}).items():
            path = (*part, name)
            if fold(name) in group and get_value(body, path) is ABSENT:
                yield path, minimal_value(operation, path)
            for choice in operation.resolve(schema).get("enum", ()):
                if f"{fold(name)}={fold(choice)}" in group:
                    yield path, choice

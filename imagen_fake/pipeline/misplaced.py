"""Fields that clients put into the instance, though they are parameters (`x-moved` of a task)."""

from collections.abc import Mapping
from typing import Any

from imagen_fake.pipeline.normalize import Schema, fold_key


def move_misplaced(body: Any, schema: Schema) -> tuple[Any, tuple[str, ...]]:
    """The body with such fields among its parameters, and a warning for each that is there twice.

    A body of another shape is given back as it is.
    """
    targets = {
        fold_key(name): (name, to)
        for name, to in schema.get("x-moved", {"value": {}})["value"].items()
    }
    instances = body.get("instances") if isinstance(body, Mapping) else None
    if not targets or not isinstance(instances, list) or len(instances) != 1:
        return body, ()
    instance, parameters = instances[0], body.get("parameters")
    parameters = {} if parameters is None else parameters
    if not isinstance(instance, Mapping) or not isinstance(parameters, Mapping):
        return body, ()
    warnings: list[str] = []
    for key in [key for key in instance if fold_key(key) in targets]:
        name, to = targets[fold_key(key)]
        instance = {**instance}
        value = instance.pop(key)
        filled = _set_path(parameters, to.split("."), value)
        if filled is None:
            warnings.append(f"instances[].{name} has no effect: parameters.{to} counts.")
        else:
            parameters = filled
    return {**body, "instances": [instance], "parameters": parameters}, tuple(warnings)


def _set_path(parent: Mapping[str, Any], path: list[str], value: Any) -> Mapping[str, Any] | None:
    """The object with a value at a path below it; None where something stands there already."""
    name, *below = path
    key = next((key for key in parent if fold_key(key) == fold_key(name)), name)
    existing = parent.get(key)
    if not below:
        return {**parent, key: value} if existing is None else None
    if not isinstance(existing, Mapping | None):
        return None
    inner = _set_path(existing or {}, below, value)
    return None if inner is None else {**parent, key: inner}

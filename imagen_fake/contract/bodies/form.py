"""What a model takes for a task on a surface, as one JSON Schema with its layers in place."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import jsonschema_rs

from imagen_fake import spec
from imagen_fake.contract.facts.facts import DIALECTS, Steps, parted
from imagen_fake.pipeline.normalize import fill_defaults

Schema = Mapping[str, Any]
Path = tuple[str | int, ...]
"""The keys and indexes from the top of a body down to a value."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a model takes for a task on a surface."""

    model: str
    task: str
    surface: str

    @property
    def document(self) -> Schema:
        """The JSON Schema of the whole body."""
        if self.surface in DIALECTS:
            request: Schema = spec.surface(self.surface).facts["request"]
            return request
        return spec.request(self.model, self.task, self.surface).schema

    @property
    def validator(self) -> jsonschema_rs.Draft202012Validator:
        """What judges bodies whose defaults are in place."""
        return _validator(self)

    def resolved(self, schema: Schema) -> Schema:
        """The schema a `$ref` within the document stands for, else the schema itself."""
        if "$ref" not in schema:
            return schema
        found: Any = self.document
        for step in local(schema["$ref"]):
            found = found[step]
        return self.resolved(found)

    def below(self, schema: Schema, step: str | int) -> Schema:
        """The schema of a key or of the items; of anything at all where nothing is known."""
        schema = self.resolved(schema)
        known = schema.get("items", {}) if isinstance(step, int) else _property(schema, step)
        return self.resolved(known)

    def at(self, path: Path) -> Schema:
        """All that is known of the values at a place."""
        return _at(self, tuple(0 if isinstance(step, int) else step for step in path))

    def filled(self, value: Any, schema: Schema) -> Any:
        """A value with every default in place, as the rules see it."""
        filled = fill_defaults(self.document, value, schema)
        if schema is self.document and isinstance(filled, Mapping) and "parameters" not in filled:
            return fill_defaults(self.document, {**filled, "parameters": {}}, schema)
        return filled

    def heeded(self, value: Any, schema: Schema) -> Any:
        """A value without the fields that have no effect: nobody looks at what they hold."""
        schema = self.resolved(schema)
        if isinstance(value, list):
            return [self.heeded(item, schema.get("items", {})) for item in value]
        if not isinstance(value, Mapping):
            return value
        known = {name: self.below(schema, name) for name in value}
        return {
            name: self.heeded(item, known[name])
            for name, item in value.items()
            if known[name].get("x-effect") != "none"
        }

    def holds(self, condition: Schema, value: Any, schema: Schema) -> bool:
        """Whether a value meets a condition once defaults are in place."""
        return bool(_compiled(json.dumps(condition)).is_valid(self.filled(value, schema)))


def spelled_path(path: Path) -> str:
    """A place as the service spells it: parameters without the object they stand in."""
    spelled = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return spelled.removeprefix(".").removeprefix("parameters.")


@cache
def _at(form: Form, path: Path) -> Schema:
    return form.below(_at(form, path[:-1]), path[-1]) if path else form.document


@cache
def _compiled(schema: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(json.loads(schema))


@cache
def _validator(form: Form) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(dict(form.document))


def _property(schema: Schema, name: str) -> Schema:
    others = schema.get("additionalProperties")
    found: Schema = schema.get("properties", {}).get(name, {})
    return found or (others if isinstance(others, Mapping) else {})


def local(reference: str) -> Steps:
    """The steps of a `$ref` within a document."""
    return tuple(parted(reference)[1])

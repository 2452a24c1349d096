"""What a model takes for a task on a surface, as one JSON Schema with its layers in place."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

from imagen_fake.contract.bodies.canonical import request_with_defaults, resolve, with_defaults
from imagen_fake.contract.exchange import Case, Violation
from imagen_fake.contract.facts.facts import Steps, split_pointer
from imagen_fake.contract.facts.schemas import Schema, request_schema

__all__ = ["Operation", "Path", "Schema", "format_path", "reference_steps"]

Path = tuple[str | int, ...]
"""The keys and indexes from the top of a body down to a value."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A task of a model on a surface."""

    model: str
    task: str
    surface: str

    @property
    def document(self) -> Schema:
        """The JSON Schema of the whole body."""
        return request_schema(self.model, self.task, self.surface)

    @property
    def validator(self) -> Draft202012Validator:
        """A validator of bodies whose defaults are in place."""
        return _validator(_document_text(self))

    def errors(self, body: Any) -> tuple[ValidationError, ...]:
        """What the schema has against a body whose defaults are in place."""
        return _errors(_document_text(self), json.dumps(body))

    def case(
        self,
        name: str,
        body: Any,
        violation: Violation | None = None,
        facts: Iterable[str] = (),
    ) -> Case:
        """A case of this operation; its name begins with the surface, the model and the task."""
        label = f"{self.surface} {self.model} {self.task}: {name}"
        covered = frozenset(facts)
        return Case(label, self.surface, self.model, self.task, body, violation, covered)

    def resolve(self, schema: Schema) -> Schema:
        """The schema a `$ref` within the document stands for, else the schema itself."""
        return resolve(self.document, schema)

    def child_schema(self, schema: Schema, step: str | int) -> Schema:
        """The schema of a key or of the items; empty, which takes anything, where there is none."""
        schema = self.resolve(schema)
        if isinstance(step, int):
            return self.resolve(schema.get("items", {}))
        others = schema.get("additionalProperties")
        child = schema.get("properties", {}).get(step) or others
        return self.resolve(child if isinstance(child, Mapping) else {})

    def schema_at(self, path: Path) -> Schema:
        """The schema of the values at a place."""
        return _schema_at(self, tuple(0 if isinstance(step, int) else step for step in path))

    def with_defaults(self, value: Any, schema: Schema) -> Any:
        """A value with every default in place, as the rules see it."""
        if schema is self.document:
            return request_with_defaults(self.document, value)
        return with_defaults(self.document, value, schema)

    def without_ignored(self, value: Any, schema: Schema) -> Any:
        """A value without the fields that have no effect: any value of theirs is valid."""
        schema = self.resolve(schema)
        if isinstance(value, list):
            return [self.without_ignored(item, schema.get("items", {})) for item in value]
        if not isinstance(value, Mapping):
            return value
        schemas = {name: self.child_schema(schema, name) for name in value}
        return {
            name: self.without_ignored(item, schemas[name])
            for name, item in value.items()
            if schemas[name].get("x-effect") != "none"
        }

    def satisfies(self, condition: Schema, value: Any, schema: Schema) -> bool:
        """Whether a value meets a condition once defaults are in place."""
        filled = self.with_defaults(value, schema)
        return bool(_condition_validator(json.dumps(condition)).is_valid(filled))


def format_path(path: Path) -> str:
    """A place as the service spells it: parameters without the object they stand in."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".").removeprefix("parameters.")


def reference_steps(reference: str) -> Steps:
    """The steps of a `$ref` within a document."""
    return tuple(split_pointer(reference)[1])


@cache
def _schema_at(operation: Operation, path: Path) -> Schema:
    if not path:
        return operation.document
    return operation.child_schema(_schema_at(operation, path[:-1]), path[-1])


@cache
def _condition_validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema))


@cache
def _document_text(operation: Operation) -> str:
    return json.dumps(operation.document)


@cache
def _validator(document: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(document))


@lru_cache(2**12)
def _errors(document: str, body: str) -> tuple[ValidationError, ...]:
    """Two surfaces of a model have one schema, and much the same bodies."""
    return tuple(_validator(document).iter_errors(json.loads(body)))

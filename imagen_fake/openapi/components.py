"""The `components` of the document."""

import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from imagen_fake import spec
from imagen_fake.openapi.rules import NULL

Part = Mapping[str, Any]


class Components:
    """Named parts of several kinds, such as `schemas`; equal ones of a kind have one name."""

    def __init__(self) -> None:
        self.parts: dict[str, dict[str, Part]] = {}

    def put(self, kind: str, names: Iterable[str], part: Part) -> Part:
        """A reference to the part, under the first of the names that is free or already its own.

        Raises ValueError if each of them stands for something else.
        """
        parts = self.parts.setdefault(kind, {})
        for name in map(identifier, names):
            if parts.setdefault(name, part) == part:
                return {"$ref": f"#/components/{kind}/{name}"}
        raise ValueError(names)

    def body(self, model: str, task: str, schema: Part) -> Part:
        """A reference to the schema of a request body, with its parts as components of their own.

        A field that is the same for several models or tasks is there once.
        """
        name, properties = f"{model}.{task}", dict(schema["properties"])
        instances, parameters = properties["instances"], properties["parameters"]
        instance = self._object([f"{name}.instance"], self._fields(model, task, instances["items"]))
        properties["instances"] = {**instances, "items": instance}
        properties["parameters"] = self._object(
            [f"{name}.parameters"], self._fields(model, task, parameters)
        )
        return self.put("schemas", [name], {**schema, "properties": properties})

    def content_body(self, label: str, schema: Part) -> Part:
        """The same of a body of `generateContent`, whose fields are no one's parameters."""
        component = partial(self._field, [f"{spec.CONTENT}.", f"{label}."])
        fields = {name: component(name, field) for name, field in schema["properties"].items()}
        return self.put("schemas", [label], {**schema, "properties": fields})

    def answer(self, name: str) -> Part:
        """A reference to a file of `schemas/responses`, whatever it refers to included.

        Generators call a schema by its title rather than by its name, so the title is told as
        its description.
        """
        return self.titled(f"response.{name}", spec.read(f"responses/{name}.json"))

    def titled(self, name: str, schema: Part) -> Part:
        """A reference to a schema, its title told as its description, as generators want it."""
        described = dict(self._with_references(schema))
        return self.put("schemas", [name], {"description": described.pop("title"), **described})

    def _fields(self, model: str, task: str, schema: Part) -> Part:
        component = partial(self._field, [f"{task}.", f"{model}.{task}."])
        fields = {name: component(name, field) for name, field in schema["properties"].items()}
        return {**schema, "properties": fields}

    def _field(self, prefixes: list[str], name: str, schema: Part) -> Part:
        """A reference to a field's schema; the objects in it have names, too."""
        result = dict(schema)
        if "properties" in schema:
            result["properties"] = {
                key: self._field(prefixes, f"{name}.{key}", subschema)
                if _is_object(subschema)
                else subschema
                for key, subschema in schema["properties"].items()
            }
        if _is_object(schema.get("items", {})):
            result["items"] = self._field(prefixes, f"{name}.item", schema["items"])
        return self._object([name, *(prefix + name for prefix in prefixes)], result)

    def _object(self, names: list[str], schema: Part) -> Part:
        """A reference to a schema; beside null, where that stands for an object, too.

        So generated clients have a class of its name, and no other for the object without null.
        """
        if schema.get("type") != ["object", "null"]:
            return self.put("schemas", names, schema)
        return {"anyOf": [self.put("schemas", names, {**schema, "type": "object"}), NULL]}

    def _with_references(self, node: Any) -> Any:
        """A schema whose `$ref`s to other files have become references to components."""
        if isinstance(node, list):
            return [self._with_references(child) for child in node]
        if not isinstance(node, Mapping):
            return node
        if "$ref" in node:
            return self.answer(node["$ref"].removesuffix(".json"))
        return {
            key: self._with_references(child)
            for key, child in node.items()
            if key not in {"$id", "$schema"}
        }


def _is_object(schema: Part) -> bool:
    return "properties" in schema or "properties" in schema.get("items", {})


def any_of(schemas: list[Part]) -> Part:
    """A schema for what one of these describes."""
    return {"anyOf": schemas} if len(schemas) > 1 else schemas[0]


def is_answer(name: str) -> bool:
    """Whether there is a file of that name in `schemas/responses`."""
    return (spec.ROOT / "responses" / f"{name}.json").is_file()


def identifier(name: str) -> str:
    """The name with underscores for characters that identifiers may not have."""
    return re.sub(r"[^A-Za-z0-9]", "_", name)

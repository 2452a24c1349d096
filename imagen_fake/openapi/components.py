"""The part of the document that its other parts refer to."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from imagen_fake import spec

Part = Mapping[str, Any]


class Components:
    """Named parts of several kinds, such as `schemas`; equal ones of a kind have one name."""

    def __init__(self) -> None:
        self.parts: dict[str, dict[str, Part]] = {}

    def put(self, kind: str, names: Iterable[str], part: Part) -> Part:
        """A reference to the part, under the first of the names that is free or already its own.

        Raises ValueError if each of them stands for something else.
        """
        known = self.parts.setdefault(kind, {})
        for name in map(allowed, names):
            if known.setdefault(name, part) == part:
                return {"$ref": f"#/components/{kind}/{name}"}
        raise ValueError(names)

    def body(self, model: str, task: str, schema: Part) -> Part:
        """A reference to the schema of a request body, with its fields as components of their own.

        A field that is the same for several models or tasks is there once.
        """
        properties = dict(schema["properties"])
        instances, parameters = properties["instances"], properties["parameters"]
        instance = self._fields(model, task, instances["items"])
        properties["instances"] = {**instances, "items": instance}
        properties["parameters"] = self._fields(model, task, parameters)
        return self.put("schemas", [f"{model}.{task}"], {**schema, "properties": properties})

    def answer(self, name: str) -> Part:
        """A reference to a file of `schemas/responses`, whatever it refers to included."""
        return self.put("schemas", [f"answer.{name}"], self._linked(spec.read(_file(name))))

    def _fields(self, model: str, task: str, schema: Part) -> Part:
        fields = {
            name: self.put("schemas", [name, f"{task}.{name}", f"{model}.{task}.{name}"], field)
            for name, field in schema["properties"].items()
        }
        return {**schema, "properties": fields}

    def _linked(self, node: Any) -> Any:
        """A schema whose `$ref`s to other files have become references to components."""
        if isinstance(node, list):
            return [self._linked(child) for child in node]
        if not isinstance(node, Mapping):
            return node
        if "$ref" in node:
            return self.answer(node["$ref"].removesuffix(".json"))
        return {
            key: self._linked(child) for key, child in node.items() if key not in {"$id", "$schema"}
        }


def is_answer(name: str) -> bool:
    """Whether there is a file of that name in `schemas/responses`."""
    return (spec.ROOT / _file(name)).is_file()


def allowed(name: str) -> str:
    """The name with a hyphen for every character that no component's name may have."""
    return re.sub(r"[^A-Za-z0-9._-]", "-", name)


def _file(name: str) -> str:
    return f"responses/{name}.json"

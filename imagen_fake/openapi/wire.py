"""Request bodies as sent, as plain JSON Schema.

The request schemas of `schemas/` judge a body in canonical spelling with every default filled in.
Those made here judge the body as it is sent: null is the same as absent, a default counts where
nothing is said, and what has no effect may have any value. They accept the same bodies, but for
spellings (case, hyphens and underscores of names and choices; one instance in place of a list),
limits in tokens, and what only a look at a picture or into a bucket can tell.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from imagen_fake.json_tree import at
from imagen_fake.openapi.rules import nest_any_of, not_null, or_null, portable_contains
from imagen_fake.pipeline.normalize import fill_defaults

Schema = Mapping[str, Any]

PUBLISHED_KEYWORDS = (
    "x-grade", "x-source", "x-conflict", "x-max-tokens", "x-aliases", "x-restricted",
    "x-spellings", "x-names", "x-formats", "x-max-bytes", "x-parameter", "x-values", "x-nearest",
)  # fmt: skip
"""Our own keywords that are useful to readers of the document."""


@dataclass(frozen=True, slots=True)
class Wire:
    """Converts the schema of a canonical body to that of a body as sent."""

    root: Schema

    def body(self) -> dict[str, Any]:
        """The schema of the whole body."""
        properties, required = {**self.root["properties"]}, [*self.root.get("required", ())]
        if "parameters" in properties:
            properties["parameters"] = {"default": {}, **self._resolve(properties["parameters"])}
            required += ["parameters"] if properties["parameters"].get("required") else []
        whole = {**self.root, "properties": properties, "required": required}
        return self.value(whole, optional=False)

    def value(self, schema: Schema, *, optional: bool) -> dict[str, Any]:
        """The schema of a value as it may be sent; an optional one may be null."""
        schema = self._resolve(schema)
        result = {key: schema[key] for key in PUBLISHED_KEYWORDS if key in schema}
        if "x-note" in schema:
            result["description"] = schema["x-note"]
        if schema.get("x-effect") == "none":
            effective = {key: part for key, part in schema.items() if key != "x-effect"}
            documented = self.value(effective, optional=optional)
            description = "Without effect."
            return {"description": description, "x-effect": "none", "x-documented": documented}
        if schema.get("not") == {}:
            return {**result, "type": "null", "description": "Not supported."}
        result |= self._structure(schema, optional)
        return result | nest_any_of(self._rules(schema, schema))

    def _structure(self, schema: Schema, optional: bool) -> dict[str, Any]:
        """Everything but the rules that join fields."""
        result = {key: part for key, part in schema.items() if key in UNCHANGED_KEYWORDS}
        if result.get("default") == {}:
            del result["default"]
        if "enum" in schema:
            choices = [*schema["enum"], *schema.get("x-aliases", ())]
            result["enum"] = [
                choice for choice in choices if {"const": choice} != schema.get("not")
            ]
        if optional and "enum" in schema:
            result["enum"].append(None)
            result.pop("type", None)
        elif optional and "type" in schema:
            result["type"] = [schema["type"], "null"]
        if "items" in schema:
            result["items"] = self.value(schema["items"], optional=False)
        if "properties" in schema:
            required = schema.get("required", ())
            result["properties"] = {
                name: self.value(subschema, optional=name not in required)
                for name, subschema in schema["properties"].items()
            }
        return result

    def _rules(self, rules: Schema, schema: Schema) -> dict[str, Any]:
        """The keywords of `rules` that join or branch, where `schema` tells what is there."""
        result: dict[str, Any] = {}
        for key in ("not", "if", "then", "else"):
            if key in rules:
                result[key] = self.rule(rules[key], schema)
        for key in ("allOf", "anyOf", "oneOf"):
            if key in rules:
                result[key] = [self.rule(rule, schema) for rule in rules[key]]
        if "contains" in rules:
            result["contains"] = self.rule(rules["contains"], schema.get("items", {}))
        return result

    def rule(self, rule: Schema, schema: Schema) -> dict[str, Any]:
        """A rule for the values that `schema` describes, so that it holds for what is sent."""
        schema = self._resolve(schema)
        unchanged = {*UNCHANGED_KEYWORDS, "enum", "x-grade", "x-source"}
        result = {key: part for key, part in rule.items() if key in unchanged}
        result.pop("required", None)
        if "items" in rule:
            result["items"] = self.rule(rule["items"], schema.get("items", {}))
        for name in dict.fromkeys([*rule.get("required", ()), *rule.get("properties", ())]):
            field_schema = self._resolve(schema.get("properties", {}).get(name, {}))
            field_rule = rule.get("properties", {}).get(name, {})
            may_lack = self._holds_when_absent(
                field_schema, field_rule, name in rule.get("required", ())
            )
            converted = self.rule(field_rule, field_schema)
            result.setdefault("properties", {})[name] = (
                or_null(converted) if may_lack else not_null(converted, field_schema)
            )
            if not may_lack:
                result.setdefault("required", []).append(name)
        return portable_contains(result | self._rules(rule, schema))

    def _holds_when_absent(self, schema: Schema, rule: Schema, required: bool) -> bool:
        if "default" in schema and "x-effect" not in schema:
            value = fill_defaults(self.root, schema["default"], schema)
            return jsonschema_rs.is_valid(_without_extensions(rule), value)
        return not required

    def _resolve(self, schema: Schema) -> Schema:
        """The schema that a `$ref` within the document stands for, else the schema itself."""
        if "$ref" not in schema:
            return schema
        target = at(self.root, schema["$ref"].removeprefix("#/"))
        return {**target, **{key: part for key, part in schema.items() if key != "$ref"}}


UNCHANGED_KEYWORDS = {
    "type", "const", "default", "description", "required", "additionalProperties",
    "minimum", "maximum", "minLength", "maxLength", "pattern", "minItems", "maxItems",
    "minContains", "maxContains", "contentEncoding",
}  # fmt: skip
"""The keywords that are the same for a body as sent."""


def _without_extensions(rule: Any) -> Any:
    if isinstance(rule, Mapping):
        return {
            key: _without_extensions(value)
            for key, value in rule.items()
            if not key.startswith("x-")
        }
    return [_without_extensions(value) for value in rule] if isinstance(rule, list) else rule

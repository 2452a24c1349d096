"""Rules of JSON Schema rewritten for bodies as sent, and for readers of other versions of it."""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

NULL_NEUTRAL = {"properties", "required", "items", "pattern", "minItems", "maxItems"}
"""Keywords that accept null."""

NULL: Schema = {"type": "null"}


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

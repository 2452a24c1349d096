"""How to keep the rules of a request: bodies changed as little as it takes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from imagen_fake.contract.bodies.asking import asked
from imagen_fake.contract.bodies.body import ABSENT, placed, plain, value_at
from imagen_fake.contract.bodies.form import Form, Path, Schema
from imagen_fake.contract.facts.facts import DIALECTS

REFERENCES: Path = ("instances", 0, "referenceImages")


def plain_body(form: Form) -> Any:
    """The shortest valid body, for one sample where their number can be chosen."""
    body = plain(form, ())
    if form.surface in DIALECTS:
        return {**body, "model": form.model, **dict.fromkeys(_counts(form), 1)}
    counted = "sampleCount" in form.at(("parameters",)).get("properties", {})
    parameters = {**plain(form, ("parameters",)), **({"sampleCount": 1} if counted else {})}
    return mended(form, {**body, "parameters": parameters})


def mended(form: Form, body: Any) -> Any:
    """The body changed as little as it takes to keep every rule and to ask for its task."""
    body = asked(form, _mended(form, body, ()))
    return _beyond(form, _mended(form, body, ()))


def kept(form: Form, value: Any, demand: Schema, path: Path, insist: bool = False) -> Any:
    """The value at a place changed as little as it takes to meet a demand of the schema.

    Insisting sets what the demand speaks of even where it may be missing.
    """
    if "const" in demand:
        return demand["const"]
    if "enum" in demand and value not in demand["enum"]:
        return demand["enum"][0]
    if "not" in demand and form.holds(demand["not"], value, form.at(path)):
        value = avoided(value, demand["not"])
    if isinstance(value, str) and not re.search(demand.get("pattern", ""), value):
        return plain(form, path)
    if isinstance(value, list):
        items = demand.get("items", {})
        value = [kept(form, item, items, (*path, 0), insist) for item in value]
        return _listed(form, value, path, demand.get("minItems", 0))
    if isinstance(value, Mapping):
        return _kept_object(form, value, demand, path, insist)
    return value


def made_to_hold(form: Form, body: Any, condition: Schema, path: Path) -> Any:
    """The body with a value at a place that meets the condition of a rule."""
    value = value_at(body, path)
    value = plain(form, path) if value is ABSENT else value
    met = kept(form, value, condition, path)
    if not form.holds(condition, met, form.at(path)):
        met = kept(form, value, condition, path, insist=True)
    return placed(form, body, path, met)


def avoided(value: Any, forbidden: Schema) -> Any:
    """A value that meets a schema changed so that it does not."""
    if not isinstance(value, Mapping):
        return value
    for name, below in forbidden.get("properties", {}).items():
        if isinstance(below.get("const"), bool):
            return {**value, name: not below["const"]}
        if name in value and below:
            return {**value, name: avoided(value[name], below)}
    return {name: item for name, item in value.items() if name not in forbidden["required"]}


def of_kind(form: Form, path: Path, demand: Schema) -> Any:
    """A plain item of the list at a place that meets a demand."""
    first = plain(form, (*path, 0))
    return _mended(form, kept(form, first, demand, (*path, 0)), (*path, 0))


def variants(form: Form, path: Path) -> Iterator[Any]:
    """The plain object at a place with each value in turn that one of its lists has."""
    for name, below in form.at(path).get("properties", {}).items():
        for choice in form.resolved(below).get("enum", ()):
            yield _mended(form, {**plain(form, path), name: choice}, path)


def _mended(form: Form, value: Any, path: Path) -> Any:
    schema = form.at(path)
    if schema.get("x-effect") == "none" or "x-formats" in schema:
        return value
    if isinstance(value, Mapping):
        value = {name: _mended(form, item, (*path, name)) for name, item in value.items()}
    if isinstance(value, list):
        value = _listed(form, [_mended(form, item, (*path, 0)) for item in value], path)
    for rule in schema.get("allOf", ()):
        if "if" in rule and form.holds(rule["if"], value, schema):
            value = kept(form, value, rule["then"], path)
        if "not" in rule and form.holds(rule["not"], value, schema):
            value = avoided(value, rule["not"])
    return value


def _listed(form: Form, items: list[Any], path: Path, least: int = 0) -> list[Any]:
    """The items, and as many of each kind as a list must have; the first one stays."""
    schema = form.at(path)
    for rule in (one for one in schema.get("allOf", ()) if "contains" in one):
        fits = [form.holds(rule["contains"], item, form.at((*path, 0))) for item in items]
        surplus = sum(fits) - rule.get("maxContains", len(items))
        for place in range(len(items) - 1, 0, -1):
            if fits[place] and surplus > 0:
                del items[place]
                surplus -= 1
        for _ in range(rule["minContains"] - sum(fits)):
            items = [*items, of_kind(form, path, rule["contains"])]
    while len(items) < least:
        items = [*items, of_kind(form, path, {})]
    return items[: schema.get("maxItems", len(items))]


def _kept_object(
    form: Form, value: Mapping[str, Any], demand: Schema, path: Path, insist: bool
) -> Any:
    needed = demand.get("required", [])
    if "anyOf" in demand and not form.holds({"anyOf": demand["anyOf"]}, value, form.at(path)):
        needed = demand["anyOf"][0]["required"]
    for name in needed:
        if name not in value:
            value = {**value, name: plain(form, (*path, name), value)}
    for name, below in demand.get("properties", {}).items():
        if name in value or insist:
            inner = value.get(name, {})
            value = {**value, name: kept(form, inner, below, (*path, name), insist)}
    return value


def _beyond(form: Form, body: Any) -> Any:
    """What tasks need though no schema says so: both are seen in the refusals of `errors.json`.

    An upscale needs a factor or a size (`image_size_default`), and a computed control map
    something to compute it from (`picture_missing`).
    """
    parameters = body.get("parameters", {})
    if form.task == "upscale" and "sampleImageSize" not in parameters:
        path: Path = ("parameters", "upscaleConfig", "upscaleFactor")
        return placed(form, body, path, plain(form, path)) if _lacks(body, path) else body
    if form.task == "customize":
        items = body["instances"][0]["referenceImages"]
        return placed(form, body, REFERENCES, [_seen(form, item, items) for item in items])
    return body


def raw_type(form: Form) -> Any:
    """The type of the one reference that others are seen against: the first a list has once."""
    rule = form.at(REFERENCES)["allOf"][0]["contains"]
    return rule["properties"]["referenceType"]["const"]


def _seen(form: Form, item: Any, items: Sequence[Any]) -> Any:
    """A reference with a picture of its own, unless there is a raw one to look at."""
    raw = raw_type(form)
    if "referenceImage" in item or any(one.get("referenceType") == raw for one in items):
        return item
    return {**item, "referenceImage": plain(form, (*REFERENCES, 0, "referenceImage"))}


def _lacks(body: Any, path: Path) -> bool:
    return value_at(body, path) is ABSENT


def _counts(form: Form) -> Iterator[str]:
    """What a dialect calls the number of samples."""
    for name, schema in form.document["properties"].items():
        if schema.get("x-parameter") == "sampleCount":
            yield name

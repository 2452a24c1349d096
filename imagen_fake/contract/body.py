"""Bodies by hand: the plainest one there is, and how to keep the rules of a request."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from imagen_fake import spec
from imagen_fake.contract import pictures
from imagen_fake.contract.facts import DIALECTS
from imagen_fake.contract.form import Form, Path, Schema
from imagen_fake.normalize import folded
from imagen_fake.predict import choose

PROMPT = "a red apple"
TEXTS = (PROMPT, "gs://imagen-fake-contract/apple.png", "1024x1536")
"""Texts of which one fits every pattern there is."""

ABSENT = object()


def plain_body(form: Form) -> Any:
    """The shortest valid body, for one sample where their number can be chosen."""
    body = plain(form, ())
    if form.surface in DIALECTS:
        return {**body, "model": form.model, **dict.fromkeys(_counts(form), 1)}
    counted = "sampleCount" in form.at(("parameters",)).get("properties", {})
    return mended(form, {**body, "parameters": {"sampleCount": 1} if counted else {}})


def plain(form: Form, path: Path, beside: Any = None) -> Any:
    """The simplest value a place can have; `beside` is the object it will stand in."""
    schema = form.at(path)
    if "x-formats" in schema:
        return pictures.media(masking=is_mask(path, beside))
    if "enum" in schema:
        return next(choice for choice in schema["enum"] if choice != _refused(schema))
    match schema.get("type"):
        case "object":
            return {name: plain(form, (*path, name)) for name in schema.get("required", ())}
        case "array":
            return _listed(form, [], path, max(1, schema.get("minItems", 0)))
        case "string":
            return next(text for text in TEXTS if re.search(schema.get("pattern", ""), text))
        case "integer" | "number":
            return min(max(1, schema.get("minimum", 1)), schema.get("maximum", 1))
        case "boolean":
            return True
    return {}


def is_mask(path: Path, beside: Any) -> bool:
    """Whether the picture at a place says where something is, by its name or its neighbours'."""
    near = beside.values() if isinstance(beside, Mapping) else ()
    said = [str(name) for name in (*path, *(one for one in near if isinstance(one, str)))]
    return any(word in name.casefold() for name in said[-4:] for word in ("mask", "scribble"))


def value_at(body: Any, path: Path) -> Any:
    """What stands at a place in a body; `ABSENT` where nothing does."""
    for step in path:
        there = (isinstance(body, Mapping) and step in body) or (
            isinstance(body, list) and isinstance(step, int) and step < len(body)
        )
        if not there:
            return ABSENT
        body = body[step]
    return body


def placed(form: Form, body: Any, path: Path, value: Any, at: Path = ()) -> Any:
    """The body with a value at a place, and what has to stand around it."""
    if at == path:
        return value
    step = path[len(at)]
    inner = placed(form, value_at(body, (step,)), path, value, (*at, step))
    if isinstance(step, int):
        items = list(body) if isinstance(body, list) else []
        return [*items[:step], inner, *items[step + 1 :]]
    around = body if isinstance(body, Mapping) else plain(form, at)
    return {**around, step: inner}


def without(body: Any, path: Path) -> Any:
    """The body without what stands at a place."""
    *outer, name = path
    if outer:
        first, *rest = outer
        inner = without(body[first], (*rest, name))
        if isinstance(body, list):
            return [inner if place == first else item for place, item in enumerate(body)]
        return {**body, first: inner}
    return {key: value for key, value in body.items() if key != name}


def mended(form: Form, body: Any) -> Any:
    """The body changed as little as it takes to keep every rule and to ask for its task."""
    body = _asked(form, _mended(form, body, ()))
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


def variants(form: Form, path: Path) -> Iterator[Any]:
    """The plain object at a place with each value in turn that one of its lists has."""
    for name, below in form.at(path).get("properties", {}).items():
        for choice in form.resolved(below).get("enum", ()):
            yield _mended(form, {**plain(form, path), name: choice}, path)


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


def asks(form: Form, body: Any) -> bool:
    """Whether the body asks its model for the task of the form."""
    model = spec.model(form.model)
    if form.surface in DIALECTS or model is None:
        return True
    return choose(model, body) == form.task


def asked_in_turn(form: Form, body: Any) -> Iterator[Any]:
    """The body, then with each group of fields that may ask for its task."""
    yield body
    model = spec.model(form.model)
    groups = spec.asked_by(model, form.task) if model and form.surface not in DIALECTS else []
    for group in groups:
        wanted = body
        for place, value in _settings(form, body, group):
            if isinstance(value_at(wanted, place[:-1]), Mapping):
                wanted = placed(form, wanted, place, value)
        yield wanted


def imagen_body(form: Form, body: Any) -> Any:
    """What a body in a dialect asks of Imagen, as far as rules join it: values by their fields."""
    made: Any = {"instances": [{"prompt": body["prompt"]}], "parameters": {}}
    for name, schema in form.document["properties"].items():
        value = body.get(name, schema.get("default", ABSENT))
        if "x-parameter" in schema and value is not ABSENT and "x-nearest" not in schema:
            place = ("parameters", *schema["x-parameter"].split("."))
            behind = Form(form.model, form.task, "vertex")
            made = placed(behind, made, place, schema.get("x-values", {}).get(value, value))
    return made


def _asked(form: Form, body: Any) -> Any:
    return next((one for one in asked_in_turn(form, body) if asks(form, one)), body)


def _settings(form: Form, body: Any, group: list[str]) -> Iterator[tuple[Path, Any]]:
    """Where a group's fields stand, and the value that each shall have."""
    for part in (("instances", 0), ("parameters",)):
        for name, schema in form.at(part).get("properties", {}).items():
            path = (*part, name)
            if folded(name) in group and value_at(body, path) is ABSENT:
                yield path, plain(form, path)
            for choice in form.resolved(schema).get("enum", ()):
                if f"{folded(name)}={folded(choice)}" in group:
                    yield path, choice


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
    for rule in schema.get("allOf", ()):
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


def of_kind(form: Form, path: Path, demand: Schema) -> Any:
    """A plain item of the list at a place that meets a demand."""
    first = plain(form, (*path, 0))
    return _mended(form, kept(form, first, demand, (*path, 0)), (*path, 0))


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
        place: Path = ("instances", 0, "referenceImages", 0, "referenceImage")
        return placed(form, body, place, plain(form, place)) if _lacks(body, place) else body
    return body


def _lacks(body: Any, path: Path) -> bool:
    return value_at(body, path) is ABSENT


def _refused(schema: Schema) -> Any:
    """The one value of a list that a field may not have, if there is one."""
    return schema.get("not", {}).get("const", ABSENT)


def _counts(form: Form) -> Iterator[str]:
    """What a dialect calls the number of samples."""
    for name, schema in form.document["properties"].items():
        if schema.get("x-parameter") == "sampleCount":
            yield name

"""What a body at `images/generations` asks of Imagen, in either of the spellings it may have.

Where both are taken, a body speaks the first dialect of which it has a field that the other does
not know (`n`, `size`, … are OpenAI's, `num_images`, `aspect_ratio`, … AI/ML API's); with `model`
and `prompt` alone it speaks the last one, AI/ML API's.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import jsonschema_rs

from imagen_fake import spec
from imagen_fake.errors import ApiError
from imagen_fake.normalize import fill_defaults, folded, normalize
from imagen_fake.spec import Model, Request, Surface
from imagen_fake.validate import refuse_first_error


@dataclass(frozen=True, slots=True)
class Asked:
    """A checked request: its dialect, the model, whether pictures are linked to, its fields."""

    dialect: Surface
    model_id: str
    linked: bool
    fields: Mapping[str, Any]
    warnings: tuple[str, ...]


def understood(body: Any, dialects: Sequence[Surface], strict: bool) -> Asked:
    """The request that a parsed body makes, defaults filled.

    Raises ApiError for the first thing wrong with it; when strict for what has no effect, too.
    """
    dialect = spoken(body, dialects)
    request = _request(dialect.name)
    canonical, ignored = normalize(body, request.schema, str(dialect.facts["title"]))
    filled = fill_defaults(request.schema, canonical)
    refuse_first_error(filled, request, Model("", {}), "generate")
    model_id = _bare(filled["model"])
    warnings = (*ignored, *_unlisted(model_id, dialect))
    if strict and warnings:
        raise ApiError("strict_warning", warning=" ".join(warnings))
    linked = filled.get("response_format") == "url" or filled.get("convert_base64_to_url", False)
    return Asked(dialect, model_id, linked, filled, warnings)


def spoken(body: Any, dialects: Sequence[Surface]) -> Surface:
    """The dialect that a body speaks."""
    there = body.items() if isinstance(body, Mapping) else ()
    keys = {folded(key) for key, value in there if value is not None}
    for dialect in dialects:
        others = {name for other in dialects if other is not dialect for name in _names(other)}
        if keys & (set(_names(dialect)) - others):
            return dialect
    return dialects[-1]


def imagen_body(asked: Asked, model: Model, behind: Surface) -> Mapping[str, Any]:
    """The same request as a model behind a surface is asked."""
    parameters: dict[str, Any] = {}
    for name, value in asked.fields.items():
        field = fields(asked.dialect)[name]
        if "x-parameter" in field:
            *outer, last = field["x-parameter"].split(".")
            inner = parameters
            for part in outer:
                inner = inner.setdefault(part, {})
            inner[last] = nearest(value, ratios(model, behind)) if "x-nearest" in field else value
            inner[last] = field.get("x-values", {}).get(inner[last], inner[last])
    return {"instances": [{"prompt": asked.fields["prompt"]}], "parameters": parameters}


def ratios(model: Model, behind: Surface) -> Mapping[str, Fraction]:
    """Width by height of a model's pictures, by the name of the aspect ratio."""
    schema = spec.request(model.id, "generate", behind.name).schema["$defs"]["parameters"]
    names = schema["properties"]["aspectRatio"]["enum"]
    return {name: Fraction(*model.size("1K", name)) for name in names}


def nearest(size: str, shapes: Mapping[str, Fraction]) -> str:
    """The name of the shape closest to `WIDTHxHEIGHT`; closest to a square for `auto`."""
    width, _, height = size.partition("x")
    wanted = Fraction(int(width), int(height)) if height else Fraction(1)
    return min(shapes, key=lambda name: max(shapes[name] / wanted, wanted / shapes[name]))


def spelled(parameter: str, dialect: Surface) -> str:
    """What a dialect calls a parameter of Imagen, which is named by the end of its path."""
    for own, field in fields(dialect).items():
        if field.get("x-parameter", "").rpartition(".")[2] == parameter.rpartition(".")[2]:
            return own
    return parameter


def fields(dialect: Surface) -> Mapping[str, Any]:
    """The schemas of a dialect's fields, by name."""
    properties: Mapping[str, Any] = dialect.facts["request"]["properties"]
    return properties


def _names(dialect: Surface) -> Iterator[str]:
    return map(folded, fields(dialect))


def _bare(model_id: str) -> str:
    """A model's id without the publisher that some put before it."""
    return model_id.rpartition("/")[2][:200]


def _unlisted(model_id: str, dialect: Surface) -> Sequence[str]:
    listed = dialect.facts.get("models", {}).get("value", [model_id])
    return () if model_id in listed else (f"{model_id} is no model of {dialect.facts['title']}.",)


@cache
def _request(name: str) -> Request:
    schema = spec.surface(name).facts["request"]
    return Request(schema, jsonschema_rs.Draft202012Validator(schema))

"""The dialects of `images/generations`, and how their requests map to Imagen's.

Where both are taken, a body speaks the first dialect of which it has a field that the other does
not know (`n`, `size`, … are OpenAI's, `num_images`, `aspect_ratio`, … AI/ML API's); with `model`
and `prompt` alone it speaks the last one, AI/ML API's.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from imagen_fake import spec
from imagen_fake.json_tree import merge
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.normalize import fill_defaults, fold_key, normalize
from imagen_fake.pipeline.redaction import redact
from imagen_fake.pipeline.validate import refuse_first_error
from imagen_fake.schema_layers import RequestSchema
from imagen_fake.spec import Model, Surface

OPENAI = "openai"


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """A checked request: its dialect, the model, whether pictures are linked to, its fields.

    `sold` is what is known of the model as a reseller has it; nothing if it is not on its list.
    """

    dialect: Surface
    model_id: str
    reseller_entry: Mapping[str, Any]
    as_url: bool
    fields: Mapping[str, Any]
    warnings: tuple[str, ...]


def parse_request(body: Any, dialects: Sequence[Surface], strict: bool) -> ImageRequest:
    """The request that a parsed body makes, defaults filled.

    Raises ApiError for the first thing wrong with it; when strict for what has no effect, too.
    """
    dialect = detect_dialect(body, dialects)
    entry = _reseller_entry(body.get("model") if isinstance(body, Mapping) else None, dialects)
    schema = _request_schema(dialect.name, entry.get("name", ""))
    canonical, ignored = normalize(body, schema.schema, str(dialect.facts["title"]))
    filled = fill_defaults(schema.schema, canonical)
    refuse_first_error(filled, schema, Model("", {}), "generate")
    model_id = entry.get("model", without_publisher(filled["model"]))
    warnings = ignored
    if "models" in dialect.facts and not entry:
        name = redact(filled["model"][:200])
        warnings = (*ignored, f"{name} is no model of {dialect.facts['title']}.")
    if strict and warnings:
        raise ApiError("strict_warning", warning=" ".join(warnings))
    as_url = any(
        filled.get(name) == field["x-links"]
        for name, field in request_fields(dialect).items()
        if "x-links" in field
    )
    return ImageRequest(dialect, model_id, entry, as_url, filled, warnings)


def detect_dialect(body: Any, dialects: Sequence[Surface]) -> Surface:
    """The dialect of a body."""
    items = body.items() if isinstance(body, Mapping) else ()
    keys = {fold_key(key) for key, value in items if value is not None}
    for dialect in dialects:
        foreign = {
            name for other in dialects if other is not dialect for name in _folded_names(other)
        }
        if keys & (set(_folded_names(dialect)) - foreign):
            return dialect
    return dialects[-1]


def imagen_body(request: ImageRequest, model: Model, backend: Surface) -> Mapping[str, Any]:
    """The `:predict` body of a request."""
    parameters: dict[str, Any] = {}
    for name, value in request.fields.items():
        field = request_fields(request.dialect)[name]
        if "x-parameter" in field:
            *outer, last = field["x-parameter"].split(".")
            inner = parameters
            for part in outer:
                inner = inner.setdefault(part, {})
            inner[last] = (
                nearest_ratio(value, ratios(model, backend)) if "x-nearest" in field else value
            )
            inner[last] = field.get("x-values", {}).get(inner[last], inner[last])
    return {"instances": [{"prompt": request.fields["prompt"]}], "parameters": parameters}


def ratios(model: Model, backend: Surface) -> Mapping[str, Fraction]:
    """Width by height of a model's pictures, by the name of the aspect ratio."""
    schema = spec.request(model.id, "generate", backend.name).schema["$defs"]["parameters"]
    names = schema["properties"]["aspectRatio"]["enum"]
    return {name: Fraction(*model.size("1K", name)) for name in names}


def nearest_ratio(size: str, by_name: Mapping[str, Fraction]) -> str:
    """The name of the shape closest to `WIDTHxHEIGHT`; closest to a square for `auto`."""
    width, _, height = size.partition("x")
    target = Fraction(int(width), int(height)) if height else Fraction(1)
    return min(by_name, key=lambda name: max(by_name[name] / target, target / by_name[name]))


def field_name(parameter: str, dialect: Surface) -> str:
    """A dialect's name of an Imagen parameter, which is given by the end of its path."""
    for name, field in request_fields(dialect).items():
        if field.get("x-parameter", "").rpartition(".")[2] == parameter.rpartition(".")[2]:
            return name
    return parameter


def rename_parameters(text: str, dialect: Surface) -> str:
    """A message with Imagen's parameter names replaced by the dialect's."""
    for alias, field in request_fields(dialect).items():
        if path := field.get("x-parameter"):
            name = re.escape(path.rpartition(".")[2])
            text = re.sub(rf"\b(parameters\.([\w]+\.)?)?{name}\b", alias, text)
    return text


def request_fields(dialect: Surface) -> Mapping[str, Any]:
    """The schemas of a dialect's fields, by name."""
    properties: Mapping[str, Any] = dialect.facts["request"]["properties"]
    return properties


def _folded_names(dialect: Surface) -> Iterator[str]:
    return map(fold_key, request_fields(dialect))


def paths() -> Mapping[str, Any]:
    """The paths of image generation, each with its facts."""
    facts: Mapping[str, Any] = spec.surface(OPENAI).facts["paths"]["value"]
    return facts


def dialects_at(path: str) -> Sequence[Surface]:
    """The dialects of a path; the last is the default."""
    return [spec.surface(name) for name in paths()[path]["dialects"]]


def imagen_model_id(name: str, dialects: Sequence[Surface]) -> str:
    """The id of the Imagen model behind a dialect's model name."""
    return str(_reseller_entry(name, dialects).get("model", without_publisher(name)))


def without_publisher(name: str) -> str:
    """A model id without a publisher's prefix."""
    for publisher in spec.surface(OPENAI).facts["publishers"]["value"]:
        name = name.removeprefix(publisher)
    return name[:200]


def _reseller_entry(name: Any, dialects: Sequence[Surface]) -> Mapping[str, Any]:
    """A reseller's entry for a model name."""
    for dialect in dialects:
        models = dialect.facts.get("models", {}).get("value", {})
        if isinstance(name, str) and name in models:
            return {"name": name, **models[name]}
    return {}


@cache
def _request_schema(name: str, model: str) -> RequestSchema:
    """A dialect's request schema with a model's changes."""
    facts = spec.surface(name).facts
    narrower = facts.get("models", {}).get("value", {}).get(model, {}).get("request", {})
    schema = merge(facts["request"], narrower)
    return RequestSchema.of(schema)

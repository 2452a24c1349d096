"""From a parsed body to a Call with nothing left to check, or the first error in it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import jsonschema_rs

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.misplaced import move_misplaced
from imagen_fake.pipeline.normalize import fill_defaults, normalize
from imagen_fake.pipeline.payload import Payload
from imagen_fake.schema_layers import RequestSchema
from imagen_fake.spec import Model, Surface

JSON_TYPES = {
    dict: "object", list: "array", str: "string", bool: "boolean", int: "number", float: "number",
    type(None): "null",
}  # fmt: skip
EXPECTED = {
    "object": "an object", "array": "a list", "string": "a string", "boolean": "a boolean",
    "integer": "an integer", "number": "a number",
}  # fmt: skip
COUNT = "sampleCount"
"""The parameter that says how many pictures are wanted."""

MAX_VALUE_LENGTH = 80
"""How many characters of a refused value an error repeats."""


def validate(
    model: Model,
    task: str,
    surface: Surface,
    payload: Payload,
    config: Config,
    warnings: tuple[str, ...] = (),
    variation: int | None = None,
) -> Call:
    """The call that a parsed body makes; raises ApiError for the first thing wrong with it."""
    request = spec.request(model.id, task, surface.name)
    body, moved = move_misplaced(payload.body, request.schema)
    canonical, ignored = normalize(body, request.schema, model.name)
    complete = _fill(canonical, request, config)
    refuse_first_error(complete, request, model, task)
    ignored += moved + tuple(text for bodies, text in request.warnings if bodies.is_valid(complete))
    warnings = (*warnings, *ignored)
    (instance,), parameters = complete["instances"], complete["parameters"]
    seeded = "seed" in parameters and not parameters.get("enhancePrompt")
    call = Call(
        model, task, surface, instance, parameters, warnings, payload.media,
        variation=None if seeded else variation, strict=config.strict,
        captioned=config.caption == "on", c2pa=config.c2pa, approved=config.approved,
        count_by_default=_is_count_by_default(canonical, parameters),
    )  # fmt: skip
    refuse_long_texts(call, request)
    if not config.allowlisted:
        refuse_restricted(call, request)
    if config.strict and ignored:
        raise ApiError("strict_warning", warning=" ".join(ignored))
    return call


def refuse_first_error(complete: Any, request: RequestSchema, model: Model, task: str) -> None:
    """Raise the ApiError of the error that stands first in the schema, if there is any."""
    errors = list(request.validator.iter_errors(complete))
    if errors:
        first = min(errors, key=lambda error: _rank(error, request.schema))
        raise _refusal(first, request.schema, model, task)


def refuse_long_texts(call: Call, request: RequestSchema) -> None:
    """Raise an ApiError for the first text with more tokens than `x-max-tokens` allows."""
    for texts, part in ((call.instance, "instance"), (call.parameters, "parameters")):
        for name, schema in request.schema["$defs"][part]["properties"].items():
            limit, text = schema.get("x-max-tokens"), texts.get(name, "")
            if limit and len(text) > limit and (count := count_tokens(text)) > limit:
                raise ApiError(
                    schema["x-errors"]["x-max-tokens"], task=call.task, model=call.model.name,
                    count=count, limit=limit, counting=_tokens()["words"],
                )  # fmt: skip


def refuse_restricted(call: Call, request: RequestSchema) -> None:
    """Raise an ApiError for a value that only allowlisted projects may use."""
    for name, schema in request.schema["$defs"]["parameters"]["properties"].items():
        for value, error_id in schema.get("x-restricted", {}).items():
            if call.parameters.get(name) == value:
                raise ApiError(error_id, task=call.task)


def count_tokens(text: str) -> int:
    """How many tokens a text has, counted as `x-tokens` in `tasks/generate.json` assumes."""
    return sum(1 for _ in re.finditer(_tokens()["pattern"], text))


def _tokens() -> Mapping[str, str]:
    tokens: Mapping[str, str] = spec.read("tasks/generate.json")["x-tokens"]
    return tokens


def _fill(canonical: Any, request: RequestSchema, config: Config) -> Any:
    """The body with every default in place, the configured ones before the schema's."""
    if not isinstance(canonical, Mapping):
        return canonical
    parameters_given = canonical.get("parameters", {})
    if config.include_rai_reason is not None and isinstance(parameters_given, Mapping):
        parameters_given = {"includeRaiReason": config.include_rai_reason, **parameters_given}
    return fill_defaults(request.schema, {**canonical, "parameters": parameters_given})


def _is_count_by_default(canonical: Mapping[str, Any], parameters: Mapping[str, Any]) -> bool:
    """Whether a default, not the caller, asks for more than one picture."""
    return parameters.get(COUNT, 1) > 1 and COUNT not in (canonical.get("parameters") or {})


def _rank(error: jsonschema_rs.ValidationError, schema: Any) -> list[int]:
    """Where an error's keyword stands in the schema: the order in which a reader meets it."""
    places = []
    for step in error.schema_path:
        places.append(list(schema).index(step) if isinstance(schema, Mapping) else int(step))
        schema = schema[step]
    return places


def _refusal(
    error: jsonschema_rs.ValidationError, schema: Any, model: Model, task: str
) -> ApiError:
    *steps, keyword = error.schema_path
    for step in steps:
        schema = schema[step]
    error_id = schema.get("x-errors", {}).get(keyword) or spec.keyword_error(str(keyword))
    return ApiError(error_id, task=task, **_words(error, schema, model))


def _words(
    error: jsonschema_rs.ValidationError, schema: Mapping[str, Any], model: Model
) -> dict[str, Any]:
    """Everything that an error text may speak of."""
    value = error.instance
    unexpected = getattr(error.kind, "unexpected", ())
    missing = getattr(error.kind, "property", None) or next(iter(unexpected), None)
    received = JSON_TYPES.get(type(value), "something else")
    return {
        "name": missing or _format_path(error.instance_path),
        "value": _format_value(value)[:MAX_VALUE_LENGTH],
        "kind": EXPECTED.get(received, received),
        "count": len(value) if isinstance(value, Sequence | Mapping) else "",
        "expected": EXPECTED.get(str(schema.get("type")), "another kind of value"),
        "type": schema.get("type", "another type"),
        "received": received,
        "options": ", ".join(map(str, schema.get("enum", ()))),
        "choices": choices(schema.get("enum", ())),
        "alternatives": _alternatives(schema.get("enum", ())),
        "path": _proto_path(error.instance_path),
        "field": _proto_path(error.instance_path).rpartition(".")[2],
        "minimum": schema.get("minimum", schema.get("minItems", schema.get("minLength", 0))),
        "maximum": schema.get("maximum", schema.get("maxItems", schema.get("maxLength", "any"))),
        "model": model.name,
    }


def choices(options: Iterable[Any]) -> str:
    """Options as a union of TypeScript's types."""
    return " | ".join(f"'{option}'" for option in options)


def _alternatives(options: Sequence[Any]) -> str:
    """Options as a sentence lists them: `'1K', '2K', or '4K'`."""
    *others, last = (f"'{option}'" for option in options) if options else ("",)
    joint = ", or " if len(others) > 1 else " or "
    return f"{', '.join(others)}{joint}{last}" if others else last


def _proto_path(path: Sequence[str | int]) -> str:
    """`["generationConfig", "topP"]` as `generation_config.top_p`."""
    return re.sub("([A-Z])", r"_\1", _format_path(path)).lower()


def _format_value(value: Any) -> str:
    """A value as an error repeats it; a whole number beyond all that are exact as 1e+30."""
    return str(float(value) if isinstance(value, int) and abs(value) >= 2**64 else value)


def _format_path(path: Sequence[str | int]) -> str:
    """`["instances", 0, "prompt"]` as `instances[0].prompt`; parameters without their prefix."""
    path_text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return path_text.removeprefix(".").removeprefix("parameters.")[:MAX_VALUE_LENGTH]

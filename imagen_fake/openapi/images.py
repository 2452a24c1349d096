"""The paths of `images/generations`, and the bodies they take in OpenAI's and others' spelling."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from math import inf
from typing import Any

from imagen_fake import spec
from imagen_fake.openapi.components import Components, any_of
from imagen_fake.openapi.examples import PROMPT
from imagen_fake.openapi.operations import in_path, json_body, operation, responses
from imagen_fake.openapi.predictions import GEMINI, models
from imagen_fake.openapi.wire import Wire, wire
from imagen_fake.spec import Surface

Part = Mapping[str, Any]
Paths = Iterator[tuple[str, Part]]

OPENAI, COUNT = "openai", "sampleCount"


def images(dialect: str, components: Components) -> Paths:
    """The paths at which a dialect is understood, and the lists of models beside them."""
    for path, place in spec.surface(OPENAI).facts["paths"]["value"].items():
        if dialect in place["dialects"]:
            backend = spec.surface(place["behind"])
            dialects = [spec.surface(name) for name in place["dialects"]]
            yield path, {"post": _generation(components, dialects, backend)}
            yield from _models(components, place["models"], backend)


def _generation(components: Components, dialects: Sequence[Surface], backend: Surface) -> Part:
    bodies = {
        dialect.name: components.put(
            "schemas",
            [f"{backend.name}.images.{dialect.name}"],
            dialect_body(dialect, dialects, backend),
        )
        for dialect in dialects
    }
    foreign = [dialect.name for dialect in dialects if dialect.name != OPENAI]
    examples = {
        f"{backend.name}.images.{dialect.name}": _example(dialect, dialects, backend)
        for dialect in dialects
    }
    titles = ", ".join(dialect.facts["title"] for dialect in dialects)
    result = any_of([components.answer(name) for name in bodies])
    return operation(
        f"images.generate.{backend.name}",
        "Generate pictures",
        spec.surface(OPENAI),
        responses(components, spec.surface(OPENAI), result, *foreign),
        description=f"Spelled as one of these: {titles}.",
        requestBody=json_body(components, any_of([*bodies.values()]), examples),
    )


def _models(components: Components, path: str, backend: Surface) -> Paths:
    openai, names = spec.surface(OPENAI), _model_names(backend)
    foreign = [GEMINI] if _is_shared_with_gemini(path) else []
    one = responses(components, openai, components.answer("openai_model"), *foreign)
    every = responses(components, openai, components.answer("openai_models"), *foreign)
    get = partial(operation, surface=openai, description="What OpenAI's clients read.")
    yield (
        f"{path}/{{model}}",
        {
            "parameters": [in_path("model", names[-1], enum=names)],
            "get": get(f"openai.model.{backend.name}", "One model", responses=one),
        },
    )
    yield path, {"get": get(f"openai.models.{backend.name}", "Every model", responses=every)}


def _is_shared_with_gemini(path: str) -> bool:
    """Whether the Gemini API has the same path, for calls without a token."""
    return path in {
        f"/{version}/models" for version in spec.surface(GEMINI).facts["versions"]["value"]
    }


def _example(dialect: Surface, dialects: Sequence[Surface], backend: Surface) -> Part:
    """A body that only this dialect understands."""
    example = {"model": _model_names(backend)[-1], "prompt": PROMPT}
    marks = [name for name, field in _fields(dialect).items() if field.get("x-parameter") == COUNT]
    return example if dialect is dialects[-1] else {**example, **dict.fromkeys(marks, 1)}


def _model_names(backend: Surface) -> list[str]:
    """The models of a surface that generate images."""
    return [name for name, model in models(backend) if "generate" in model.tasks]


def dialect_body(dialect: Surface, dialects: Sequence[Surface], backend: Surface) -> Part:
    """What one of the dialects that are understood may say, about models of a surface.

    The last one is understood where no field belongs to another alone.
    """
    schema = wire(dialect.facts["request"])
    properties = schema["properties"]
    resold = dialect.facts.get("models", {}).get("value", {})
    models = dict.fromkeys((*_model_names(backend), *resold))
    properties["model"] = _choice(properties["model"], [*models])
    properties["prompt"] = {**properties["prompt"], "pattern": _pattern()}
    rules = [*_rules(dialect), *_limits(dialect, backend)]
    if dialect is not dialects[-1]:
        rules.append({"not": _all_null(_own(dialect, dialects))})
    foreign = [name for other in dialects if other is not dialect for name in _own(other, dialects)]
    if dialect is dialects[-1] and foreign:
        rules.append(_all_null(foreign))
    return {**schema, "allOf": rules}


def _choice(field: Part, names: list[str]) -> Part:
    """A field that is one of the names, or null where it may be."""
    if field["type"] == "string":
        return {**field, "enum": names}
    return {key: value for key, value in field.items() if key != "type"} | {"enum": [*names, None]}


def _own(dialect: Surface, dialects: Sequence[Surface]) -> Iterator[str]:
    theirs = {name for other in dialects if other is not dialect for name in _fields(other)}
    return (name for name in _fields(dialect) if name not in theirs)


def _fields(dialect: Surface) -> Part:
    fields: Part = dialect.facts["request"]["properties"]
    return fields


def _all_null(names: Iterable[str]) -> Part:
    return {"properties": {name: {"type": "null"} for name in names}}


def _pattern() -> str:
    instance = spec.task_schema("generate")["$defs"]["instance"]
    return str(instance["properties"]["prompt"]["pattern"])


def _rules(dialect: Surface) -> Iterator[Part]:
    """What Imagen itself demands of several fields, in the names of the dialect."""
    task, request = spec.task_schema("generate"), dialect.facts["request"]
    names = {
        field["x-parameter"]: name
        for name, field in _fields(dialect).items()
        if "x-parameter" in field
    }
    for rule in task["allOf"]:
        forbidden = rule["not"]["properties"]["parameters"]
        if names.keys() >= {*forbidden["required"]}:
            yield Wire(request).rule({"not": _renamed(forbidden, names)}, request)


def _limits(dialect: Surface, backend: Surface) -> Iterator[Part]:
    """Where a model takes less of a number than the dialect has."""
    request = dialect.facts["request"]
    for model in _model_names(backend):
        fields = {
            name: {"maximum": most}
            for name, field in _fields(dialect).items()
            if (most := _maximum(model, backend, field)) < field.get("maximum", most)
        }
        if fields:
            for_model = {"required": ["model"], "properties": {"model": {"const": model}}}
            yield Wire(request).rule({"if": for_model, "then": {"properties": fields}}, request)


def _maximum(model: str, backend: Surface, field: Part) -> float:
    """The largest value of the parameter that a field stands for; infinite without a limit."""
    base_model = spec.model(model)
    assert base_model is not None  # noqa: S101
    parameters = spec.request(base_model.id, "generate", backend.name).schema["$defs"]["parameters"]
    parameter = parameters["properties"].get(field.get("x-parameter"), {})
    return float(parameter.get("maximum", inf))


def _renamed(rule: Part, names: Mapping[str, str]) -> Part:
    """A rule for parameters as one for the fields of a dialect."""
    return {
        "required": [names[name] for name in rule["required"]],
        "properties": {names[name]: subschema for name, subschema in rule["properties"].items()},
    }

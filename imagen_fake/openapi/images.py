"""The paths of `images/generations`, and the bodies they take in OpenAI's and others' spelling."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import inf
from typing import Any

from imagen_fake import spec
from imagen_fake.openapi.components import Components, any_of
from imagen_fake.openapi.operations import in_path, json_body, operation
from imagen_fake.openapi.predictions import GEMINI, models
from imagen_fake.openapi.wire import Wire
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
    foreign = [name for name in bodies if name != OPENAI]
    examples = {
        f"{backend.name}.images.{dialect.name}": _example(dialect, dialects, backend)
        for dialect in dialects
    }
    titles = ", ".join(dialect.facts["title"] for dialect in dialects)
    return operation(
        components,
        f"images.generate.{backend.name}",
        "Generate pictures",
        spec.surface(OPENAI),
        any_of([components.answer(name) for name in bodies]),
        *foreign,
        description=f"Spelled as one of these: {titles}.",
        requestBody=json_body(components, any_of([*bodies.values()]), examples),
    )


def _models(components: Components, path: str, backend: Surface) -> Paths:
    """The paths of the list of models and of each; the Gemini API may have the same."""
    names, versions = _model_names(backend), spec.surface(GEMINI).facts["versions"]["value"]
    foreign = [GEMINI] if path in {f"/{version}/models" for version in versions} else []

    def get(name: str, title: str, file: str) -> Part:
        return operation(
            components,
            f"{name}.{backend.name}",
            title,
            spec.surface(OPENAI),
            components.answer(file),
            *foreign,
            description="What OpenAI's clients read.",
        )

    one = get("openai.model", "One model", "openai_model")
    yield f"{path}/{{model}}", {"parameters": [in_path("model", names[-1], enum=names)], "get": one}
    yield path, {"get": get("openai.models", "Every model", "openai_models")}


def _example(dialect: Surface, dialects: Sequence[Surface], backend: Surface) -> Part:
    """A body that only this dialect understands."""
    example = {"model": _model_names(backend)[-1], "prompt": "a red apple on a table"}
    marks = [name for name, field in _fields(dialect).items() if field.get("x-parameter") == COUNT]
    return example if dialect is dialects[-1] else {**example, **dict.fromkeys(marks, 1)}


def _model_names(backend: Surface) -> list[str]:
    """The models of a surface that generate images."""
    return [name for name, model in models(backend) if "generate" in model.tasks]


def dialect_body(dialect: Surface, dialects: Sequence[Surface], backend: Surface) -> Part:
    """What one of the dialects that are understood may say, about models of a surface.

    The last one is understood where no field belongs to another alone.
    """
    schema = Wire(dialect.facts["request"]).body()
    properties = schema["properties"]
    resold = dialect.facts.get("models", {}).get("value", {})
    models = dict.fromkeys((*_model_names(backend), *resold))
    properties["model"] = _choice(properties["model"], [*models])
    prompt = spec.task_schema("generate")["$defs"]["instance"]["properties"]["prompt"]
    properties["prompt"] = {**properties["prompt"], "pattern": prompt["pattern"]}
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
            required = [names[name] for name in forbidden["required"]]
            properties = {names[name]: rule for name, rule in forbidden["properties"].items()}
            renamed = {"not": {"required": required, "properties": properties}}
            yield Wire(request).rule(renamed, request)


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

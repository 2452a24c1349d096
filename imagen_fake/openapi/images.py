"""The paths of `images/generations`, and the bodies they take in OpenAI's and others' spelling."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from math import inf
from typing import Any

from imagen_fake import spec
from imagen_fake.openapi.components import Components, any_of
from imagen_fake.openapi.examples import PROMPT
from imagen_fake.openapi.operations import answers, in_path, json_body, operation
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
            behind = spec.surface(place["behind"])
            spoken = [spec.surface(name) for name in place["dialects"]]
            yield path, {"post": _generation(components, spoken, behind)}
            yield from _models(components, place["models"], behind)


def _generation(components: Components, spoken: Sequence[Surface], behind: Surface) -> Part:
    bodies = {
        one.name: components.put(
            "schemas", [f"{behind.name}.images.{one.name}"], body(one, spoken, behind)
        )
        for one in spoken
    }
    foreign = [one.name for one in spoken if one.name != OPENAI]
    said = {f"{behind.name}.images.{one.name}": _example(one, spoken, behind) for one in spoken}
    shown = any_of([components.answer(name) for name in bodies])
    return operation(
        f"images.generate.{behind.name}",
        "Generate pictures",
        spec.surface(OPENAI),
        answers(components, spec.surface(OPENAI), shown, *foreign),
        description=f"Spelled as one of these: {', '.join(one.facts['title'] for one in spoken)}.",
        requestBody=json_body(components, any_of([*bodies.values()]), said),
    )


def _models(components: Components, path: str, behind: Surface) -> Paths:
    openai, known = spec.surface(OPENAI), _generating(behind)
    foreign = [GEMINI] if _is_geminis(path) else []
    one = answers(components, openai, components.answer("openai_model"), *foreign)
    every = answers(components, openai, components.answer("openai_models"), *foreign)
    listed = partial(operation, surface=openai, description="What OpenAI's clients read.")
    yield (
        f"{path}/{{model}}",
        {
            "parameters": [in_path("model", known[-1], enum=known)],
            "get": listed(f"openai.model.{behind.name}", "One model", responses=one),
        },
    )
    yield path, {"get": listed(f"openai.models.{behind.name}", "Every model", responses=every)}


def _is_geminis(path: str) -> bool:
    """Whether the Gemini API has the same path, for calls without a token."""
    return path in {
        f"/{version}/models" for version in spec.surface(GEMINI).facts["versions"]["value"]
    }


def _example(dialect: Surface, spoken: Sequence[Surface], behind: Surface) -> Part:
    """A body that only this dialect understands."""
    said = {"model": _generating(behind)[-1], "prompt": PROMPT}
    marks = [name for name, field in _fields(dialect).items() if field.get("x-parameter") == COUNT]
    return said if dialect is spoken[-1] else {**said, **dict.fromkeys(marks, 1)}


def _generating(behind: Surface) -> list[str]:
    """The ids of the models of a surface that make pictures of words alone."""
    return [name for name, known in models(behind) if "generate" in known.tasks]


def body(dialect: Surface, spoken: Sequence[Surface], behind: Surface) -> Part:
    """What one of the dialects that are understood may say, about models of a surface.

    The last one is understood where no field belongs to another alone.
    """
    schema = wire(dialect.facts["request"])
    properties = schema["properties"]
    sold = dialect.facts.get("models", {}).get("value", {})
    models = dict.fromkeys((*_generating(behind), *sold))
    properties["model"] = _choice(properties["model"], [*models])
    properties["prompt"] = {**properties["prompt"], "pattern": _pattern()}
    rules = [*_rules(dialect), *_limits(dialect, behind)]
    if dialect is not spoken[-1]:
        rules.append({"not": _unsaid(_own(dialect, spoken))})
    foreign = [name for one in spoken if one is not dialect for name in _own(one, spoken)]
    if dialect is spoken[-1] and foreign:
        rules.append(_unsaid(foreign))
    return {**schema, "allOf": rules}


def _choice(field: Part, names: list[str]) -> Part:
    """A field that is one of the names, or null where it may be."""
    if field["type"] == "string":
        return {**field, "enum": names}
    return {key: below for key, below in field.items() if key != "type"} | {"enum": [*names, None]}


def _own(dialect: Surface, spoken: Sequence[Surface]) -> Iterator[str]:
    """The fields that only this dialect has."""
    theirs = {name for other in spoken if other is not dialect for name in _fields(other)}
    return (name for name in _fields(dialect) if name not in theirs)


def _fields(dialect: Surface) -> Part:
    fields: Part = dialect.facts["request"]["properties"]
    return fields


def _unsaid(names: Iterable[str]) -> Part:
    """The rule for a body that says nothing in these fields."""
    return {"properties": {name: {"type": "null"} for name in names}}


def _pattern() -> str:
    """What Imagen itself demands of a prompt."""
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


def _limits(dialect: Surface, behind: Surface) -> Iterator[Part]:
    """Where a model takes less of a number than the dialect has."""
    request = dialect.facts["request"]
    for model in _generating(behind):
        fields = {
            name: {"maximum": most}
            for name, field in _fields(dialect).items()
            if (most := _most(model, behind, field)) < field.get("maximum", most)
        }
        if fields:
            named = {"required": ["model"], "properties": {"model": {"const": model}}}
            yield Wire(request).rule({"if": named, "then": {"properties": fields}}, request)


def _most(model: str, behind: Surface, field: Part) -> float:
    """The largest value of the parameter that a field stands for; infinite without a limit."""
    known = spec.model(model)
    assert known is not None  # noqa: S101
    parameters = spec.request(known.id, "generate", behind.name).schema["$defs"]["parameters"]
    parameter = parameters["properties"].get(field.get("x-parameter"), {})
    return float(parameter.get("maximum", inf))


def _renamed(rule: Part, names: Mapping[str, str]) -> Part:
    """A rule for parameters as one for the fields of a dialect."""
    return {
        "required": [names[name] for name in rule["required"]],
        "properties": {names[name]: below for name, below in rule["properties"].items()},
    }

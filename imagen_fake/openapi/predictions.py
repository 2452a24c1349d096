"""The paths of Google's own surfaces: `:predict` of every model, and the lists of models."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from imagen_fake import spec
from imagen_fake.openapi.components import Components, any_of, is_answer
from imagen_fake.openapi.contents import contents, with_place
from imagen_fake.openapi.operations import in_path, json_body, operation
from imagen_fake.openapi.rules import selection_rules
from imagen_fake.openapi.wire import Wire
from imagen_fake.pipeline.normalize import fill_defaults
from imagen_fake.predict import choose_task
from imagen_fake.spec import Model, Surface

Part = Mapping[str, Any]
Paths = Iterator[tuple[str, Part]]

VERTEX, GEMINI = "vertex", "gemini"
VERSIONS = {VERTEX: "v1", GEMINI: "v1beta"}
"""The version of a surface that is described; the others take the same."""

PUBLISHER = "publishers/google/models"
PROJECT = "projects/{project}/locations/{location}"
PLACE = [in_path("project", "my-project"), in_path("location", "us-central1")]


def vertex(components: Components) -> Paths:
    """The paths of Vertex AI, with a project and location and without, and of tuned models."""
    surface, version = spec.surface(VERTEX), VERSIONS[VERTEX]
    express, scoped = f"/{version}/{PUBLISHER}", f"/{version}/{PROJECT}/{PUBLISHER}"
    for name, model in models(surface):
        predict = _predict(components, surface, name, model)
        yield f"{scoped}/{name}:predict", {"parameters": PLACE, "post": predict("scoped")}
        yield f"{express}/{name}:predict", {"post": predict("express")}
    yield from contents(components, surface, express)
    yield from with_place(contents(components, surface, scoped))
    endpoint = in_path("endpoint", "1234567890")
    yield (
        f"/{version}/{PROJECT}/endpoints/{{endpoint}}:predict",
        {"parameters": [*PLACE, endpoint], "post": _tuned(components, surface)},
    )
    yield from _models(components, surface, express, "publisher_model")


def gemini(components: Components) -> Paths:
    """The paths of the Gemini API."""
    surface, path = spec.surface(GEMINI), f"/{VERSIONS[GEMINI]}/models"
    for name, model in models(surface):
        yield f"{path}/{name}:predict", {"post": _predict(components, surface, name, model)("")}
    yield from contents(components, surface, path)
    size, token = {"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^[0-9]{0,8}$"}
    page = [
        {"name": name, "in": "query", "schema": schema}
        for name, schema in (("pageSize", size), ("pageToken", token))
    ]
    yield from _models(components, surface, path, "model", page)


def models(surface: Surface) -> Iterator[tuple[str, Model]]:
    """The ids that a surface knows, and the model behind each."""
    for name in spec.model_ids():
        model = spec.model(name)
        if model and model.life_cycle(surface.name):
            yield name, model


def _predict(
    components: Components, surface: Surface, name: str, model: Model
) -> Callable[[str], Part]:
    """The `:predict` of one model, for any of its paths."""
    bodies = [_body(components, surface, model, task) for task in model.tasks]
    body = json_body(components, any_of(bodies), dict(examples(surface, model)))
    files = dict.fromkeys(task if is_answer(task) else "generate" for task in model.tasks)
    lines = [f"* `{task}`: {spec.task_schema(task)['title']}" for task in model.tasks]
    return lambda where: operation(
        components,
        ".".join(filter(None, [surface.name, where, "predict", name])),
        f"{model.facts['title']}: {', '.join(model.tasks)}",
        surface,
        any_of([components.answer(name) for name in files]),
        description="\n".join(["What the body asks for decides what is done:", "", *lines]),
        requestBody=body,
    )


def _body(components: Components, surface: Surface, model: Model, task: str) -> Part:
    """A reference to the bodies that ask a model for a task, and for no other."""
    schema = Wire(spec.request(model.id, task, surface.name).schema).body()
    rules = [*schema.get("allOf", ()), *selection_rules(model, task, surface.name)]
    return components.body(
        _label(surface, model), task, {**schema, "allOf": rules} if rules else schema
    )


def examples(surface: Surface, model: Model) -> Paths:
    """For each task of a model its first example that the model takes, and for that task."""
    for task in model.tasks:
        request = spec.request(model.id, task, surface.name)
        for body in request.schema["examples"]:
            takes = request.validator.is_valid(fill_defaults(request.schema, body))
            if takes and choose_task(model, body) == task:
                yield f"{_label(surface, model)}.{task}", body
                break


def _label(surface: Surface, model: Model) -> str:
    return model.id if surface.name == VERTEX else f"{surface.name}.{model.id}"


def _tuned(components: Components, surface: Surface) -> Part:
    """The `:predict` of a tuned model, which takes what the one it was tuned from takes."""
    bodies = {
        model.id: _body(components, surface, model, "generate")
        for _, model in models(surface)
        if "generate" in model.tasks
    }
    return operation(
        components,
        f"{surface.name}.tuned.predict",
        "A tuned model",
        surface,
        components.answer("generate"),
        description="It takes what the model takes that it was tuned from.",
        requestBody=json_body(components, any_of([*bodies.values()]), {}),
    )


def _models(
    components: Components, surface: Surface, path: str, file: str, query: Sequence[Part] = ()
) -> Paths:
    """The paths of the list of models and of each; `file` describes one, with an s the list."""
    names, title = [name for name, _ in models(surface)], surface.facts["title"]
    get = partial(operation, components, surface=surface)
    one = get(
        f"{surface.name}.model",
        "One model",
        result=components.answer(file),
        description=f"What {title} tells of a model.",
    )
    every = get(
        f"{surface.name}.models",
        "Every model",
        result=components.answer(f"{file}s"),
        description=f"What {title} lists.",
        parameters=[*query],
    )
    yield f"{path}/{{model}}", {"parameters": [in_path("model", names[-1], enum=names)], "get": one}
    yield path, {"get": every}

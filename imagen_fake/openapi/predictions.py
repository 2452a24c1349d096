"""The paths of Google's own surfaces: `:predict` of every model, and the lists of models."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from imagen_fake import spec
from imagen_fake.openapi.asking import chosen
from imagen_fake.openapi.components import Components, any_of, is_answer
from imagen_fake.openapi.examples import example
from imagen_fake.openapi.operations import answers, in_path, in_query, json_body, operation
from imagen_fake.openapi.wire import wire
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
    for name, known in models(surface):
        said = _predict(components, surface, name, known)
        yield f"{scoped}/{name}:predict", {"parameters": PLACE, "post": said("scoped")}
        yield f"{express}/{name}:predict", {"post": said("express")}
    endpoint = in_path("endpoint", "1234567890")
    yield (
        f"/{version}/{PROJECT}/endpoints/{{endpoint}}:predict",
        {"parameters": [*PLACE, endpoint], "post": _tuned(components, surface)},
    )
    yield f"{express}/{{model}}", _one(components, surface, "publisher_model")
    yield express, _all(components, surface, "publisher_models", [])


def gemini(components: Components) -> Paths:
    """The paths of the Gemini API."""
    surface, path = spec.surface(GEMINI), f"/{VERSIONS[GEMINI]}/models"
    for name, known in models(surface):
        yield f"{path}/{name}:predict", {"post": _predict(components, surface, name, known)("")}
    yield f"{path}/{{model}}", _one(components, surface, "model")
    page = [
        in_query("pageSize", type="integer", minimum=0),
        in_query("pageToken", type="string", pattern="^[0-9]{0,8}$"),
    ]
    yield path, _all(components, surface, "models", page)


def models(surface: Surface) -> Iterator[tuple[str, Model]]:
    """The ids that a surface knows, and the model behind each."""
    for name in spec.model_ids():
        known = spec.model(name)
        if known and known.life_cycle(surface.name):
            yield name, known


def _predict(
    components: Components, surface: Surface, name: str, known: Model
) -> Callable[[str], Part]:
    """The `:predict` of one model, for any of its paths."""
    bodies = [_body(components, surface, known, task) for task in known.tasks]
    body = json_body(components, any_of(bodies), dict(_examples(surface, known)))
    shown = answers(components, surface, _shown(components, known.tasks))
    title = f"{known.facts['title']}: {', '.join(known.tasks)}"
    return lambda where: operation(
        ".".join(filter(None, [surface.name, where, "predict", name])),
        title,
        surface,
        shown,
        description=_tasks(known),
        requestBody=body,
    )


def _tasks(known: Model) -> str:
    """What a model does, as a list in Markdown."""
    told = (f"* `{task}`: {spec.task_schema(task)['title']}" for task in known.tasks)
    return "\n".join(["What the body asks for decides what is done:", "", *told])


def _body(components: Components, surface: Surface, known: Model, task: str) -> Part:
    """A reference to the bodies that ask a model for a task, and for no other."""
    made = wire(spec.request(known.id, task, surface.name).schema)
    rules = [*made.get("allOf", ()), *chosen(known, task, surface.name)]
    return components.body(
        _label(surface, known), task, {**made, "allOf": rules} if rules else made
    )


def _examples(surface: Surface, known: Model) -> Paths:
    for task in known.tasks:
        schema = spec.request(known.id, task, surface.name).schema
        yield f"{_label(surface, known)}.{task}", example(known, task, schema)


def _label(surface: Surface, known: Model) -> str:
    return known.id if surface.name == VERTEX else f"{surface.name}.{known.id}"


def _shown(components: Components, tasks: tuple[str, ...]) -> Part:
    """What an answer of any of the tasks looks like: as the task's own file says, else pictures."""
    files = dict.fromkeys(task if is_answer(task) else "generate" for task in tasks)
    return any_of([components.answer(name) for name in files])


def _tuned(components: Components, surface: Surface) -> Part:
    """The `:predict` of a tuned model, which takes what the one it was tuned from takes."""
    bodies = {
        known.id: _body(components, surface, known, "generate")
        for _, known in models(surface)
        if "generate" in known.tasks
    }
    return operation(
        f"{surface.name}.tuned.predict",
        "A tuned model",
        surface,
        answers(components, surface, components.answer("generate")),
        description="It takes what the model takes that it was tuned from.",
        requestBody=json_body(components, any_of([*bodies.values()]), {}),
    )


def _one(components: Components, surface: Surface, file: str) -> Part:
    known = [name for name, _ in models(surface)]
    shown = answers(components, surface, components.answer(file))
    return {
        "parameters": [in_path("model", known[-1], enum=known)],
        "get": operation(
            f"{surface.name}.model",
            "One model",
            surface,
            shown,
            description=f"What {surface.facts['title']} tells of a model.",
        ),
    }


def _all(components: Components, surface: Surface, file: str, query: list[Part]) -> Part:
    shown = answers(components, surface, components.answer(file))
    return {
        "get": operation(
            f"{surface.name}.models",
            "Every model",
            surface,
            shown,
            description=f"What {surface.facts['title']} lists.",
            parameters=query,
        )
    }

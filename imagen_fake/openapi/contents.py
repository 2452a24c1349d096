"""The paths of the methods of Gemini's image models, one of each model as its body differs."""

from collections.abc import Iterator, Mapping
from typing import Any

from imagen_fake import spec
from imagen_fake.json_tree import merge
from imagen_fake.openapi.components import Components
from imagen_fake.openapi.operations import in_path, json_body, operation
from imagen_fake.openapi.wire import Wire
from imagen_fake.spec import Model, Surface

Part = Mapping[str, Any]
METHOD, STREAM, COUNT = "generateContent", "streamGenerateContent", "countTokens"
ANY_REGION = "us-central1"
RESPONSE = f"{spec.CONTENT}/response.json"
ALT: Part = {
    "name": "alt",
    "in": "query",
    "description": "How the answer is sent: as server-sent events, or as the elements of a list.",
    "schema": {"type": "string", "enum": ["sse", "json"]},
}


def contents(components: Components, surface: Surface, models: str) -> Iterator[tuple[str, Part]]:
    """The paths below that of a surface's models, such as `/v1beta/models`."""
    for name in spec.content_model_ids():
        model = spec.content_model(name)
        if model and model.life_cycle(surface.name):
            for method, make in METHODS.items():
                yield f"{models}/{name}:{method}", {"post": make(components, surface, name, model)}


def with_place(paths: Iterator[tuple[str, Part]]) -> Iterator[tuple[str, Part]]:
    """Paths with a project and a location; the example of one is where the model is served."""
    for path, item in paths:
        name, _, method = path.rpartition("/")[2].partition(":")
        model = spec.content_model(name)
        patterns = model.facts["locations"]["value"] if model else ()
        location = next((one for one in patterns if "*" not in one), ANY_REGION)
        parameters = [in_path("project", "my-project"), in_path("location", location)]
        label = item["post"]["operationId"].replace(method, f"scoped_{method}")
        yield path, {"parameters": parameters, "post": {**item["post"], "operationId": label}}


def _generate(components: Components, surface: Surface, name: str, model: Model) -> Part:
    return operation(
        components,
        f"{surface.name}.{METHOD}.{name}",
        f"{model.facts['title']}: {spec.task_schema(spec.CONTENT)['title']}",
        surface,
        components.titled("response.content", spec.read(RESPONSE)),
        description="Words and pictures in, words and a picture out. Unknown fields are refused.",
        requestBody=_body(components, surface, model),
    )


def _stream(components: Components, surface: Surface, name: str, model: Model) -> Part:
    chunk = merge(spec.read(RESPONSE), spec.read(f"{spec.CONTENT}/stream.json")["chunk"])
    return operation(
        components,
        f"{surface.name}.{STREAM}.{name}",
        f"{model.facts['title']}: the answer in chunks",
        surface,
        components.titled("response.chunk", chunk),
        streams=True,
        description="Each chunk as an event with `alt=sse`, else as an element of a list.",
        parameters=[ALT],
        requestBody=_body(components, surface, model),
    )


def _count(components: Components, surface: Surface, name: str, model: Model) -> Part:
    facts = spec.read(f"{spec.CONTENT}/count_tokens.json")
    label = f"{surface.name}.{model.id}.count"
    body = components.content_body(label, Wire(spec.count_request(model.id, surface.name)).body())
    return operation(
        components,
        f"{surface.name}.{COUNT}.{name}",
        f"{model.facts['title']}: {facts['title']}",
        surface,
        components.titled("response.count", facts["response"]),
        description="The tokens that a call would have in its prompt.",
        requestBody=json_body(components, body, {label: facts["examples"][0]}),
    )


def _body(components: Components, surface: Surface, model: Model) -> Part:
    schema = spec.content_request(model.id, surface.name).schema
    label = f"{surface.name}.{model.id}.{spec.CONTENT}"
    body = components.content_body(label, Wire(schema).body())
    return json_body(components, body, {label: schema["examples"][0]})


METHODS = {METHOD: _generate, STREAM: _stream, COUNT: _count}
"""What makes the operation of each method."""

"""The paths of `generateContent`, one of each model as its body differs."""

from collections.abc import Iterator, Mapping
from typing import Any

from imagen_fake import spec
from imagen_fake.openapi.components import Components
from imagen_fake.openapi.operations import in_path, json_body, operation
from imagen_fake.openapi.wire import Wire
from imagen_fake.spec import Model, Surface

Part = Mapping[str, Any]
METHOD = "generateContent"
ANY_REGION = "us-central1"


def contents(components: Components, surface: Surface, models: str) -> Iterator[tuple[str, Part]]:
    """The paths below that of a surface's models, such as `/v1beta/models`."""
    for name in spec.content_model_ids():
        model = spec.content_model(name)
        if model and model.life_cycle(surface.name):
            yield f"{models}/{name}:{METHOD}", {"post": _generate(components, surface, name, model)}


def with_place(paths: Iterator[tuple[str, Part]]) -> Iterator[tuple[str, Part]]:
    """Paths with a project and a location; the example of one is where the model is served."""
    for path, item in paths:
        model = spec.content_model(path.rpartition("/")[2].removesuffix(f":{METHOD}"))
        patterns = model.facts["locations"]["value"] if model else ()
        location = next((name for name in patterns if "*" not in name), ANY_REGION)
        parameters = [in_path("project", "my-project"), in_path("location", location)]
        name = item["post"]["operationId"].replace(METHOD, f"scoped_{METHOD}")
        yield path, {"parameters": parameters, "post": {**item["post"], "operationId": name}}


def _generate(components: Components, surface: Surface, name: str, model: Model) -> Part:
    schema = spec.content_request(model.id, surface.name).schema
    label = f"{surface.name}.{model.id}.{spec.CONTENT}"
    body = components.content_body(label, Wire(schema).body())
    return operation(
        components,
        f"{surface.name}.{METHOD}.{name}",
        f"{model.facts['title']}: {schema['title']}",
        surface,
        components.content_answer(),
        description="Words and pictures in, words and a picture out. Unknown fields are refused.",
        requestBody=json_body(components, body, {label: schema["examples"][0]}),
    )

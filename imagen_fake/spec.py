"""The only reader of `schemas/`: the facts about the API."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from imagen_fake.json_tree import merge, objects
from imagen_fake.schema_layers import RequestSchema, inline_refs, narrow

PACKAGED = Path(__file__).with_name("schemas")
CHECKOUT = Path(__file__).parent.parent / "schemas"
ROOT = PACKAGED if PACKAGED.is_dir() else CHECKOUT

CONTENT = "content"
"""The task of `generateContent`, and the folder of its facts."""


@dataclass(frozen=True, slots=True)
class Model:
    """One publisher model: its id and the facts of its file in `schemas/models`."""

    id: str
    facts: Mapping[str, Any]
    alias: str = ""
    """The requested id, if it is an alias of this model."""

    @property
    def name(self) -> str:
        """The requested id."""
        return self.alias or self.id

    @property
    def tasks(self) -> tuple[str, ...]:
        """The tasks of this model; the first is the default."""
        return tuple(self.facts["tasks"])

    def life_cycle(self, surface: str) -> Mapping[str, Any]:
        """ISO dates on a surface: `launched`, `deprecated`, `retired`, and the error after it."""
        cycle: Mapping[str, Any] = self.facts["lifeCycle"].get(surface, {})
        return cycle

    def size(self, resolution: str, ratio: str) -> tuple[int, int]:
        """Width and height in pixels for an aspect ratio such as `3:4`."""
        rows = table("image_sizes")["sizes"]
        width, height = rows[self.facts["sizes"][resolution]]["value"][ratio]
        return width, height


@dataclass(frozen=True, slots=True)
class Surface:
    """One dialect the service speaks: its name and the facts of `schemas/surfaces`."""

    name: str
    facts: Mapping[str, Any]

    def rewrites(self, task: str) -> bool:
        """Whether answers of a task carry the rewritten prompt."""
        return task in self.facts["rewrittenPrompt"]["value"]

    @property
    def shows_codes(self) -> bool:
        """Whether texts end in support codes."""
        return bool(self.facts["supportCodes"]["value"])

    def error(self, error_id: str) -> str:
        """The id of this surface's wording of an error."""
        renamed: Mapping[str, str] = self.facts.get("errors", {})
        return renamed.get(error_id, error_id)


@cache
def read(name: str) -> Any:
    """The parsed JSON of a file below `schemas/`."""
    return json.loads((ROOT / name).read_bytes())


def keyword_error(keyword: str) -> str:
    """The id of the error of a violated keyword of JSON Schema for which no schema names one."""
    errors: Mapping[str, str] = read("errors.json")["keywords"]
    return errors.get(keyword, errors["not"])


def table(name: str) -> Any:
    """The parsed JSON of `schemas/tables/<name>.json`."""
    return read(f"tables/{name}.json")


@cache
def model_ids() -> tuple[str, ...]:
    """Every id of a model of `:predict`, aliases included, in alphabetical order."""
    return _ids("models")


@cache
def content_model_ids() -> tuple[str, ...]:
    """Every id of a model of `generateContent`, aliases included, in alphabetical order."""
    return _ids(f"{CONTENT}/models")


def model(model_id: str) -> Model | None:
    """The model of `:predict` of that id, None if unknown.

    An alias is followed to what it stands for, which has the alias's life cycle if it has one.
    """
    return _model("models", model_id) if model_id in model_ids() else None


def content_model(model_id: str) -> Model | None:
    """The model of `generateContent` of that id, None if unknown; aliases as of `model`."""
    return _model(f"{CONTENT}/models", model_id) if model_id in content_model_ids() else None


@cache
def all_model_ids() -> tuple[str, ...]:
    """Every id of a model, those of `:predict` first."""
    return *model_ids(), *content_model_ids()


def any_model(model_id: str) -> Model | None:
    """The model of that id, whatever its methods; None if unknown."""
    return model(model_id) or content_model(model_id)


def _ids(folder: str) -> tuple[str, ...]:
    return tuple(sorted(file.name.removesuffix(".json") for file in (ROOT / folder).iterdir()))


@cache
def _model(folder: str, model_id: str) -> Model:
    facts = read(f"{folder}/{model_id}.json")
    if "aliasOf" not in facts:
        return Model(model_id, facts)
    target = _model(folder, facts["aliasOf"]["value"])
    cycle = facts.get("lifeCycle", target.facts["lifeCycle"])
    return replace(target, alias=model_id, facts={**target.facts, "lifeCycle": cycle})


@cache
def surface(name: str) -> Surface:
    """The surface of that name."""
    return Surface(name, read(f"surfaces/{name}.json"))


@cache
def surfaces() -> tuple[str, ...]:
    """The names of the surfaces that have models, in alphabetical order."""
    names = sorted(file.stem for file in (ROOT / "surfaces").iterdir())
    return tuple(name for name in names if "supportCodes" in read(f"surfaces/{name}.json"))


@cache
def picture_keys() -> tuple[str, ...]:
    """The names of the fields of an answer that are a file in base64, the longest first."""
    files = [f"responses/{file.name}" for file in (ROOT / "responses").iterdir()]
    files.append(f"{CONTENT}/response.json")
    names = {
        str(path[-1])
        for file in files
        for path, schema in objects(read(file))
        if schema.get("contentEncoding") == "base64"
    }
    return tuple(sorted(names, key=lambda name: (-len(name), name)))


@cache
def request(model_id: str, task: str, surface_name: str) -> RequestSchema:
    """The request schema of a task, narrowed by the model, the surface, and the model there.

    Raises KeyError for an unknown model.
    """
    base_model = model(model_id)
    if base_model is None:
        raise KeyError(model_id)
    schema = task_schema(task)
    surface_layer: Mapping[str, Any] = base_model.facts.get("on", {}).get(surface_name, {})
    for layer in (base_model.facts, surface(surface_name).facts, surface_layer):
        schema = narrow(schema, layer.get("tasks", {}).get(task, {}))
    return RequestSchema.of(schema)


@cache
def content_request(model_id: str, surface_name: str) -> RequestSchema:
    """The request schema of `generateContent` as a model takes it on a surface.

    Raises KeyError for an unknown model.
    """
    content = content_model(model_id)
    if content is None:
        raise KeyError(model_id)
    schema = content_message(surface_name)
    for layer in (content.facts, content.facts.get("on", {}).get(surface_name, {})):
        schema = narrow(schema, layer.get("tasks", {}).get(CONTENT, {}))
    return RequestSchema.of(schema)


@cache
def content_message(surface_name: str) -> Any:
    """The schema of the message that a surface reads, whatever the model."""
    facts = content_surface(surface_name)
    schema = narrow(task_schema(CONTENT), facts["tasks"][CONTENT])
    for name, fields in facts["remove"].items():
        removed = {"properties": dict.fromkeys(fields)}
        if not name.startswith("x-"):
            schema = merge(schema, {"$defs": {name: removed}} if name else removed)
    return schema


@cache
def count_message(surface_name: str) -> Any:
    """The schema of the message of `countTokens` that a surface reads."""
    return _counting(content_message(surface_name), surface_name)


@cache
def count_request(model_id: str, surface_name: str) -> Any:
    """The schema of the message of `countTokens` as a model takes it on a surface.

    Raises KeyError for an unknown model.
    """
    return _counting(content_request(model_id, surface_name).schema, surface_name)


def _counting(whole: Any, surface_name: str) -> Any:
    """The message that has fields of a whole request, or a request in it."""
    facts = read(f"{CONTENT}/count_tokens.json")[surface_name]
    taken = {name: whole["properties"][name] for name in facts["takes"]}
    shared = {name: whole[name] for name in ("type", "additionalProperties")}
    nested = {**shared, "title": "GenerateContentRequest", "properties": whole["properties"]}
    return {
        **shared,
        "properties": {**taken, **facts["properties"]},
        "$defs": {**whole["$defs"], "GenerateContentRequest": nested},
    }


def content_surface(name: str) -> Mapping[str, Any]:
    """What a surface does with `generateContent`: its message, headers, order of keys."""
    facts: Mapping[str, Any] = read(f"{CONTENT}/surfaces.json")[name]
    return facts


@cache
def task_schema(task: str) -> Any:
    """The request schema of a task, with what it takes over from other tasks in place."""
    if task == CONTENT:
        return read(f"{CONTENT}/request.json")
    return inline_refs(read(f"tasks/{task}.json"), lambda file: read(f"tasks/{file}"))


@cache
def meanings(task: str, field: str) -> Mapping[str, str]:
    """The operation or role that each value of a field selects in a task: its `x-means`.

    Raises KeyError for a field without any.
    """
    for path, schema in objects(task_schema(task)):
        if path[-2:] == ("properties", field) and "x-means" in schema:
            meanings: Mapping[str, str] = schema["x-means"]
            return meanings
    raise KeyError(field)


def wording(task: str, model_id: str = "") -> Mapping[str, str]:
    """The ids under which a task, or a model whatever the task, words errors, by their own ids."""
    base_model = any_model(model_id)
    own = base_model.facts.get("x-wording", {}).get("value", {}) if base_model else {}
    return {**own, **task_schema(task).get("x-wording", {}).get("value", {})}


def task_selectors(model: Model, task: str) -> list[list[str]]:
    """The groups of fields of which one must be there for a body to ask for the task.

    A field is a name, or `name=value`; without case, hyphens and underscores. No groups: nothing
    special is needed.
    """
    groups = read(f"tasks/{task}.json").get("x-asked-by", {})
    groups = model.facts["tasks"][task].get("x-asked-by", groups)
    return [
        [re.sub("[-_]", "", name).casefold() for name in group] for group in groups.get("value", [])
    ]

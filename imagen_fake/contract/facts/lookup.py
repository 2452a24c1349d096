"""The facts behind the rules of a case's request: in the task's file, or in a layer over it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.exchange import Case, Fact
from imagen_fake.contract.facts import schemas
from imagen_fake.contract.facts.facts import (
    DIALECTS,
    Steps,
    defining_pointer,
    exists,
    fact,
    join_pointer,
    split_pointer,
)


def read_value(pointer: str) -> Any:
    """The value at a pointer. Raises KeyError where there is none."""
    file, steps = split_pointer(pointer)
    return _at(spec.read(file), steps)


def error_entry(error_id: str) -> Mapping[str, Any]:
    """An error of `errors.json`: its status, message and more."""
    entry: Mapping[str, Any] = spec.read("errors.json")["errors"][error_id]
    return entry


def http_status(error_id: str) -> int:
    """The HTTP status of an error: its own, or that of its canonical code."""
    entry = error_entry(error_id)
    return int(entry.get("http") or spec.table("status_codes")["codes"][entry["status"]]["http"])


def error_fact(error_id: str) -> Fact:
    """The fact of an error's message and status."""
    return fact(join_pointer("errors.json", "errors", error_id))


def task_fact(task: str, *steps: str | int) -> Fact:
    """A fact of a task's file; without steps that of its output."""
    return fact(join_pointer(f"tasks/{task}.json", *steps))


def surface_of(case: Case) -> spec.Surface:
    """The surface whose errors and headers the case gets."""
    return spec.surface(case.surface)


def picture_size(model_id: str, resolution: str, ratio: str) -> tuple[int, int]:
    """The width and height in pixels of a model's pictures of a ratio such as `3:4`.

    Raises KeyError for an unknown model, resolution or ratio.
    """
    model = spec.model(model_id)
    row = model.facts["sizes"][resolution] if model else model_id
    width, height = spec.table("image_sizes")["sizes"][row]["value"][ratio]
    return width, height


def request_schema(case: Case) -> Any:
    """The whole schema of the case's request, with every layer laid over it."""
    return schemas.request_schema(case.model, case.task, case.surface)


def rule_fact(case: Case, *steps: str | int) -> Fact:
    """The fact behind a place in the case's request schema, in the topmost layer that has it.

    Raises KeyError where there is nothing.
    """
    return fact(defining_pointer(case.model, case.task, case.surface, steps))


def parameter_fact(case: Case, name: str, *steps: str | int) -> Fact:
    """The fact behind a parameter of the case, such as its `maximum`; `name` may have dots.

    Where the task has no such parameter, that of the task: whoever answers as if it had ignores it.
    Raises KeyError where the parameter has no such keyword.
    """
    if case.surface in DIALECTS:
        fields = request_schema(case)["properties"]
        own = next((key for key, one in fields.items() if one.get("x-parameter") == name), None)
        if own is None:  # the dialect has no such field: the parameter is that of Vertex AI
            return parameter_fact(replace(case, surface="vertex", task="generate"), name, *steps)
        return rule_fact(case, "properties", own, *(steps if exists(fields[own], steps) else ()))
    path: list[str | int] = ["$defs", "parameters"]
    for part in name.split("."):
        path += ["properties", part]
    try:
        return rule_fact(case, *path, *steps)
    except KeyError:
        if steps:
            raise
        return task_fact(case.task)


def rules_raising(case: Case, error_id: str, name: str = "", keyword: str = "") -> list[Fact]:
    """The facts that refuse a request with an error: of this keyword and parameter if given.

    A model that there is not has none.
    """
    if case.surface not in DIALECTS and spec.model(case.model) is None:
        return []
    renamed = surface_of(case).facts.get("errors", {})
    ids = {error_id, *(original for original, renaming in renamed.items() if renaming == error_id)}
    return [
        rule_fact(case, *path, violated)
        for path, violated in _raising(request_schema(case), ids)
        if (not keyword or violated == keyword) and _is_about(path, name, violated, case)
    ]


def _raising(node: Any, ids: set[str], path: tuple[str | int, ...] = ()) -> Iterator[Any]:
    """Every path with a keyword there that is refused under one of the ids."""
    if isinstance(node, list):
        for place, child in enumerate(node):
            yield from _raising(child, ids, (*path, place))
    elif isinstance(node, dict):
        own = node.get("x-errors", {}) if isinstance(node.get("x-errors", {}), dict) else {}
        generic = spec.read("errors.json")["keywords"]
        for keyword in node:
            if own.get(keyword, generic.get(keyword)) in ids:
                yield path, keyword
            restricted = node["x-restricted"] if keyword == "x-restricted" else {}
            if isinstance(restricted, dict) and ids & set(restricted.values()):
                yield path, keyword
        for key, child in node.items():
            if key not in {"x-errors", "x-source", "enum", "default", "x-restricted"}:
                yield from _raising(child, ids, (*path, key))


def _is_about(path: Steps, name: str, keyword: str, case: Case) -> bool:
    last = name.rpartition(".")[2].partition("[")[0]
    if not last or last in path:
        return True
    return keyword == "required" and last in _at(request_schema(case), path).get("required", ())


def _at(node: Any, path: Steps) -> Any:
    for step in path:
        node = node[int(step) if isinstance(node, list) else step]
    return node

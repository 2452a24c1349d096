"""Where in `schemas/` a rule of a request stands: in the task's file, or in a layer over it."""

from collections.abc import Iterator, Sequence
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.exchange import Case, Fact
from imagen_fake.contract.facts.facts import DIALECTS, fact, origin, parted, spelled, stands

Steps = Sequence[str | int]


def pointer(file: str, *steps: str | int) -> str:
    """The pointer to what stands in a file below `schemas/`."""
    return spelled(file, steps)


def value(pointer: str) -> Any:
    """What stands at a pointer. Raises KeyError where there is nothing."""
    file, steps = parted(pointer)
    return _at(spec.read(file), steps)


def error_fact(error_id: str) -> Fact:
    """The fact of an error's words and status."""
    return fact(pointer("errors.json", "errors", error_id))


def task_fact(task: str, *steps: str | int) -> Fact:
    """A fact of a task's file; without steps what the task puts out."""
    return fact(pointer(f"tasks/{task}.json", *steps))


def model_file(case: Case) -> str:
    """The file of the case's model, an alias followed to what it stands for."""
    known = spec.model(case.model)
    return f"models/{known.id if known else case.model}.json"


def speaking(case: Case) -> spec.Surface:
    """The surface whose errors and headers the case gets."""
    return spec.surface(case.surface)


def effective(case: Case) -> Any:
    """The whole schema of the case's request, with every layer laid over it."""
    if case.surface in DIALECTS:
        return spec.surface(case.surface).facts["request"]
    return spec.request(case.model, case.task, case.surface).schema


def rule(case: Case, *steps: str | int) -> Fact:
    """The fact behind what stands at `steps` in the case's effective schema.

    It is in the topmost layer that says it. Raises KeyError where nothing stands there.
    """
    return fact(origin(case.model, case.task, case.surface, steps))


def parameter(case: Case, name: str, *steps: str | int) -> Fact:
    """The fact behind a parameter of the case, such as its `maximum`; `name` may have dots."""
    if case.surface in DIALECTS:
        own = _own_name(case, name)
        if own is None:
            return parameter(_behind(case), name, *steps)
        return rule(case, "properties", own, *(steps if _has(case, own, steps) else ()))
    path: list[str | int] = ["$defs", "parameters"]
    for part in name.split("."):
        path += ["properties", part]
    return rule(case, *path, *steps)


def refusing(case: Case, error_id: str, name: str = "", keyword: str = "") -> list[Fact]:
    """The facts that refuse a request with an error: of this keyword and parameter if named."""
    renamed = {error_id, *_unworded(case, error_id)}
    return [
        rule(case, *path, found)
        for path, found in _raising(effective(case), renamed)
        if (not keyword or found == keyword) and _is_about(path, name, found, case)
    ]


def _raising(node: Any, ids: set[str], path: tuple[str | int, ...] = ()) -> Iterator[Any]:
    """Every path with a keyword there that is refused under one of the ids."""
    if isinstance(node, list):
        for place, child in enumerate(node):
            yield from _raising(child, ids, (*path, place))
    elif isinstance(node, dict):
        named = node.get("x-errors", {}) if isinstance(node.get("x-errors", {}), dict) else {}
        generic = spec.read("errors.json")["keywords"]
        for keyword in node:
            if named.get(keyword, generic.get(keyword)) in ids:
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
    return keyword == "required" and last in _at(effective(case), path).get("required", ())


def _unworded(case: Case, error_id: str) -> Iterator[str]:
    """The ids under which the row knows an error that the task or surface calls differently."""
    renamed = speaking(case).facts.get("errors", {})
    yield from (known for known, shown in renamed.items() if shown == error_id)


def _at(node: Any, path: Steps) -> Any:
    for step in path:
        node = node[int(step) if isinstance(node, list) else step]
    return node


def _has(case: Case, own: str, steps: Steps) -> bool:
    return stands(effective(case)["properties"][own], steps)


def _own_name(case: Case, name: str) -> str | None:
    """What an images surface calls a parameter of Imagen; None if it has no such field."""
    fields = spec.surface(case.surface).facts["request"]["properties"].items()
    return next((own for own, field in fields if field.get("x-parameter") == name), None)


def _behind(case: Case) -> Case:
    """The same case as the service behind an images surface is asked."""
    return Case(case.name, "vertex", case.model, "generate", case.body, case.broken, case.facts)

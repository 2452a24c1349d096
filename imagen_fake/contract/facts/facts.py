"""Every graded fact of `schemas/` by its pointer, and which file defines what of a request.

A pointer is a file below `schemas/`, `#`, and a JSON pointer (RFC 6901) within it.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.exchange import Fact
from imagen_fake.json_tree import objects

Steps = tuple[str | int, ...]
"""The keys and indexes from the top of a JSON document down to a place in it."""

FIELD_DEPTH = 3
"""How many steps lead to the fields of the instance or of the parameters in a request's schema."""

DIALECTS = tuple(name for name in spec.surfaces() if "request" in spec.surface(name).facts)
"""The surfaces that have a request schema of their own."""


@cache
def all_facts() -> Mapping[str, Fact]:
    """Every object of `schemas/` that carries a grade, by its pointer, file by file."""
    return {fact.pointer: fact for file in files() for fact in _facts_of(file)}


@cache
def files() -> tuple[str, ...]:
    """The names of all files below `schemas/`, in alphabetical order."""
    return tuple(
        sorted(path.relative_to(spec.ROOT).as_posix() for path in spec.ROOT.rglob("*.json"))
    )


@cache
def fact(pointer: str) -> Fact:
    """The fact at a pointer, graded by itself or else by the nearest object around it.

    Raises KeyError where there is nothing, or nothing around it is graded.
    """
    around = all_facts()[graded_ancestor(pointer)]
    return Fact(pointer, around.grade, around.source)


@cache
def graded_ancestor(pointer: str) -> str:
    """The pointer of the nearest graded object at or around a place. Raises KeyError."""
    file, steps = split_pointer(pointer)
    if file not in files() or not exists(spec.read(file), steps):
        raise KeyError(pointer)
    for length in range(len(steps), -1, -1):
        around = join_pointer(file, *steps[:length])
        if around in all_facts():
            return around
    raise KeyError(pointer)


@cache
def is_graded(pointer: str) -> bool:
    """Whether there is something at a pointer, and it or an object around it has a grade."""
    try:
        return bool(graded_ancestor(pointer))
    except KeyError:
        return False


def defining_pointer(model: str, task: str, surface: str, steps: Steps) -> str:
    """The pointer of the file that has the last word on a place in a request's schema.

    `steps` lead to a keyword in `spec.request(model, task, surface).schema`, such as
    `("$defs", "parameters", "properties", "seed", "maximum")`. A layer that removes a keyword by
    null has the last word, too. Raises KeyError where no file defines it.
    """
    if surface in DIALECTS:
        file, steps = f"surfaces/{surface}.json", ("request", *steps)
        if not exists(spec.read(file), steps):
            raise KeyError(join_pointer(file, *steps))
        return join_pointer(file, *steps)
    narrower = _in_layer(steps)
    for file, place in reversed(list(layers(model, task, surface))):
        if narrower and is_graded(join_pointer(file, *place, *narrower)):
            return join_pointer(file, *place, *narrower)
    return _through_references(f"tasks/{task}.json", steps)


def model_file(model_id: str) -> str:
    """The file of a model; of an alias that of the model behind it."""
    model = spec.model(model_id)
    return f"models/{model.id if model else model_id}.json"


def layers(model: str, task: str, surface: str) -> Iterator[tuple[str, Steps]]:
    """The files laid over a task's request, the last one on top, and the place in each."""
    file = model_file(model)
    yield file, ("tasks", task)
    yield f"surfaces/{surface}.json", ("tasks", task)
    yield file, ("on", surface, "tasks", task)


def join_pointer(file: str, *steps: str | int) -> str:
    """The pointer to a place in a file below `schemas/`."""
    escaped = (str(step).replace("~", "~0").replace("/", "~1") for step in steps)
    return f"{file}#" + "".join(f"/{step}" for step in escaped)


def split_pointer(pointer: str) -> tuple[str, tuple[str, ...]]:
    """The file and the steps of a pointer; indexes stay strings."""
    file, _, path = pointer.partition("#")
    steps = path.split("/")[1:]
    return file, tuple(step.replace("~1", "/").replace("~0", "~") for step in steps)


def exists(node: Any, steps: Sequence[str | int]) -> bool:
    """Whether there is something at a place, null included."""
    for step in steps:
        if isinstance(node, list) and str(step).isdecimal() and int(step) < len(node):
            node = node[int(step)]
        elif isinstance(node, Mapping) and step in node:
            node = node[str(step)]
        else:
            return False
    return True


def _facts_of(file: str) -> Iterator[Fact]:
    for steps, node in objects(spec.read(file)):
        if "x-grade" in node:
            source = node.get("x-source", ())
            sources = (source,) if isinstance(source, str) else tuple(source)
            yield Fact(join_pointer(file, *steps), node["x-grade"], sources)


def _in_layer(steps: Steps) -> Steps | None:
    """The place in a layer of a schema's `$defs/<part>/properties/…`; None for other places."""
    below_a_part = len(steps) > FIELD_DEPTH and steps[0] == "$defs" and steps[2] == "properties"
    return (steps[1], *steps[FIELD_DEPTH:]) if below_a_part else None


def _through_references(file: str, steps: Steps) -> str:
    """The pointer of a place in a task's schema; a `$ref` is followed unless a sibling wins."""
    node = spec.read(file)
    for number, step in enumerate(steps):
        if isinstance(node, Mapping) and step not in node and ".json#" in node.get("$ref", ""):
            target, path = split_pointer(f"tasks/{node['$ref']}")
            numbered = (int(one) if one.isdecimal() else one for one in path)
            return _through_references(target, (*numbered, *steps[number:]))
        if not exists(node, (step,)):
            raise KeyError(join_pointer(file, *steps))
        node = node[step]
    return join_pointer(file, *steps)

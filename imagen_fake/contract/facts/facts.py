"""Every graded fact of `schemas/` by its pointer, and which file says what about a request.

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

PART = 3
"""How many steps lead to the fields of the instance or of the parameters in a request's schema."""

DIALECTS = tuple(name for name in spec.surfaces() if "request" in spec.surface(name).facts)
"""The surfaces that spell a request in a schema of their own."""


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
    """What stands at a pointer, graded by itself or else by the nearest object around it.

    Raises KeyError where nothing stands, or nothing around it is graded.
    """
    around = all_facts()[holder(pointer)]
    return Fact(pointer, around.grade, around.source)


@cache
def holder(pointer: str) -> str:
    """The pointer of the nearest graded object at or around a place. Raises KeyError."""
    file, steps = parted(pointer)
    if file not in files() or not stands(spec.read(file), steps):
        raise KeyError(pointer)
    for length in range(len(steps), -1, -1):
        around = spelled(file, steps[:length])
        if around in all_facts():
            return around
    raise KeyError(pointer)


def origin(model: str, task: str, surface: str, steps: Steps) -> str:
    """The pointer of the file that has the last word on a place in a request's schema.

    `steps` lead to a keyword in `spec.request(model, task, surface).schema`, such as
    `("$defs", "parameters", "properties", "seed", "maximum")`. A layer that takes a keyword away
    by null has the last word, too. Raises KeyError where nobody says anything.
    """
    if surface in DIALECTS:
        return _standing(f"surfaces/{surface}.json", ("request", *steps))
    narrower = _in_layer(steps)
    for file, place in reversed(list(layers(model, task, surface))):
        if narrower and _graded(file, (*place, *narrower)):
            return spelled(file, (*place, *narrower))
    return _through_references(f"tasks/{task}.json", steps)


def keyword(model: str, task: str, surface: str, path: str, name: str) -> str:
    """The pointer of a keyword of a parameter, such as `maximum` of `outputOptions.mimeType`.

    Fields of the instance start with `instances[0].`; items of a list are spelled `[0]`. Raises
    KeyError where nobody says anything.
    """
    part, _, inner = path.replace("instances[0]", "instances", 1).partition(".")
    if surface in DIALECTS:
        return origin(model, task, surface, ("properties", path, name))
    steps: list[str | int] = ["$defs", "instance" if part == "instances" else "parameters"]
    for field in (inner if part == "instances" else path).split("."):
        steps += ["properties", field.partition("[")[0]]
        steps += ["items"] * field.count("[")
    return origin(model, task, surface, (*steps, name))


def layers(model: str, task: str, surface: str) -> Iterator[tuple[str, Steps]]:
    """The files laid over a task's request, the last one on top, and where they speak of it."""
    known = spec.model(model)
    file = f"models/{known.id if known else model}.json"
    yield file, ("tasks", task)
    yield f"surfaces/{surface}.json", ("tasks", task)
    yield file, ("on", surface, "tasks", task)


def spelled(file: str, steps: Sequence[str | int]) -> str:
    """A file and the steps below its top as a pointer."""
    escaped = (str(step).replace("~", "~0").replace("/", "~1") for step in steps)
    return f"{file}#" + "".join(f"/{step}" for step in escaped)


def parted(pointer: str) -> tuple[str, tuple[str, ...]]:
    """The file and the steps of a pointer; indexes stay texts."""
    file, _, path = pointer.partition("#")
    steps = path.split("/")[1:]
    return file, tuple(step.replace("~1", "/").replace("~0", "~") for step in steps)


def stands(node: Any, steps: Sequence[str | int]) -> bool:
    """Whether something stands at a place, null included."""
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
            yield Fact(spelled(file, steps), node["x-grade"], sources)


def _graded(file: str, steps: Steps) -> bool:
    """Whether a file says something with a grade at a place; not if it only passes through it."""
    try:
        return bool(holder(spelled(file, steps)))
    except KeyError:
        return False


def _in_layer(steps: Steps) -> Steps | None:
    """Where a layer has what a schema has at `$defs/<part>/properties/…`; None of other places."""
    below_a_part = len(steps) > PART and steps[0] == "$defs" and steps[2] == "properties"
    return (steps[1], *steps[PART:]) if below_a_part else None


def _standing(file: str, steps: Steps) -> str:
    if not stands(spec.read(file), steps):
        raise KeyError(spelled(file, steps))
    return spelled(file, steps)


def _through_references(file: str, steps: Steps) -> str:
    """The pointer of a place in a task's schema; a `$ref` is followed unless a sibling wins."""
    node = spec.read(file)
    for number, step in enumerate(steps):
        if isinstance(node, Mapping) and step not in node and ".json#" in node.get("$ref", ""):
            file, path = _target(node["$ref"])
            return _through_references(file, (*path, *steps[number:]))
        if not stands(node, (step,)):
            raise KeyError(spelled(file, steps))
        node = node[step]
    return spelled(file, steps)


def _target(reference: str) -> tuple[str, Steps]:
    """The file and the steps that a `$ref` to a task's file leads to."""
    file, path = parted(f"tasks/{reference}")
    return file, tuple(int(step) if step.isdecimal() else step for step in path)

"""Every graded fact of `schemas/`, by the pointer that names it."""

from functools import cache
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.exchange import Fact


@cache
def fact(pointer: str) -> Fact:
    """What stands at a pointer, graded by itself or else by the nearest object around it.

    Raises KeyError where there is nothing.
    """
    file, _, path = pointer.partition("#")
    node: Any = spec.read(file)
    graded = node
    for step in path.split("/")[1:]:
        step = step.replace("~1", "/").replace("~0", "~")
        node = node[int(step) if isinstance(node, list) else step]
        if isinstance(node, dict) and "x-grade" in node:
            graded = node
    source = graded.get("x-source", ())
    return Fact(pointer, graded["x-grade"], (source,) if isinstance(source, str) else tuple(source))

"""The schemas of answers, below `schemas/responses`."""

from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from imagen_fake import spec

BASE = "https://imagen-fake.example/schemas/"


def response_file(task: str) -> str:
    """The file with the schema of a task's answers; most tasks answer as generating does."""
    file = f"responses/{task}.json"
    return file if (spec.ROOT / file).is_file() else "responses/generate.json"


@cache
def validator(file: str) -> Draft202012Validator:
    """What holds an answer against such a file, which may refer to the others."""
    files = [f"responses/{each.name}" for each in sorted((spec.ROOT / "responses").iterdir())]
    registry = Registry[Any]().with_contents(
        ((f"{BASE}{name}", spec.read(name)) for name in files),
        default_specification=DRAFT202012,
    )
    return Draft202012Validator(spec.read(file), registry=registry)

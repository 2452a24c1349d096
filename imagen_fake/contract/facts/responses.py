"""The schemas of answers, below `schemas/responses`."""

import json
from functools import cache

import jsonschema_rs

from imagen_fake import spec

BASE = "https://imagen-fake.example/schemas/"


def response_file(task: str) -> str:
    """The file with the schema of a task's answers; most tasks answer as generating does."""
    file = f"responses/{task}.json"
    return file if (spec.ROOT / file).is_file() else "responses/generate.json"


@cache
def validator(file: str) -> jsonschema_rs.Draft202012Validator:
    """What holds an answer against such a file, which may refer to the others."""
    registry = jsonschema_rs.Registry([
        (f"{BASE}responses/{each.name}", json.loads(each.read_bytes()))
        for each in sorted((spec.ROOT / "responses").iterdir())
    ])  # fmt: skip
    return jsonschema_rs.Draft202012Validator(spec.read(file), registry=registry)

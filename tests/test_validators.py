"""What the schemas say is the same to the reference validator as to the one that is used here."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from referencing import Registry, Resource

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.contract.bodies.cases import operation_cases, operations
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.bodies.repair import minimal_body
from imagen_fake.contract.facts.responses import BASE, response_file, validator
from tests.calls import predict
from tests.conftest import target
from tests.sweep import sweep

GOOGLE = [operation for operation in operations() if operation.surface == "vertex"]
SCORES = [number / 10 for number in range(11)]
NO_SCORES = [-0.1, 0.05, 0.25, 0.35, 0.71, 1.1, 2, "0.3", None, True]


@cache
def reference(file: str) -> jsonschema.Draft202012Validator:
    """Python's jsonschema, over a schema of answers."""
    folder = sorted((spec.ROOT / "responses").iterdir())
    named = [(f"{BASE}responses/{one.name}", json.loads(one.read_bytes())) for one in folder]
    registry: Any = Registry().with_resources(
        (name, Resource.from_contents(schema)) for name, schema in named
    )
    return jsonschema.Draft202012Validator(spec.read(file), registry=registry)


def elements(score: Any) -> list[dict[str, Any]]:
    """Every element of an answer that has scores."""
    scored = {"safetyAttributes": {"categories": ["Violence"], "scores": [score]}}
    picture = {"mimeType": "image/png", **scored}
    return [
        {"bytesBase64Encoded": "iVBORw0KGgo=", **picture},
        {"gcsUri": "gs://bucket/1234567890123/sample_0.png", **picture},
        {"contentType": "Positive Prompt", **scored},
    ]


@sweep(("score", "taken"), [*((one, True) for one in SCORES),
                                              *((one, False) for one in NO_SCORES)])  # fmt: skip
def test_every_validator_takes_tenths_and_nothing_else(score: Any, taken: bool) -> None:
    file = "responses/generate.json"
    for element in elements(score):
        answer = json.loads(json.dumps({"predictions": [element]}))
        assert validator(file).is_valid(answer) is taken
        assert reference(file).is_valid(answer) is taken


@sweep("operation", GOOGLE, ids=lambda operation: f"{operation.model} {operation.task}")
def test_an_answer_is_taken_by_every_validator(operation: Operation) -> None:
    body = minimal_body(operation)
    if "includeSafetyAttributes" in operation.schema_at(("parameters",))["properties"]:
        body["parameters"] = {**body.get("parameters", {}), "includeSafetyAttributes": True}
    answer = json.loads(predict(target(operation.model), json.dumps(body).encode(), Config()).body)
    file = response_file(operation.task)
    assert list(validator(file).iter_errors(answer)) == []
    assert list(reference(file).iter_errors(answer)) == []


def patterns(node: Any) -> Iterator[str]:
    """Every pattern of strings in a schema."""
    if isinstance(node, dict):
        if isinstance(node.get("pattern"), str):
            yield node["pattern"]
        node = [child for key, child in node.items() if not key.startswith("x-")]
    if isinstance(node, list):
        for child in node:
            yield from patterns(child)


PATTERNS = sorted({
    pattern
    for path in sorted(spec.ROOT.rglob("*.json"))
    if path.parent.name in {"tasks", "models", "responses", "surfaces"}
    for pattern in patterns(json.loads(path.read_bytes()))
})  # fmt: skip
ODD = [chr(code) for code in range(0x3001) if chr(code).isspace()] + ["\u200b", "\u2060", "\ufeff"]
"""Blanks, and what looks like them: validators do not agree on which of them `\\s` takes."""


@sweep("pattern", PATTERNS)
def test_every_validator_finds_a_pattern_in_the_same_texts(pattern: str) -> None:
    ours = jsonschema_rs.Draft202012Validator({"pattern": pattern})
    other = jsonschema.Draft202012Validator({"pattern": pattern})
    texts = [text for odd in ODD for text in (odd, f"a{odd}b")]
    assert [one for one in texts if ours.is_valid(one) is not other.is_valid(one)] == []


@pytest.mark.parametrize("operation", list(operations()), ids=str)
def test_every_validator_takes_and_refuses_the_same_requests(operation: Operation) -> None:
    other = jsonschema.Draft202012Validator(operation.document)
    for case in operation_cases(operation):
        filled = operation.with_defaults(
            operation.without_ignored(case.body, operation.document), operation.document
        )
        assert other.is_valid(filled) is operation.validator.is_valid(filled), case.name

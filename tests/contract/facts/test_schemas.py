"""The kit puts a request's schema together by itself, and comes to what the fake has."""

import json

import pytest

from imagen_fake import spec
from imagen_fake.contract.bodies.cases import operations
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.facts.facts import DIALECTS
from imagen_fake.contract.facts.schemas import request_schema, task_schema
from tests.sweep import sweep


@sweep("operation", [one for one in operations() if one.surface not in DIALECTS])
def test_the_fake_puts_every_schema_together_in_the_same_way(operation: Operation) -> None:
    own = request_schema(operation.model, operation.task, operation.surface)
    theirs = spec.request(operation.model, operation.task, operation.surface).schema
    assert json.dumps(own) == json.dumps(theirs)


def test_a_layer_changes_what_the_task_says_and_a_null_removes_it() -> None:
    general = task_schema("generate")["$defs"]["parameters"]["properties"]["sampleCount"]
    narrow = request_schema("imagen-4.0-ultra-generate-001", "generate", "vertex")
    assert narrow["$defs"]["parameters"]["properties"]["sampleCount"]["type"] == general["type"]
    gemini = request_schema("imagen-4.0-generate-001", "generate", "gemini")
    assert gemini["$defs"]["parameters"]["properties"]["seed"]["not"] == {}


def test_what_stands_in_another_file_is_in_place() -> None:
    text = json.dumps(task_schema("caption"))
    assert ".json#" not in text
    assert "storageUri" in text


def test_an_unknown_task_is_no_schema() -> None:
    with pytest.raises(FileNotFoundError):
        task_schema("unknown")

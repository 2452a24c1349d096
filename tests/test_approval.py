"""Projects that Google did not approve for pictures of adults."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from imagen_fake import spec
from imagen_fake.cli.main import main
from imagen_fake.config import Config
from imagen_fake.contract.bodies.cases import operations
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.bodies.repair import minimal_body
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.predict import Target
from tests.calls import predict
from tests.conftest import RESOURCE

PEOPLE = ["a man in a garden", "a smiling woman", "portrait of a firefighter"]


def chooses(operation: Operation) -> bool:
    """Whether prompt and person generation decide what is shown."""
    if operation.surface not in {"vertex", "gemini"}:
        return False
    prompt = operation.schema_at(("instances", 0))["properties"].get("prompt", {"x-effect": "none"})
    person = operation.schema_at(("parameters",))["properties"].get(
        "personGeneration", {"x-effect": "none"}
    )
    return "x-effect" not in prompt and "x-effect" not in person


CHOOSING = [operation for operation in operations() if chooses(operation)]
each_form = pytest.mark.parametrize(
    "operation",
    CHOOSING,
    ids=lambda operation: f"{operation.surface} {operation.model} {operation.task}",
)


def outcome(operation: Operation, prompt: str, *, approved: bool = False, **parameters: Any) -> str:
    """The id of the refusal; empty where there is none."""
    body = minimal_body(operation)
    body["instances"][0]["prompt"] = prompt
    body["parameters"] = {**body.get("parameters", {}), **parameters}
    resource = (
        RESOURCE + operation.model if operation.surface == "vertex" else f"models/{operation.model}"
    )
    asked = Target(spec.surface(operation.surface), resource)
    try:
        predict(asked, json.dumps(body).encode(), Config(approved=approved))
    except ApiError as error:
        return error.id
    return ""


@each_form
def test_people_need_an_approved_project(operation: Operation) -> None:
    choices = operation.schema_at(("parameters", "personGeneration"))["enum"]
    for choice in choices:
        chosen = {"personGeneration": choice}
        if outcome(operation, "a red apple", approved=True, **chosen) == "gemini_allow_all":
            continue
        refused = "" if choice == "dont_allow" else "person_generation_allow_adult"
        assert outcome(operation, "a man in a garden", **chosen) == refused
        assert outcome(operation, "a red apple", **chosen) == ""
        assert outcome(operation, "a man in a garden", approved=True, **chosen) == ""


@pytest.mark.parametrize("prompt", PEOPLE)
def test_whoever_the_prompt_speaks_of_is_refused_by_default(prompt: str) -> None:
    operation = Operation("imagen-4.0-generate-001", "generate", "vertex")
    assert outcome(operation, prompt) == "person_generation_allow_adult"


def test_check_says_so(tmp_path: Path) -> None:
    request = tmp_path / "request.json"
    request.write_text(json.dumps({"instances": [{"prompt": "a man"}], "parameters": {}}))
    command = ["check", str(request), "--model", "imagen-4.0-generate-001"]
    refused = CliRunner().invoke(main, [*command, "--not-approved"])
    assert refused.exit_code == 1
    assert "'Allow (Adults only)' option" in refused.output
    assert CliRunner().invoke(main, command).exit_code == 0

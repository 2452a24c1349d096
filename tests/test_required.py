"""What documents require or rule out when pictures are edited, in every model, task and surface."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import grpc
import pytest

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.contract.bodies.cases import operations
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.bodies.repair import minimal_body
from imagen_fake.pipeline.errors import ApiError
from tests import rpc
from tests.calls import predict
from tests.conftest import RESOURCE, target
from tests.http import call

MODES = ["MASK_MODE_USER_PROVIDED", "MASK_MODE_BACKGROUND", "MASK_MODE_DEFAULT"]
INSERTION = "EDIT_MODE_INPAINT_INSERTION"


def of(*tasks: str) -> list[Operation]:
    """What can be asked on Vertex AI of some tasks."""
    return [
        operation
        for operation in operations()
        if operation.surface == "vertex" and operation.task in tasks
    ]


def each(found: list[Operation]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "operation", found, ids=lambda operation: f"{operation.model} {operation.task}"
    )


def outcome(operation: Operation, body: Any, *, strict: bool = False) -> str:
    """The id of the refusal; empty where there is none."""
    try:
        predict(target(operation.model), json.dumps(body).encode(), Config(strict=strict))
    except ApiError as error:
        return error.id
    return ""


def mask_of(body: Any) -> Any:
    references = body["instances"][0]["referenceImages"]
    return next(one for one in references if one["referenceType"] == "REFERENCE_TYPE_MASK")


@each(of("edit"))
def test_a_mask_says_its_mode(operation: Operation) -> None:
    body = minimal_body(operation)
    assert outcome(operation, body) == ""
    for config in ({}, {"dilation": 0.01}, None):
        mask_of(body)["maskImageConfig"] = config or {}
        if config is None:
            del mask_of(body)["maskImageConfig"]
        assert outcome(operation, body) == "mask_mode_missing"


@each(of("edit"))
@pytest.mark.parametrize("mode", MODES)
def test_a_mask_edit_says_its_mode_whatever_that_of_the_mask(
    operation: Operation, mode: str
) -> None:
    body = minimal_body(operation)
    mask_of(body)["maskImageConfig"] = {"maskMode": mode}
    for mode_of_edit in spec.task_schema("edit")["$defs"]["parameters"]["properties"]["editMode"][
        "enum"
    ]:
        body["parameters"]["editMode"] = mode_of_edit
        assert outcome(operation, body) == ""
    del body["parameters"]["editMode"]
    assert outcome(operation, body) == "edit_mode_missing"
    del body["parameters"]
    assert outcome(operation, body) == "edit_mode_missing"


@each(of("edit"))
def test_equal_ids_are_taken_with_a_mask(operation: Operation) -> None:
    body = minimal_body(operation)
    for one in body["instances"][0]["referenceImages"]:
        one["referenceId"] = 1
    assert outcome(operation, body, strict=True) == ""


@each(of("edit"))
@pytest.mark.parametrize("mode", ["INPAINT_INSERTION", "INPAINT_REMOVAL", "OUTPAINT", "BGSWAP"])
def test_a_mode_that_edits_wants_a_picture(operation: Operation, mode: str) -> None:
    body = {"instances": [{"prompt": "x"}], "parameters": {"editMode": f"EDIT_MODE_{mode}"}}
    assert outcome(operation, body) == "picture_missing"


@each(of("edit", "customize"))
def test_steps_have_no_upper_bound_and_guidance_may_be_a_fraction(operation: Operation) -> None:
    body = minimal_body(operation)
    body["parameters"] |= {"guidanceScale": 60.5, "baseSteps": 500}
    assert outcome(operation, body, strict=True) == ""
    body["parameters"] |= {"baseSteps": 0}
    assert outcome(operation, body) == "keyword_range"


@each(of("legacy_edit"))
def test_an_edit_of_before_imagen_3_has_a_prompt_that_may_be_empty(operation: Operation) -> None:
    body = minimal_body(operation)
    for prompt in ("a hat", ""):
        body["instances"][0]["prompt"] = prompt
        assert outcome(operation, body) == ""
    del body["instances"][0]["prompt"]
    assert outcome(operation, body) == "prompt_missing"


def pictures(node: Any) -> Iterator[dict[str, Any]]:
    """Every picture in a body."""
    if isinstance(node, dict) and "bytesBase64Encoded" in node:
        yield node
    elif isinstance(node, dict | list):
        for child in node.values() if isinstance(node, dict) else node:
            yield from pictures(child)


SENDING = [
    operation
    for operation in operations()
    if operation.surface == "vertex" and [*pictures(minimal_body(operation))]
]


@each(SENDING)
def test_a_picture_is_in_one_place(operation: Operation) -> None:
    for place, _ in enumerate(pictures(minimal_body(operation))):
        body = copy.deepcopy(minimal_body(operation))
        picture = list(pictures(body))[place]
        picture["gcsUri"] = "gs://bucket/apple.png"
        assert outcome(operation, body) == "picture_twice"


@each(of("upscale"))
def test_scores_of_an_upscale_are_ignored_with_a_warning(operation: Operation) -> None:
    body = minimal_body(operation)
    body["parameters"]["includeSafetyAttributes"] = True
    answer = predict(target(operation.model), json.dumps(body).encode(), Config())
    assert "includeSafetyAttributes has no effect" in " ".join(answer.warnings)
    assert "safetyAttributes" not in json.loads(answer.body)["predictions"][0]
    assert outcome(operation, body, strict=True) == "strict_warning"


@pytest.mark.parametrize("value", [5, True, {"a": 1}, ["x"], "words"])
def test_what_has_no_effect_has_no_type(value: Any) -> None:
    operation = Operation("imagen-3.0-generate-002", "generate", "vertex")
    body = {"instances": [{"prompt": "x"}], "parameters": {"negativePrompt": value}}
    assert outcome(operation, body) == ""
    assert outcome(operation, body, strict=True) == "strict_warning"


@pytest.mark.parametrize("lacking", ["maskMode", "editMode"])
def test_every_door_says_what_is_required(lacking: str, url: str) -> None:
    body = minimal_body(Operation("imagen-3.0-capability-001", "edit", "vertex"))
    mask_of(body)["maskImageConfig"].pop(lacking, None)
    body["parameters"].pop(lacking, None)
    path = f"{RESOURCE}imagen-3.0-capability-001"
    refused = call(url, f"/v1/{path}:predict", body)
    assert refused.status == 400
    assert f"{lacking} is required" in refused.message
    with rpc.channel() as channel, pytest.raises(grpc.RpcError) as caught:
        rpc.call(channel, "Predict", {"endpoint": path, **body})
    assert f"{lacking} is required" in str(caught.value)

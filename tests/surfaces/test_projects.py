"""The project of a call, on every surface."""

import json

import grpc
import pytest

from imagen_fake.state.state import State
from imagen_fake.testing.in_process import InProcess
from imagen_fake.testing.messages import Request, Response
from tests import rpc
from tests.conftest import RESOURCE
from tests.sweep import sweep

MODEL = "imagen-4.0-generate-001"
VERTEX = f"/v1/projects/own/locations/us-central1/publishers/google/models/{MODEL}:predict"
PATHS = {
    VERTEX: "own",
    "/v1beta1/projects/own/locations/us-central1/endpoints/1:predict": "own",
    f"/v1/publishers/google/models/{MODEL}:predict": "",
    f"/v1beta/models/{MODEL}:predict": "",
    f"/v1beta/projects/own/models/{MODEL}:predict": "own",
    "/v1/images/generations": "",
    "/v1beta/openai/images/generations": "",
    "/nothing": "",
}
GUARDED = ["/_fake/reset", "/storage/v1/b", "/token", "/computeMetadata/v1/"]


def post(state: State, path: str, **headers: str) -> Response:
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    body = json.dumps({"instances": [{"prompt": "a cat"}], "model": MODEL, "prompt": "a cat"})
    return InProcess(state).ask(Request("POST", f"http://fake{path}", sent, body.encode()))


@sweep("path", PATHS)
def test_the_header_names_the_project_of_a_call_and_goes_before_its_path(path: str) -> None:
    state = State()
    post(state, path)
    post(state, path, X_Imagen_Fake_Project="mine")
    assert [called.project for called in state.journal] == [PATHS[path], "mine"]


@sweep("path", [*PATHS, *GUARDED])
def test_a_header_that_names_no_project_is_refused_in_words(path: str) -> None:
    refused = post(State(), path, X_Imagen_Fake_Project="not one")
    assert refused.status == 400
    assert b"X-Imagen-Fake-Project is 'not one'; expected is a project's name" in refused.body


def over_grpc(state: State, *metadata: tuple[str, str]) -> None:
    with rpc.channel(state=state) as to:
        body = {"endpoint": RESOURCE + MODEL, "instances": [{"prompt": "a cat"}]}
        rpc.call(to, "Predict", body, metadata=metadata)


def test_over_grpc_the_resource_or_the_metadata_name_it() -> None:
    state = State()
    over_grpc(state)
    over_grpc(state, ("x-imagen-fake-project", "mine"))
    assert [called.project for called in state.journal] == ["p", "mine"]
    with pytest.raises(grpc.RpcError, match="X-Imagen-Fake-Project is 'not one'"):
        over_grpc(state, ("x-imagen-fake-project", "not one"))


@sweep("path", PATHS)
def test_a_page_may_send_the_header(path: str) -> None:
    preflight = [
        (b"origin", b"https://app.example"),
        (b"access-control-request-method", b"POST"),
        (b"access-control-request-headers", b"content-type,x-imagen-fake-project"),
    ]
    answer = InProcess(State()).ask(Request("OPTIONS", f"http://fake{path}", preflight))
    assert answer.status == 200
    assert "x-imagen-fake-project" in (answer.header("access-control-allow-headers") or "")

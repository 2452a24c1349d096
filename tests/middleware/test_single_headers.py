from typing import Any

import grpc
import pytest
from google.protobuf import json_format

from imagen_fake.app import create_app
from imagen_fake.middleware.guards import SINGLE_HEADERS
from imagen_fake.server import grpc as grpc_server
from imagen_fake.state.state import State
from imagen_fake.surfaces.vertex_messages import message
from imagen_fake.testing.messages import Request
from tests import rpc
from tests.asgi import answer
from tests.conftest import RESOURCE
from tests.server.test_http_limits import BODY, CLOSE, PATH, asked
from tests.sweep import sweep

PATHS = [PATH, "/v1/images/generations", "/_fake/reset", "/storage/v1/b", "/nothing"]
NAMES = sorted(name.decode() for name in SINGLE_HEADERS)


@sweep("path", PATHS)
@sweep("name", NAMES)
def test_what_may_stand_once_is_refused_twice(url: str, name: str, path: str) -> None:
    sent = {"host": "localhost", "content-length": str(len(BODY)), name: "1"}
    lines = "".join(f"{key}: {value}\r\n" for key, value in sent.items())
    repeated = f"{name.title()}: {sent[name]}\r\n"
    status, _ = asked(url, f"POST {path} HTTP/1.1\r\n{CLOSE}{lines}{repeated}\r\n", BODY)
    assert status == 400


@pytest.mark.anyio
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", NAMES)
async def test_in_process_as_well_and_the_header_is_named(name: str, path: str) -> None:
    headers = [(name.encode(), b"1"), (name.upper().encode(), b"2")]
    made = await answer(
        create_app(), Request("POST", f"http://localhost{path}", headers, BODY.encode())
    )
    assert (made.status, f"more than one {name} header".encode() in made.body) == (400, True)


@pytest.mark.anyio
async def test_others_may_be_repeated() -> None:
    headers = [(b"accept", b"a/b"), (b"accept", b"c/d")]
    made = await answer(
        create_app(), Request("POST", f"http://localhost{PATH}", headers, BODY.encode())
    )
    assert made.status == 200


@pytest.mark.parametrize("name", ["authorization", "x-goog-api-key", "x-imagen-fake"])
def test_over_grpc_as_well(name: str) -> None:
    of = rpc.method("Predict")
    body = {"endpoint": RESOURCE + "imagen-4.0-generate-001", "instances": [{"prompt": "a cat"}]}
    request = json_format.ParseDict(body, message(of.input_type)())
    with (
        grpc_server.serve_grpc(State(), "127.0.0.1", 0, None) as port,
        grpc.insecure_channel(f"127.0.0.1:{port}") as to,
    ):
        stub: Any = to.unary_unary(f"/{of.containing_service.full_name}/{of.name}")
        with pytest.raises(grpc.RpcError) as refused:
            stub(request.SerializeToString(), timeout=30, metadata=[(name, "1"), (name, "2")])
        assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert f"more than one {name} header" in str(refused.value.details())


@pytest.mark.anyio
@pytest.mark.parametrize("path", PATHS)
async def test_the_refusal_is_in_the_journal_unless_it_was_for_the_fake(path: str) -> None:
    state = State()
    headers = [(b"authorization", b"Bearer a"), (b"authorization", b"Bearer b")]
    await answer(create_app(state=state), Request("POST", f"http://localhost{path}", headers))
    entered = [] if path in ("/_fake/reset", "/storage/v1/b") else [(400, path)]
    assert [(called.status, called.path) for called in state.journal] == entered

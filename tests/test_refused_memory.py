"""What is refused is forgotten at once: nothing waits for the garbage collector."""

import gc
import json
import tracemalloc
from asyncio import run
from collections.abc import Callable
from contextlib import suppress
from time import monotonic, sleep

import grpc
import pytest
from starlette.types import ASGIApp

from imagen_fake.app import create_app
from imagen_fake.config import Config
from imagen_fake.pipeline.payload import MAX_BYTES
from imagen_fake.state.state import State
from imagen_fake.testing.messages import Request
from tests import rpc
from tests.asgi import answer
from tests.conftest import RESOURCE

LARGE = 4 * 2**20
MOST_KEPT = LARGE // 4
TIMES = 3
PICTURE = b'{"instances": [{"prompt": "", "image": {"bytesBase64Encoded": "%b"}}]}'

VERTEX = f"/v1/{RESOURCE}imagen-4.0-generate-001:predict"
UPSCALE = f"/v1/{RESOURCE}imagen-4.0-upscale-preview:predict"
DOORS = [
    VERTEX,
    UPSCALE,
    "/v1beta/models/imagen-4.0-generate-001:predict",
    "/v1/images/generations",
    "/_fake/rules",
    "/storage/v1/b",
]
BODIES = {
    "no JSON": b"x" * (MAX_BYTES - 9),
    "a text that does not end": b'{"instances": "' + b"x" * (MAX_BYTES - 99),
    "no UTF-8": b'"' + b"\xff" * (MAX_BYTES - 9) + b'"',
    "a comma too much": b'["' + b"x" * (MAX_BYTES - 99) + b'",,]',
    "too deep": b"[" * 3000 + b" " * (MAX_BYTES - 3999),
    "half a surrogate": b'["\\ud800", "' + b"x" * (MAX_BYTES - 99) + b'"]',
    "too much JSON": b" " * LARGE + b"{}",
    "too much": b" " * (2 * LARGE),
    "a long text": json.dumps({"instances": [{"prompt": "x " * (LARGE // 8)}]}).encode(),
    "no instances": b'{"a": "' + b"x" * (MAX_BYTES - 99) + b'"}',
    "a picture where none is": PICTURE % (b"A" * LARGE),
    "no base64": PICTURE % (b"!" * LARGE),
    "a picture that does not end": b'{"instances": [{"image": '
    b'{"bytesBase64Encoded": "' + b"A" * LARGE,
}


@pytest.fixture(scope="module", autouse=True)
def frozen() -> None:
    """Have the garbage collector leave alone what other tests have left."""
    gc.collect()
    gc.freeze()


def kept_of(work: Callable[[], None]) -> int:
    """How many bytes are kept of what some work took, without a garbage collector.

    Threads that have answered may still be about to put down what they worked on.
    """
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        before, deadline = tracemalloc.get_traced_memory()[0], monotonic() + 10
        work()
        while (kept := tracemalloc.get_traced_memory()[0] - before) > MOST_KEPT:
            if monotonic() > deadline:
                break
            sleep(0.01)
        return kept
    finally:
        tracemalloc.stop()
        gc.enable()


def refused(app: ASGIApp, path: str, body: bytes) -> None:
    async def ask() -> int:
        return (await answer(app, Request("POST", f"http://localhost{path}", body=body))).status

    assert run(ask()) >= 400


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("path", DOORS)
def test_a_refused_body_is_not_kept(path: str, kind: str) -> None:
    app = create_app(state=State(Config(max_body_bytes=3 * LARGE // 2)))
    refused(app, path, BODIES[kind])  # what is read once is read now

    def ask_again() -> None:
        for number in range(TIMES):
            refused(app, path, BODIES[kind] + b" " * number)

    assert kept_of(ask_again) < MOST_KEPT


@pytest.mark.parametrize("endpoint", ["imagen-4.0-generate-001", "imagen-9"])
def test_a_refused_message_is_not_kept(endpoint: str) -> None:
    asked = {"endpoint": RESOURCE + endpoint, "instances": [{"prompt": "x " * (LARGE // 2)}]}
    with rpc.channel() as to:

        def ask() -> None:
            for _ in range(TIMES):
                with suppress(grpc.RpcError):
                    rpc.call(to, "Predict", asked)

        ask()
        assert kept_of(ask) < MOST_KEPT

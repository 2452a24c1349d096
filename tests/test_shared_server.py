"""Tests of many workers share one served fake: each with a project, and rules, of its own."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, NamedTuple

import grpc
import pytest

from imagen_fake.config import Config
from imagen_fake.server.grpc import serve_grpc
from imagen_fake.server.http import serve_in_thread
from imagen_fake.state.state import State
from tests import rpc
from tests.http import call

MODEL = "imagen-4.0-generate-001"
MODELS = "publishers/google/models"
VERTEX = f"/v1/projects/{{project}}/locations/us-central1/{MODELS}/{MODEL}:predict"
ROUNDS, CALLS = 5, 4


class Served(NamedTuple):
    url: str
    grpc_port: int


class Client(NamedTuple):
    """A program under test: how it names its project, where it asks, which rule it has."""

    project: str
    path: str
    rule: str
    statuses: list[int]

    def ask(self, served: Served) -> int:
        if self.path == "gRPC":
            return self.ask_grpc(served)
        named = {} if "{project}" in self.path else {"X-Imagen-Fake-Project": self.project}
        body: dict[str, Any] = {
            "instances": [{"prompt": "a cat"}],
            "parameters": {"sampleCount": 1},
        }
        if self.path.endswith("generations"):
            body = {"model": MODEL, "prompt": "a cat"}
        path = self.path.format(project=self.project)
        return call(served.url, path, body, **named).status

    def ask_grpc(self, served: Served) -> int:
        at = f"projects/{self.project}/locations/us-central1/{MODELS}/{MODEL}"
        with grpc.insecure_channel(f"127.0.0.1:{served.grpc_port}", rpc.ANY_SIZE) as channel:
            try:
                rpc.call(channel, "Predict", {"endpoint": at, "instances": [{"prompt": "a cat"}]})
            except grpc.RpcError as error:
                return {grpc.StatusCode.UNAVAILABLE: 503}[error.code()]
        return 200

    def control(self, served: Served, method: str, path: str, body: Any = None) -> Any:
        answered = call(served.url, f"/_fake/{path}?project={self.project}", body, method=method)
        assert answered.status == 200
        return answered.json


CLIENTS = (
    Client("path-1", VERTEX, "error=503 times=1", [503, 200, 200, 200]),
    Client("path-2", VERTEX, "error=429 times=2", [429, 429, 200, 200]),
    Client("path-3", VERTEX, "quota=3 clock=manual", [200, 200, 200, 429]),
    Client("123456789012", VERTEX, "error=500 after=2", [200, 200, 500, 500]),
    Client("express", f"/v1/{MODELS}/{MODEL}:predict", "error=400", [400] * 4),
    Client("gemini", f"/v1beta/models/{MODEL}:predict", "error=503 after=3", [200] * 3 + [503]),
    Client("images", "/v1/images/generations", "error=429 after=1 times=1", [200, 429, 200, 200]),
    Client("grpc", "gRPC", "error=503 times=3", [503, 503, 503, 200]),
)


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    state = State(Config())
    with serve_in_thread(state=state) as url, serve_grpc(state, "127.0.0.1", 0) as port:
        yield Served(url, port)


def one_test(client: Client, served: Served) -> Mapping[str, Any]:
    """What a test of one worker does, and what it sees."""
    client.control(served, "POST", "reset")
    client.control(served, "POST", "rules", {"directives": client.rule, "name": "mine"})
    statuses = [client.ask(served) for _ in range(CALLS)]
    [rule] = client.control(served, "GET", "rules")["rules"]
    calls = client.control(served, "GET", "calls")["calls"]
    return {
        "statuses": statuses,
        "recorded": [one["status"] for one in calls],
        "projects": {one["project"] for one in calls},
        "rule": (rule["name"], rule["project"], rule["directives"], rule["seen"]),
    }


def test_eight_parallel_clients_with_different_rules_hear_nothing_of_one_another(
    served: Served,
) -> None:
    start = Barrier(len(CLIENTS))

    def work(client: Client) -> list[Mapping[str, Any]]:
        start.wait(30)
        return [one_test(client, served) for _ in range(ROUNDS)]

    with ThreadPoolExecutor(len(CLIENTS)) as threads:
        seen = list(threads.map(work, CLIENTS))
    for client, rounds in zip(CLIENTS, seen, strict=True):
        expected = {
            "statuses": client.statuses,
            "recorded": client.statuses,
            "projects": {client.project},
            "rule": ("mine", client.project, client.rule, CALLS),
        }
        assert rounds == [expected] * ROUNDS, client


def test_a_reset_of_all_forgets_every_project(served: Served) -> None:
    for client in CLIENTS[:2]:
        one_test(client, served)
    call(served.url, "/_fake/reset", method="POST")
    assert call(served.url, "/_fake/calls").json == {"calls": []}
    assert call(served.url, "/_fake/rules").json == {"rules": []}

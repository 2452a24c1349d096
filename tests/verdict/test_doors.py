"""The same mistakes, made over each protocol and surface."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import grpc
import httpx
import pytest

import imagen_fake
from imagen_fake.server.embedded import serve
from imagen_fake.state.state import State
from imagen_fake.testing.fake import Fake
from imagen_fake.verdict.verdict import judge_entries
from tests import rpc
from tests.conftest import RESOURCE
from tests.verdict.making import entry

MODEL = "imagen-4.0-generate-001"
VERTEX = f"/v1/{RESOURCE}{MODEL}:predict"
GEMINI = f"/v1beta/models/{MODEL}:predict"
OPENAI = "/v1beta/openai/images/generations"
AIML = "/v1/images/generations"

Ask = Callable[[str, Any], None]
"""Sends a prompt and parameters; errors are ignored, as bad clients do."""


@contextmanager
def over_http(path: str) -> Iterator[tuple[Fake, Ask]]:
    def ask(prompt: str, parameters: Any) -> None:
        body = {"instances": [{"prompt": prompt}], "parameters": parameters}
        httpx.post(fake.url + path, json=body)

    with serve() as fake:
        yield fake, ask


@contextmanager
def in_process(url: str) -> Iterator[tuple[Fake, Ask]]:
    def ask(prompt: str, parameters: Any) -> None:
        body = {"instances": [{"prompt": prompt}], "parameters": parameters}
        httpx.post(url, json=body)

    with imagen_fake.intercept() as fake:
        yield fake, ask


@contextmanager
def as_openai(path: str) -> Iterator[tuple[Fake, Ask]]:
    def ask(prompt: str, parameters: Any) -> None:
        counted = {"n": parameters["sampleCount"]} if "sampleCount" in parameters else {}
        others = {name: value for name, value in parameters.items() if name != "sampleCount"}
        httpx.post(fake.url + path, json={"model": MODEL, "prompt": prompt, **counted, **others})

    with serve() as fake:
        yield fake, ask


def call(channel: grpc.Channel, prompt: str, parameters: Any) -> None:
    asked = {"instances": [{"prompt": prompt}], "parameters": parameters}
    with suppress(grpc.RpcError):
        rpc.call(channel, "Predict", {"endpoint": RESOURCE + MODEL, **asked})


@contextmanager
def over_grpc() -> Iterator[tuple[Fake, Ask]]:
    state = State()
    with rpc.channel(state=state) as channel:
        yield Fake(state), partial(call, channel)


@contextmanager
def grpc_in_process() -> Iterator[tuple[Fake, Ask]]:
    with imagen_fake.intercept() as fake:
        secure = grpc.ssl_channel_credentials()
        with grpc.secure_channel("us-central1-aiplatform.googleapis.com:443", secure) as channel:
            yield fake, partial(call, channel)


DOORS: dict[str, Any] = {
    "vertex": lambda: over_http(VERTEX),
    "gemini": lambda: over_http(GEMINI),
    "grpc": over_grpc,
    "grpc in process": grpc_in_process,
    "in process": lambda: in_process(f"https://us-central1-aiplatform.googleapis.com{VERTEX}"),
    "openai": lambda: as_openai(OPENAI),
    "aiml": lambda: as_openai(AIML),
}


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_mistakes_are_found_behind_every_door(door: Any) -> None:
    with door() as (fake, ask):
        fake.rule("error=503 times=2 after=3")
        ask("", {"sampleCount": 1})
        ask("", {"sampleCount": 1})
        ask("a red apple", {"sampleCount": 1, "nonsense": 1})
        for _ in range(3):
            ask("a pear", {"sampleCount": 1})
        calls, found = fake.calls, fake.verdict(as_of="2030-01-01").findings
    expected = {"retried-error", "ignored-field", "retired-model"}
    assert {one.check for one in found} >= expected
    assert {one.client.user_agent.partition("/")[0] for one in found if one.client} <= {
        "python-httpx", "grpc-python",
    }  # fmt: skip
    assert [call.status for call in calls[:2]] == [400, 400]


def test_spending_is_what_a_resellers_answers_say() -> None:
    with serve() as fake:
        total = 0.0
        for model in ("google/imagen-4.0-fast-generate-001", "imagen-3.0-generate-002"):
            body = {"model": model, "prompt": "a red apple", "num_images": 2}
            answer = httpx.post(fake.url + AIML, json=body).json()
            total += answer["meta"]["usage"]["usd_spent"]
        assert fake.verdict().spending.usd == round(total, 6) > 0


def steps(count: int) -> int:
    """How many functions of Python a verdict on so many calls calls."""
    entries = [entry(n / 10, (400, 503, 200)[n % 3], number=n, body=b"%d" % (n // 9))
               for n in range(count)]  # fmt: skip
    calls = 0

    def profile(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    judge_entries(entries)  # what is cached is cached now
    outer = sys.getprofile()
    sys.setprofile(profile)
    try:
        judge_entries(entries)
    finally:
        sys.setprofile(outer)
    return calls


def test_a_verdict_takes_time_in_proportion_to_the_calls() -> None:
    assert steps(8000) < 8.5 * steps(1000)

"""niquests brings an urllib3 of its own, which takes the place of the usual one."""

import asyncio
from collections.abc import Iterator
from typing import Any

import niquests
import pytest
import requests
import urllib3

import imagen_fake
from imagen_fake.testing.fake import Fake
from imagen_fake.testing.routing import NetworkBlocked

URL = (
    "https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1"
    "/publishers/google/models/imagen-4.0-generate-001:predict"
)
PLAIN = "http://metadata.google.internal/computeMetadata/v1/project/project-id"
PLAIN_HEADERS = {"metadata-flavor": "Google"}


@pytest.fixture(autouse=True)
def fake() -> Iterator[Fake]:
    with imagen_fake.intercept(block_network=True) as fake:
        yield fake


def body(prompt: str = "an apple") -> Any:
    return {"instances": [{"prompt": prompt}], "parameters": {"sampleCount": 1}}


@pytest.mark.parametrize("library", [niquests, requests])
def test_sessions_are_answered(library: Any, fake: Fake) -> None:
    with library.Session() as session:
        made = [session.post(URL, json=body(), timeout=60).json() for _ in range(2)]
        assert (
            session.get(PLAIN, headers=PLAIN_HEADERS, timeout=60).text == fake.state.config.project
        )
    assert made[0] == made[1]
    assert len(made[0]["predictions"]) == 1
    assert fake.assert_called_with(prompt="an apple").number == 2


def test_its_urllib3_is_answered() -> None:
    with urllib3.PoolManager() as pool:
        assert pool.request("POST", URL, json=body()).status == 200


def test_calls_that_share_a_connection_are_answered(fake: Fake) -> None:
    with niquests.Session(multiplexed=True) as session:
        replies = [session.post(URL, json=body(f"{number} apples")) for number in range(3)]
        session.gather()
        assert [reply.status_code for reply in replies] == [200] * 3
    assert sorted(called.prompt for called in fake.calls) == ["0 apples", "1 apples", "2 apples"]


def test_calls_on_an_event_loop_are_answered(fake: Fake) -> None:
    async def ask() -> list[int]:
        async with niquests.AsyncSession() as session:
            replies = [session.post(URL, json=body(f"{number} apples")) for number in range(3)]
            plain = await session.get(PLAIN, headers=PLAIN_HEADERS)
            assert plain.text == fake.state.config.project
            return [reply.status_code for reply in await asyncio.gather(*replies)]

    assert asyncio.run(ask()) == [200] * 3


@pytest.mark.parametrize(
    ("directive", "error"),
    [("drop", niquests.ConnectionError), ("delay=100", niquests.ReadTimeout)],
)
def test_faults_are_its_own_errors(directive: str, error: type[Exception]) -> None:
    async def ask() -> None:
        async with niquests.AsyncSession() as session:
            await session.post(URL, json=body(f"a [fake: {directive}]"), timeout=0.3)

    with pytest.raises(error):
        niquests.post(URL, json=body(f"a [fake: {directive}]"), timeout=0.3)
    with pytest.raises(error):
        asyncio.run(ask())


def test_other_hosts_may_be_blocked() -> None:
    with pytest.raises(NetworkBlocked):
        niquests.get("http://127.0.0.1:9", timeout=5)
    with pytest.raises(NetworkBlocked):
        asyncio.run(niquests.aget("http://127.0.0.1:9", timeout=5))

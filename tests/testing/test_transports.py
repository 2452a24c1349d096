import asyncio
import gc
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any

import httpx
import httpx2
import pytest

import imagen_fake
from imagen_fake.config import Config
from imagen_fake.state.state import State

URL = "https://any.example/v1/publishers/google/models/imagegeneration%40006:predict"
HEALTH = "https://any.example/_fake/health"


def body(prompt: str = "a red apple") -> Any:
    return {"instances": [{"prompt": prompt}], "parameters": {"sampleCount": 1}}


@pytest.fixture(params=[httpx, httpx2], ids=lambda module: module.__name__)
def library(request: pytest.FixtureRequest) -> ModuleType:
    module: ModuleType = request.param
    return module


@pytest.fixture
def transport(library: Any) -> Iterator[Any]:
    with imagen_fake.transport(library=library.__name__) as made:
        yield made


def test_a_client_gets_a_picture(library: Any, transport: Any) -> None:
    with library.Client(transport=transport) as client:
        reply = client.post(URL, json=body())
    assert (reply.status_code, len(reply.json()["predictions"])) == (200, 1)


@pytest.mark.anyio
async def test_an_asynchronous_client_gets_a_picture(library: Any, transport: Any) -> None:
    async with library.AsyncClient(transport=transport) as client:
        reply = await client.post(URL, json=body())
    assert (reply.status_code, len(reply.json()["predictions"])) == (200, 1)


def test_a_refusal_is_an_answer(library: Any, transport: Any) -> None:
    with library.Client(transport=transport) as client:
        reply = client.post("https://any.example/nowhere", json=body())
    assert reply.status_code == 404
    assert reply.json()["error"]["status"] == "NOT_FOUND"


def test_an_answer_may_be_streamed(library: Any, transport: Any) -> None:
    with library.Client(transport=transport) as client:
        with client.stream("POST", URL, json=body()) as reply:
            whole = b"".join(reply.iter_bytes(1000))
        assert whole == client.post(URL, json=body()).content


def test_a_dropped_connection_is_a_read_error(library: Any, transport: Any) -> None:
    with library.Client(transport=transport) as client, pytest.raises(library.ReadError) as caught:
        client.post(URL, json=body("an apple [fake: drop]"))
    assert str(caught.value.request.url) == URL


@pytest.mark.anyio
async def test_an_asynchronous_clients_dropped_connection_is_one_too(
    library: Any, transport: Any
) -> None:
    async with library.AsyncClient(transport=transport) as client:
        with pytest.raises(library.ReadError):
            await client.post(URL, json=body("an apple [fake: drop]"))


def test_a_late_answer_is_a_timeout(library: Any, transport: Any) -> None:
    client = library.Client(transport=transport, timeout=0.05)
    with client, pytest.raises(library.ReadTimeout):
        client.post(URL, json=body("an apple [fake: delay=100]"))


@pytest.mark.anyio
async def test_an_asynchronous_clients_late_answer_is_one_too(library: Any, transport: Any) -> None:
    async with library.AsyncClient(transport=transport, timeout=0.05) as client:
        with pytest.raises(library.ReadTimeout):
            await client.post(URL, json=body("an apple [fake: delay=100]"))


def test_threads_may_share_a_client(library: Any, transport: Any) -> None:
    with library.Client(transport=transport) as client, ThreadPoolExecutor(8) as threads:
        replies = threads.map(lambda number: client.post(URL, json=body(f"{number}")), range(24))
        assert len({reply.content for reply in replies}) == 24


def test_event_loops_may_share_a_transport(library: Any, transport: Any) -> None:
    async def asked() -> int:
        async with library.AsyncClient(transport=transport) as client:
            status: int = (await client.get(HEALTH)).status_code
            return status

    assert [asyncio.run(asked()) for _ in range(2)] == [200, 200]


def test_a_transport_may_be_used_again(library: Any, transport: Any) -> None:
    for _ in range(2):
        with library.Client(transport=transport) as client:
            assert client.get(HEALTH).status_code == 200


def test_it_is_a_transport_of_both_kinds(library: Any, transport: Any) -> None:
    assert isinstance(transport, library.BaseTransport)
    assert isinstance(transport, library.AsyncBaseTransport)


def test_settings_are_followed() -> None:
    with httpx.Client(transport=imagen_fake.transport(Config(auth="any"))) as client:
        assert client.post(URL, json=body()).status_code == 401


def test_a_state_may_be_given() -> None:
    state = State(Config())
    with httpx.Client(transport=imagen_fake.transport(state=state)) as client:
        client.post(URL, content=json.dumps(body()))
    assert len(state.journal) == 1


def test_a_transport_that_is_dropped_leaves_no_thread() -> None:
    before = set(threading.enumerate())
    client = httpx.Client(transport=imagen_fake.transport())
    assert client.get(HEALTH).status_code == 200
    left = [thread for thread in threading.enumerate() if thread not in before]
    del client
    gc.collect()
    for thread in left:
        thread.join(2)
    assert not any(thread.is_alive() for thread in left)

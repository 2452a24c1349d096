"""Imagen and other models with one client of httpx, httpx2 and aiohttp."""

import ssl
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import httpx2
import pytest
import websockets

import imagen_fake
from imagen_fake.auth.credential import UnsignedIssuer
from tests.real_service import BODY, GEMINI, HOST, IMAGEN, RealService, real_service
from tests.tunnel import tunnel

Ask = Callable[..., Coroutine[Any, Any, Any]]
"""Posts to a path with some headers; the JSON of the answer."""

TOKEN = {"authorization": f"Bearer {UnsignedIssuer().issue('access', 'alice', 60)}"}
REFUSALS = 120
"""More than the connections that a client of httpx may have."""


def context(service: RealService) -> Any:
    return ssl.create_default_context(cafile=service.ca) if service.ca else True


@asynccontextmanager
async def sync_client(library: Any, service: RealService) -> AsyncIterator[Ask]:
    with library.Client(verify=context(service), trust_env=False) as client:

        async def ask(path: str, headers: Any = None) -> Any:
            return client.post(service.base + path, json=BODY, headers=headers).json()

        yield ask


@asynccontextmanager
async def async_client(library: Any, service: RealService) -> AsyncIterator[Ask]:
    async with library.AsyncClient(verify=context(service), trust_env=False) as client:

        async def ask(path: str, headers: Any = None) -> Any:
            return (await client.post(service.base + path, json=BODY, headers=headers)).json()

        yield ask


@asynccontextmanager
async def aiohttp_session(_: Any, service: RealService) -> AsyncIterator[Ask]:
    async with aiohttp.ClientSession() as session:

        async def ask(path: str, headers: Any = None) -> Any:
            url, tls = service.base + path, context(service)
            async with session.post(url, json=BODY, headers=headers, ssl=tls) as answer:
                return await answer.json()

        yield ask


CLIENTS = [
    pytest.param(sync_client, httpx, id="httpx"),
    pytest.param(sync_client, httpx2, id="httpx2"),
    pytest.param(async_client, httpx, id="httpx, async"),
    pytest.param(async_client, httpx2, id="httpx2, async"),
    pytest.param(aiohttp_session, aiohttp, id="aiohttp"),
]
each = pytest.mark.parametrize(("client", "library"), CLIENTS)

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["http", "https"])
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RealService]:
    with real_service(tmp_path if request.param == "https" else None) as service:
        yield service


@each
async def test_each_request_of_a_client_gets_to_whom_it_is_for(
    client: Any, library: Any, service: RealService
) -> None:
    async with client(library, service) as ask:
        with imagen_fake.intercept() as fake:
            for path in (IMAGEN, GEMINI, IMAGEN, GEMINI, GEMINI):
                assert ("predictions" in await ask(path)) is (path == IMAGEN)
        assert await ask(GEMINI) == {"by": "the real service"}
    assert len(fake.calls) == 2
    assert service.paths == [GEMINI] * 4


@each
async def test_a_token_of_the_fake_does_not_go_out(
    client: Any, library: Any, service: RealService
) -> None:
    async with client(library, service) as ask:
        with imagen_fake.intercept():
            for _ in range(2):
                for _ in range(REFUSALS):
                    with pytest.raises(imagen_fake.NetworkBlocked, match="carries a credential"):
                        await ask(GEMINI, TOKEN)
                assert "predictions" in await ask(IMAGEN, TOKEN)
                assert await ask(GEMINI) == {"by": "the real service"}
    assert service.paths == [GEMINI] * 2


@pytest.mark.parametrize("library", [httpx, httpx2])
async def test_a_token_of_the_fake_does_not_go_out_through_a_proxy(
    library: Any, service: RealService
) -> None:
    with tunnel() as connecting, imagen_fake.intercept():
        proxy = connecting if service.ca else service.base.replace(HOST, "127.0.0.1")
        options = {"proxy": proxy, "verify": context(service), "trust_env": False}
        url = service.base + GEMINI if service.ca else f"http://{HOST}{GEMINI}"
        with library.Client(**options) as client:
            for _ in range(REFUSALS):
                with pytest.raises(imagen_fake.NetworkBlocked, match="carries a credential"):
                    client.post(url, headers=TOKEN)
            assert client.post(url).json() == {"by": "the real service"}
        async with library.AsyncClient(**options) as opened:
            for _ in range(REFUSALS):
                with pytest.raises(imagen_fake.NetworkBlocked, match="carries a credential"):
                    await opened.post(url, headers=TOKEN)
            assert (await opened.post(url)).json() == {"by": "the real service"}
    assert service.paths == [GEMINI] * 2


@each
async def test_what_is_not_ours_is_refused_where_the_network_is_blocked(
    client: Any, library: Any, service: RealService
) -> None:
    async with client(library, service) as ask:
        await ask(GEMINI)
        with imagen_fake.intercept(block_network=True):
            with pytest.raises(imagen_fake.NetworkBlocked, match=GEMINI):
                await ask(GEMINI)
            assert "predictions" in await ask(IMAGEN)
    assert service.paths == [GEMINI]


@each
async def test_what_is_not_ours_may_be_refused(
    client: Any, library: Any, service: RealService
) -> None:
    async with client(library, service) as ask:
        with imagen_fake.intercept(unknown="refuse"):
            with pytest.raises(imagen_fake.NetworkBlocked, match=f"{HOST}{GEMINI} was refused"):
                await ask(GEMINI)
            assert "predictions" in await ask(IMAGEN)
    assert service.paths == []


async def test_a_websocket_does_not_take_a_token_of_the_fake_along() -> None:
    url = f"wss://{HOST}/ws/google.ai.generativelanguage.v1beta.GenerativeService"
    with imagen_fake.intercept():
        for headers in (TOKEN, [("x-own", "1"), *TOKEN.items()]):
            with pytest.raises(imagen_fake.NetworkBlocked, match="carries a credential"):
                await websockets.connect(url, additional_headers=headers)
    with (
        imagen_fake.intercept(block_network=True),
        pytest.raises(imagen_fake.NetworkBlocked, match="GenerativeService was blocked"),
    ):
        await websockets.connect(url)


async def test_another_websocket_is_left_alone() -> None:
    async def echo(socket: websockets.ServerConnection) -> None:
        await socket.send(await socket.recv())

    async with websockets.serve(echo, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        with imagen_fake.intercept():
            async with websockets.connect(
                f"ws://127.0.0.1:{port}", additional_headers=TOKEN
            ) as client:
                await client.send("hello")
                assert await client.recv() == "hello"

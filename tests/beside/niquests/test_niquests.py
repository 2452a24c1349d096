"""niquests brings an urllib3 of its own; Imagen's calls are the fake's, others go on."""

import asyncio
import socket
from collections.abc import Iterator
from typing import Any

import niquests
import pytest

from imagen_fake import Fake, NetworkBlocked
from imagen_fake.auth.credential import UnsignedIssuer
from tests.beside.asking import GOOGLE, MODELS, PATH, body
from tests.beside.own_server import own_server

URL = f"{GOOGLE}{MODELS}/gemini-2.5-pro:generateContent"
TOKEN = {"authorization": f"Bearer {UnsignedIssuer().issue('access', 'alice', 60)}"}


def post(session: Any, url: str, headers: dict[str, str] | None = None) -> Any:
    return session.post(url, json=body(), headers=headers, timeout=30).json()


async def post_async(session: Any, url: str, headers: dict[str, str] | None = None) -> Any:
    return (await session.post(url, json=body(), headers=headers, timeout=30)).json()


def test_pictures_and_others(imagen_intercept: Fake) -> None:
    with own_server() as own, niquests.Session() as session:
        for _ in range(2):
            assert len(post(session, GOOGLE + PATH)["predictions"]) == 2
            assert post(session, f"{own}/own") == {"path": "/own"}
    assert len(imagen_intercept.calls) == 2


def test_pictures_and_others_on_an_event_loop(imagen_intercept: Fake) -> None:
    async def ask(own: str) -> None:
        async with niquests.AsyncSession() as session:
            for _ in range(2):
                assert len((await post_async(session, GOOGLE + PATH))["predictions"]) == 2
                assert await post_async(session, f"{own}/own") == {"path": "/own"}

    with own_server() as own:
        asyncio.run(ask(own))
    assert len(imagen_intercept.calls) == 2


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Google's own name, led to a server of this machine."""
    real = socket.getaddrinfo

    def getaddrinfo(host: Any, *arguments: Any, **keywords: Any) -> Any:
        return real("127.0.0.1" if "googleapis" in str(host) else host, *arguments, **keywords)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with own_server() as url:
        yield url.replace("127.0.0.1", GOOGLE.removeprefix("https://"))


def test_both_of_one_host(imagen_intercept: Fake, google: str) -> None:
    with niquests.Session() as session:
        for _ in range(2):
            assert len(post(session, google + PATH)["predictions"]) == 2
            for _ in range(2):
                assert post(session, f"{google}/v1/files") == {"path": "/v1/files"}
    assert len(imagen_intercept.calls) == 2


def test_both_of_one_host_on_an_event_loop(imagen_intercept: Fake, google: str) -> None:
    async def ask() -> None:
        async with niquests.AsyncSession() as session:
            for _ in range(2):
                assert len((await post_async(session, google + PATH))["predictions"]) == 2
                for _ in range(2):
                    answer = await post_async(session, f"{google}/v1/files")
                    assert answer == {"path": "/v1/files"}

    asyncio.run(ask())
    assert len(imagen_intercept.calls) == 2


@pytest.mark.usefixtures("imagen_intercept")
def test_a_token_of_the_fake_does_not_go_out() -> None:
    async def ask() -> None:
        async with niquests.AsyncSession() as session:
            await post_async(session, URL, TOKEN)

    with niquests.Session() as session:
        assert len(post(session, GOOGLE + PATH, TOKEN)["predictions"]) == 2
        with pytest.raises(NetworkBlocked, match="carries a credential"):
            post(session, URL, TOKEN)
        assert len(post(session, GOOGLE + PATH, TOKEN)["predictions"]) == 2
    with pytest.raises(NetworkBlocked, match="carries a credential"):
        asyncio.run(ask())

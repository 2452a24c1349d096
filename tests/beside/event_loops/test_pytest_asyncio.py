"""Coroutines as tests and as fixtures; loops of one test and of the whole session."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from imagen_fake import Fake
from tests.beside.asking import GOOGLE, PATH, body
from tests.beside.asking_async import ask_async

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest_asyncio.fixture
async def drawn(imagen_intercept: Fake) -> int:
    assert imagen_intercept.calls == []
    return await ask_async()


async def ask_with(session: aiohttp.ClientSession, base: str = GOOGLE) -> int:
    async with session.post(base + PATH, json=body()) as answer:
        return len((await answer.json())["predictions"])


async def test_intercepted_before_a_fixture_of_its_own(
    imagen_intercept: Fake, session: aiohttp.ClientSession
) -> None:
    assert await ask_with(session) == await ask_async() == 2
    assert len(imagen_intercept.calls) == 2


async def test_intercepted_after_it(session: aiohttp.ClientSession, imagen_intercept: Fake) -> None:
    assert await ask_with(session) == await ask_async() == 2
    assert len(imagen_intercept.calls) == 2


async def test_a_fixture_may_ask(drawn: int, imagen_intercept: Fake) -> None:
    assert drawn == len(imagen_intercept.calls) * 2 == 2


async def test_served(imagen_fake: Fake, session: aiohttp.ClientSession) -> None:
    assert await ask_with(session, imagen_fake.url) == await ask_async(imagen_fake.url) == 2
    assert len(imagen_fake.calls) == 2


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.imagen_fake("delay=0.2")
async def test_the_loop_goes_on_meanwhile(imagen_intercept: Fake) -> None:
    assert await asyncio.gather(*(ask_async(prompt=str(number)) for number in range(4))) == [2] * 4
    assert sorted(call.prompt for call in imagen_intercept.calls) == ["0", "1", "2", "3"]


@pytest.mark.imagen_fake("delay=60")
async def test_a_cancelled_call_ends_at_once(imagen_intercept: Fake) -> None:
    asked = asyncio.create_task(ask_async())
    while not imagen_intercept.calls:
        await asyncio.sleep(0.01)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked

"""What aiohttp is asked by aioresponses, Imagen's pictures by the fake."""

import asyncio
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest
from aioresponses import aioresponses

import imagen_fake
from imagen_fake import Fake
from tests.beside.asking import GOOGLE, MODELS, PATH, body

URL = f"{GOOGLE}{MODELS}/gemini-2.5-pro:generateContent"
ANSWER: dict[str, object] = {"candidates": []}


@pytest.fixture
def mock() -> Iterator[aioresponses]:
    with aioresponses() as mock:
        yield mock


async def post(url: str, base: str | None = None) -> Any:
    async with (
        aiohttp.ClientSession(base) as session,
        session.post(url, json=body(), params={"alt": "json"}) as answer,
    ):
        return await answer.json()


def draw_and_describe(fake: Fake, mock: aioresponses) -> None:
    mock.post(f"{URL}?alt=json", payload=ANSWER)
    assert len(asyncio.run(post(GOOGLE + PATH))["predictions"]) == 2
    assert asyncio.run(post(URL)) == ANSWER
    assert len(asyncio.run(post(PATH, GOOGLE))["predictions"]) == 2
    assert [str(url) for _, url in mock.requests] == [f"{URL}?alt=json"]
    assert len(fake.calls) == 2


def test_intercepted_before_it(imagen_intercept: Fake, mock: aioresponses) -> None:
    draw_and_describe(imagen_intercept, mock)


def test_intercepted_after_it(mock: aioresponses, imagen_intercept: Fake) -> None:
    draw_and_describe(imagen_intercept, mock)


@aioresponses()
def test_decorated_by_it(*mocks: aioresponses) -> None:
    with imagen_fake.intercept() as fake:
        draw_and_describe(fake, mocks[0])


MADE_BEFORE = aioresponses()


def test_intercepted_between_it_is_made_and_begins(imagen_intercept: Fake) -> None:
    with MADE_BEFORE as mock:
        draw_and_describe(imagen_intercept, mock)


@pytest.mark.usefixtures("imagen_intercept", "mock")
def test_what_nobody_mocks_is_refused_by_it() -> None:
    with pytest.raises(aiohttp.ClientConnectionError, match="Connection refused"):
        asyncio.run(post(URL))

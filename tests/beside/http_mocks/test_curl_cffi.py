"""curl opens its connections itself: no mock catches them, a served fake answers them."""

import asyncio
from typing import Any

import curl_cffi
import pytest

from imagen_fake import Fake, NetworkBlocked
from tests.beside.asking import GOOGLE, PATH, body


async def post(url: str) -> Any:
    async with curl_cffi.AsyncSession() as session:
        return await session.post(url, json=body())


@pytest.mark.usefixtures("imagen_intercept")
def test_intercepted_calls_say_what_they_need() -> None:
    with pytest.raises(NetworkBlocked, match="ask a served fake"):
        curl_cffi.post(GOOGLE + PATH, json=body())
    with pytest.raises(NetworkBlocked, match="ask a served fake"):
        asyncio.run(post(GOOGLE + PATH))


def test_a_served_fake_answers(imagen_fake: Fake) -> None:
    answer = curl_cffi.post(imagen_fake.url + PATH, json=body())
    assert len(answer.json()["predictions"]) == 2
    assert len(asyncio.run(post(imagen_fake.url + PATH)).json()["predictions"]) == 2
    assert len(imagen_fake.calls) == 2

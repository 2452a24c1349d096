"""Gemini's Live API asks by a websocket, which the fake does not answer."""

import asyncio

import pytest

from imagen_fake import NetworkBlocked
from tests.beside.mixed_app import connect, draw


@pytest.mark.usefixtures("imagen_intercept")
def test_a_token_of_the_fake_does_not_go_out() -> None:
    async def talk() -> None:
        async with connect().aio.live.connect(model="gemini-live-2.5-flash") as session:
            await session.send_realtime_input(text="What is it?")

    with pytest.raises(NetworkBlocked, match="carries a credential"):
        asyncio.run(talk())
    assert draw() == 4

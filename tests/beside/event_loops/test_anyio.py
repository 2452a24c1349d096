"""anyio's own plugin, which runs each test on asyncio and on Trio."""

import anyio
import pytest

from imagen_fake import Fake
from tests.beside.asking_async import ask_async

pytestmark = pytest.mark.anyio


@pytest.fixture
async def drawn() -> int:
    return await ask_async()


async def test_intercepted_within_it(imagen_intercept: Fake, drawn: int) -> None:
    assert drawn == await ask_async() == 2
    assert len(imagen_intercept.calls) == 2


@pytest.mark.imagen_fake("error=503 times=1")
async def test_marked() -> None:
    with pytest.raises(Exception, match="503"):
        await ask_async()
    assert await ask_async() == 2


async def test_served(imagen_fake: Fake) -> None:
    assert await ask_async(imagen_fake.url) == 2
    assert len(imagen_fake.calls) == 1


@pytest.mark.imagen_fake("delay=0.2")
async def test_calls_at_the_same_time(imagen_intercept: Fake) -> None:
    async with anyio.create_task_group() as group:
        for number in range(4):
            group.start_soon(ask_async, "https://aiplatform.googleapis.com", str(number))
    assert sorted(call.prompt for call in imagen_intercept.calls) == ["0", "1", "2", "3"]


@pytest.mark.imagen_fake("delay=60")
async def test_a_cancelled_call_ends_at_once(imagen_intercept: Fake) -> None:
    async with anyio.create_task_group() as group:
        group.start_soon(ask_async)
        while not imagen_intercept.calls:
            await anyio.sleep(0.01)
        group.cancel_scope.cancel()
    assert len(imagen_intercept.calls) == 1

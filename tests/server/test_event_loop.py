import asyncio

import pytest

from imagen_fake.server.uvicorn_server import EventLoop, new_event_loop


@pytest.mark.parametrize("make", [EventLoop, new_event_loop])
def test_it_runs_and_its_timers_go(make: type[asyncio.AbstractEventLoop]) -> None:
    loop = make()
    try:
        before = loop.time()
        loop.run_until_complete(asyncio.sleep(0.05))
        assert loop.time() > before
    finally:
        loop.close()

import asyncio
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from starlette.types import Message

from imagen_fake.config import Config
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.state.snapshot import Snapshot
from imagen_fake.state.state import State
from imagen_fake.surfaces.worker import SYNCHRONOUS, limiter, run_in_worker, run_off_loop


def waiting() -> Snapshot:
    return State(Config()).snapshot()


async def connected() -> Message:
    """What a client sends that waits for its answer."""
    await asyncio.Event().wait()
    raise AssertionError


@pytest.mark.anyio
async def test_a_client_that_leaves_during_work_is_noticed() -> None:
    memory, left = waiting(), Event()

    async def leaving() -> Message:
        left.set()
        return {"type": "http.disconnect"}

    def work() -> None:
        assert left.wait(30)
        while True:
            memory.raise_if_cancelled()

    with pytest.raises(ApiError, match="cancelled"):
        await asyncio.wait_for(run_in_worker(memory, leaving, work), 30)


def test_an_event_loop_does_not_wait_for_the_workers_of_another() -> None:
    begun, go_on = Event(), Event()

    def working() -> int:
        begun.set()
        assert go_on.wait(60)
        return 1

    async def busy() -> list[int]:
        return await asyncio.gather(
            *(run_in_worker(waiting(), connected, working) for _ in range(20))
        )

    async def idle() -> int:
        return await asyncio.wait_for(run_in_worker(waiting(), connected, lambda: 2), 30)

    with ThreadPoolExecutor(1) as threads:
        others = threads.submit(asyncio.run, busy())
        assert begun.wait(30)
        try:
            assert asyncio.run(idle()) == 2
        finally:
            go_on.set()
        assert others.result(60) == [1] * 20


@pytest.mark.parametrize(
    ("processors", "workers"), [(None, 2), (1, 2), (2, 2), (3, 3), (4, 4), (64, 4)]
)
def test_there_are_as_many_workers_as_processors_but_two_to_four(
    monkeypatch: pytest.MonkeyPatch, processors: int | None, workers: int
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: processors)

    async def most() -> float:
        return limiter().total_tokens

    assert asyncio.run(most()) == workers


@pytest.mark.anyio
async def test_on_an_event_loop_work_is_done_in_another_thread() -> None:
    assert await run_off_loop(threading.get_ident) != threading.get_ident()


@pytest.mark.anyio
async def test_without_one_it_is_done_in_the_callers() -> None:
    token = SYNCHRONOUS.set(True)
    try:
        assert await run_off_loop(threading.get_ident) == threading.get_ident()
    finally:
        SYNCHRONOUS.reset(token)


@pytest.mark.anyio
async def test_arguments_are_handed_on() -> None:
    assert await run_off_loop(divmod, 7, 3) == (2, 1)

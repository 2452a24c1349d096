import threading

import pytest

from imagen_fake.surfaces.event_loop import SYNCHRONOUS, run_off_loop


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

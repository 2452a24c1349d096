from asyncio import Event, get_running_loop, run, timeout

import pytest

from imagen_fake.server import body_timeout
from imagen_fake.server.body_timeout import BodyTimeout


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_timeout, "MIN_SECONDS", 0.05)
    monkeypatch.setattr(body_timeout, "MIN_BYTES_PER_SECOND", 1000)


def waited(*, paused: int = 0, sizes: tuple[int, ...] = (), stopped: bool = False) -> float | None:
    """After how many seconds a body was too slow; None if it never was."""
    looks = iter([True] * paused)

    async def wait() -> float | None:
        slow, loop = Event(), get_running_loop()
        body = BodyTimeout(loop, lambda: next(looks, False), slow.set)
        began = loop.time()
        body.start()
        for size in sizes:
            body.received(size)
        if stopped:
            body.stop()
        try:
            async with timeout(1):
                await slow.wait()
        except TimeoutError:
            return None
        return loop.time() - began

    return run(wait())


def test_a_body_that_does_not_come_is_too_slow() -> None:
    assert waited() is not None


def test_what_has_come_allows_more_time() -> None:
    seconds = waited(sizes=(100, 50))
    assert seconds is not None
    assert seconds >= 0.2


def test_while_the_server_does_not_read_nobody_is_slow() -> None:
    seconds = waited(paused=3)
    assert seconds is not None
    assert seconds >= 0.2


def test_a_body_that_is_whole_is_waited_for_no_longer() -> None:
    assert waited(stopped=True) is None
    assert waited(stopped=True, sizes=(10,)) is None

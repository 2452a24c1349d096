"""Trio without any plugin: a loop that the test starts itself."""

import trio

import imagen_fake
from imagen_fake import Fake
from tests.beside.asking_async import ask_async


def test_intercepted_around_the_loop(imagen_intercept: Fake) -> None:
    assert trio.run(ask_async) == 2
    assert len(imagen_intercept.calls) == 1


def test_intercepted_within_the_loop() -> None:
    async def program() -> int:
        with imagen_fake.intercept() as fake:
            assert await ask_async() == 2
        return len(fake.calls)

    assert trio.run(program) == 1


def test_served_within_the_loop() -> None:
    async def program() -> int:
        with imagen_fake.serve() as fake:
            assert await ask_async(fake.url) == 2
        return len(fake.calls)

    assert trio.run(program) == 1

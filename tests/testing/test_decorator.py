import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import Any

import pytest

from imagen_fake.testing.decorator import wrap

INSIDE: list[str] = []


@contextmanager
def opened() -> Iterator[None]:
    INSIDE.append("inside")
    try:
        yield
    finally:
        INSIDE.pop()


def plain(argument: int) -> tuple[int, list[str]]:
    """What it says."""
    return argument, [*INSIDE]


async def coroutine(argument: int) -> tuple[int, list[str]]:
    """What it says."""
    return argument, [*INSIDE]


def generator(argument: int) -> Iterator[tuple[int, list[str]]]:
    """What it says."""
    yield argument, [*INSIDE]
    yield argument, [*INSIDE]


async def async_generator(argument: int) -> AsyncIterator[tuple[int, list[str]]]:
    """What it says."""
    yield argument, [*INSIDE]
    yield argument, [*INSIDE]


@pytest.mark.parametrize("function", [plain, coroutine, generator, async_generator])
def test_a_function_stays_what_it_is(function: Callable[..., Any]) -> None:
    held = wrap(opened, function)
    assert (held.__name__, held.__doc__) == (function.__name__, "What it says.")
    for kind in ("iscoroutinefunction", "isgeneratorfunction", "isasyncgenfunction"):
        assert getattr(inspect, kind)(held) == getattr(inspect, kind)(function)


def test_a_plain_function_runs_inside() -> None:
    assert wrap(opened, plain)(3) == (3, ["inside"])
    assert not INSIDE


@pytest.mark.anyio
async def test_a_coroutine_runs_inside_to_its_end() -> None:
    assert await wrap(opened, coroutine)(3) == (3, ["inside"])
    assert await wrap(opened, partial(coroutine, 3))() == (3, ["inside"])
    assert not INSIDE


def test_a_generator_runs_inside_to_its_end() -> None:
    assert list(wrap(opened, generator)(3)) == [(3, ["inside"])] * 2
    assert not INSIDE


@pytest.mark.anyio
async def test_an_async_generator_runs_inside_to_its_end() -> None:
    assert [each async for each in wrap(opened, async_generator)(3)] == [(3, ["inside"])] * 2
    assert not INSIDE


def test_a_generator_that_is_left_early_is_left_inside() -> None:
    made = wrap(opened, generator)(3)
    next(iter(made))
    assert INSIDE
    made.close()  # type: ignore[attr-defined] # an iterator that is a generator
    assert not INSIDE


@pytest.mark.anyio
async def test_an_async_generator_that_is_left_early_is_left_inside() -> None:
    made = wrap(opened, async_generator)(3)
    await anext(made)
    assert INSIDE
    await made.aclose()  # type: ignore[attr-defined] # an iterator that is a generator
    assert not INSIDE


def test_a_context_manager_of_a_generator_is_told_the_error() -> None:
    told: list[Any] = []

    @contextmanager
    @partial(wrap, opened)
    def held() -> Iterator[str]:
        try:
            yield "given"
        except ZeroDivisionError as error:
            told.append((error, *INSIDE))

    error = ZeroDivisionError()
    manager = held()
    assert manager.__enter__() == "given"
    assert manager.__exit__(ZeroDivisionError, error, None)
    assert told == [(error, "inside")]
    assert not INSIDE


@pytest.mark.anyio
async def test_a_context_manager_of_an_async_generator_is_told_the_error() -> None:
    told: list[Any] = []

    @asynccontextmanager
    @partial(wrap, opened)
    async def held() -> AsyncIterator[str]:
        try:
            yield "given"
        except ZeroDivisionError as error:
            told.append((error, *INSIDE))
            raise

    error = ZeroDivisionError()
    manager = held()
    assert await manager.__aenter__() == "given"
    assert not await manager.__aexit__(ZeroDivisionError, error, None)
    assert told == [(error, "inside")]
    assert not INSIDE


@pytest.mark.anyio
async def test_what_is_sent_into_an_async_generator_arrives() -> None:
    @partial(wrap, opened)
    async def echo() -> Any:
        sent = None
        while sent != "stop":
            sent = yield sent

    made = echo()
    assert [await made.asend(None), await made.asend("a"), await made.asend("b")] == [
        None,
        "a",
        "b",
    ]
    with pytest.raises(StopAsyncIteration):
        await made.asend("stop")
    assert not INSIDE


@pytest.mark.anyio
@pytest.mark.parametrize("made", [coroutine, generator, async_generator])
async def test_what_would_run_outside_is_refused(made: Callable[..., Any]) -> None:
    given = made(3)
    with pytest.raises(TypeError, match="which runs after the call"):
        wrap(opened, lambda: given)()
    if inspect.iscoroutine(given):
        given.close()  # else Python warns that nobody waited for it


def test_a_class_is_refused() -> None:
    class Held:
        pass

    with pytest.raises(TypeError, match="Held is a class: decorate its methods"):
        wrap(opened, Held)

"""Functions that run within a context: plain ones, coroutines and generators of both kinds."""

from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractContextManager, aclosing, suppress
from functools import wraps
from inspect import (
    isasyncgen,
    isasyncgenfunction,
    isawaitable,
    isclass,
    iscoroutinefunction,
    isgenerator,
    isgeneratorfunction,
)
from typing import Any, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])
Opening = Callable[[], AbstractContextManager[object]]


def within(opened: Opening, function: Function) -> Function:
    """A function of the same kind, each of whose calls runs within a new context to its end.

    Raises TypeError for a class; a call does for a coroutine or generator that a plain function
    gave, as that would run outside.
    """
    if isclass(function):
        raise TypeError(f"{function.__name__} is a class: decorate its methods.")
    during = next((during for kind, during in KINDS if kind(function)), _during)
    return cast("Function", wraps(function)(during(opened, function)))


def _during(opened: Opening, function: Callable[..., Any]) -> Callable[..., Any]:
    def during(*arguments: Any, **named: Any) -> Any:
        with opened():
            made = function(*arguments, **named)
        if isawaitable(made) or isgenerator(made) or isasyncgen(made):
            raise TypeError(
                f"{function!r} gave {type(made).__name__}, which runs after the call: decorate the"
                " function that it is made by."
            )
        return made

    return during


def _during_coroutine(opened: Opening, function: Callable[..., Any]) -> Callable[..., Any]:
    async def during(*arguments: Any, **named: Any) -> Any:
        with opened():
            return await function(*arguments, **named)

    return during


def _during_generator(opened: Opening, function: Callable[..., Any]) -> Callable[..., Any]:
    def during(*arguments: Any, **named: Any) -> Generator[Any, Any, Any]:
        with opened():
            return (yield from function(*arguments, **named))

    return during


def _during_async_generator(opened: Opening, function: Callable[..., Any]) -> Callable[..., Any]:
    async def during(*arguments: Any, **named: Any) -> AsyncGenerator[Any, Any]:
        with opened(), suppress(StopAsyncIteration):
            async with aclosing(function(*arguments, **named)) as items:
                item = await anext(items)
                while True:  # what `yield from` would do
                    try:
                        sent = yield item
                    except Exception as error:  # noqa: BLE001 (whatever is thrown in)
                        item = await items.athrow(error)
                    else:
                        item = await items.asend(sent)

    return during


KINDS = (
    (iscoroutinefunction, _during_coroutine),
    (isgeneratorfunction, _during_generator),
    (isasyncgenfunction, _during_async_generator),
)
"""What runs a function within a context, by its kind."""

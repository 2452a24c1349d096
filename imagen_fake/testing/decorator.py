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
Enter = Callable[[], AbstractContextManager[object]]


def wrap(enter: Enter, function: Function) -> Function:
    """A function of the same kind, each of whose calls runs within a new context to its end.

    Raises TypeError for a class; a call does for a coroutine or generator that a plain function
    gave, as that would run outside.
    """
    if isclass(function):
        raise TypeError(f"{function.__name__} is a class: decorate its methods.")
    wrapper = next((wrapper for kind, wrapper in WRAPPERS if kind(function)), _wrap_function)
    return cast("Function", wraps(function)(wrapper(enter, function)))


def _wrap_function(enter: Enter, function: Callable[..., Any]) -> Callable[..., Any]:
    def wrapper(*arguments: Any, **keywords: Any) -> Any:
        with enter():
            result = function(*arguments, **keywords)
        if isawaitable(result) or isgenerator(result) or isasyncgen(result):
            raise TypeError(
                f"{function!r} gave {type(result).__name__}, which runs after the call: decorate"
                " the function that it is made by."
            )
        return result

    return wrapper


def _wrap_coroutine(enter: Enter, function: Callable[..., Any]) -> Callable[..., Any]:
    async def wrapper(*arguments: Any, **keywords: Any) -> Any:
        with enter():
            return await function(*arguments, **keywords)

    return wrapper


def _wrap_generator(enter: Enter, function: Callable[..., Any]) -> Callable[..., Any]:
    def wrapper(*arguments: Any, **keywords: Any) -> Generator[Any, Any, Any]:
        with enter():
            return (yield from function(*arguments, **keywords))

    return wrapper


def _wrap_async_generator(enter: Enter, function: Callable[..., Any]) -> Callable[..., Any]:
    async def wrapper(*arguments: Any, **keywords: Any) -> AsyncGenerator[Any, Any]:
        with enter(), suppress(StopAsyncIteration):
            async with aclosing(function(*arguments, **keywords)) as items:
                item = await anext(items)
                while True:  # what `yield from` would do
                    try:
                        sent = yield item
                    except Exception as error:  # noqa: BLE001 (whatever is thrown in)
                        item = await items.athrow(error)
                    else:
                        item = await items.asend(sent)

    return wrapper


WRAPPERS = (
    (iscoroutinefunction, _wrap_coroutine),
    (isgeneratorfunction, _wrap_generator),
    (isasyncgenfunction, _wrap_async_generator),
)
"""What runs a function within a context, by its kind."""

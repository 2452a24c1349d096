"""What Google's surfaces share: reading a body, asking the row off the event loop, answering."""

import os
from asyncio import sleep
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from io import BytesIO
from time import perf_counter
from typing import Any

from anyio import CapacityLimiter, to_thread
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from imagen_fake import __version__, auth
from imagen_fake.errors import ApiError, status
from imagen_fake.predict import Target, is_light, predict, understand
from imagen_fake.predict import answer as make
from imagen_fake.respond import Answer, to_json
from imagen_fake.spec import Surface
from imagen_fake.state import State

RawHeaders = list[tuple[bytes, bytes]]

LARGE = 2**16
"""Bodies of more bytes are parsed in a worker thread too."""

MOST_WORKERS = 4
"""Each may hold the pixels of a few pictures."""


class Predict:
    """`POST …:predict` on one surface, as an ASGI application of its own.

    `target` says who a path speaks of; it may raise ApiError.
    """

    def __init__(
        self, state: State, surface: Surface, target: Callable[[Mapping[str, str]], Target]
    ) -> None:
        self._state = state
        self._surface = surface
        self._target = target
        self._headers = surface_headers(surface)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call; refusals have the service's shape."""
        start = perf_counter()
        try:
            raw = await read(receive, self._state.config.max_body_bytes)
            target = self._target(scope["path_params"])
            auth.admit(self._state.access, scope, self._surface, target.resource)
            made = await answer(self._state, target, raw)
        except ApiError as error:
            made = refusal(error, self._surface)
        headers = [*self._headers, *timing(self._surface, perf_counter() - start)]
        await send_answer(made, headers, send)


async def answer(state: State, target: Target, raw: bytes) -> Answer:
    """The kept answer of an equal request, else a new one. Raises ApiError."""
    if state.config.vary_unseeded:
        return await fresh(state, target, raw, next(state.turns))
    key = (target.surface.name, target.model_id, raw)
    made = state.kept.get(key)
    if made is None:
        made = await fresh(state, target, raw, None)
        state.kept.put(key, made)
    return made


async def fresh(state: State, target: Target, raw: bytes, turn: int | None) -> Answer:
    """A new answer; what takes long is done in worker threads. Raises ApiError.

    Handing one picture over costs a fifth of drawing it, so a light call that is alone is
    answered on the event loop itself.
    """
    if len(raw) > LARGE:
        return await in_worker(predict, target, raw, state.config, turn, state.storage)
    with state.crowd as crowd:
        await sleep(0)  # others that came at the same time are counted now
        call = understand(target, raw, state.config, turn, state.storage)
        if crowd.size == 1 and is_light(call):
            return make(call)
        return await in_worker(make, call)


async def in_worker(work: Callable[..., Answer], *arguments: Any) -> Answer:
    """Work done in a thread; no more of it at once than there are processors."""
    return await to_thread.run_sync(work, *arguments, limiter=_limiter())


async def read(receive: Receive, limit: int) -> bytes:
    """The request body; raises ApiError `body_too_large` once it has more than `limit` bytes."""
    body = BytesIO()  # it grows without a copy, and gives what it holds without another
    while True:
        message = await receive()
        chunk = message.get("body", b"")
        if body.tell() + len(chunk) > limit:
            raise ApiError("body_too_large", limit=limit)
        body.write(chunk)
        if not message.get("more_body", False):
            return body.getvalue()


async def send_answer(made: Answer, headers: RawHeaders, send: Send) -> None:
    """Send an answer with the headers of its surface."""
    await send(
        {
            "type": "http.response.start",
            "status": made.status,
            "headers": [*headers, *own_headers(made)],
        }
    )
    await send({"type": "http.response.body", "body": made.body})


def own_headers(made: Answer) -> Iterator[tuple[bytes, bytes]]:
    """The headers that differ from answer to answer: its length in bytes, its warnings."""
    yield b"content-length", b"%d" % len(made.body)
    yield from made.headers
    if made.warnings:
        yield b"x-imagen-fake-warnings", header_text(made.warnings)


def timing(surface: Surface, seconds: float) -> Iterator[tuple[bytes, bytes]]:
    """The header that tells what an answer took, on surfaces that have it."""
    told = surface.facts.get("serverTiming")
    if told:
        yield b"server-timing", told["value"].format(milliseconds=round(seconds * 1000)).encode()


def answered(made: Answer, surface: Surface, seconds: float = 0) -> Response:
    """A Starlette response of an answer."""
    response = Response(made.body, made.status)
    response.raw_headers = [
        *surface_headers(surface),
        *timing(surface, seconds),
        *own_headers(made),
    ]
    return response


def refusal(error: ApiError, surface: Surface) -> Answer:
    """The answer that an error makes: `{"error": google.rpc.Status}`."""
    shown = status(error, surface)
    headers = auth.header_facts(error, surface).items()
    sent = tuple((name.encode(), value.encode()) for name, value in headers)
    return Answer(shown["code"], to_json({"error": shown}), headers=sent)


def header_text(warnings: Iterable[str]) -> bytes:
    """Warnings as one header value: printable ASCII, separated by ` | `, 2,000 bytes at most."""
    text = " | ".join(warnings).encode("ascii", "backslashreplace")
    return bytes(byte if 32 <= byte < 127 else 63 for byte in text[:2000])


def surface_headers(surface: Surface) -> RawHeaders:
    """The headers every answer of a surface carries, and the fake's version."""
    signed = [*surface.facts["headers"]["value"], ("x-imagen-fake", __version__)]
    return [(name.encode(), value.encode()) for name, value in signed]


@cache
def _limiter() -> CapacityLimiter:
    return CapacityLimiter(min(MOST_WORKERS, max(2, os.cpu_count() or 1)))

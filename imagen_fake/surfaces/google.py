"""What Google's surfaces share: reading a body, asking the row off the event loop, answering."""

import os
from asyncio import sleep
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from io import BytesIO
from time import perf_counter, time
from typing import Any

from anyio import CapacityLimiter, to_thread
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from imagen_fake import __version__, auth
from imagen_fake.call import Call
from imagen_fake.errors import ApiError, status
from imagen_fake.faults import RawHeaders, send_answer
from imagen_fake.forced import SOUND
from imagen_fake.journal import Journal, Origin, Received
from imagen_fake.predict import Direct, Target, is_light, understand
from imagen_fake.predict import answer as make
from imagen_fake.respond import Answer, to_json
from imagen_fake.spec import Surface
from imagen_fake.state import State

OWN_HEADER = b"x-imagen-fake"
"""Of a request: directives. Of an answer: the version."""

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
        order = Order(self._state, self._surface)
        try:
            order.raw = await read(receive, self._state.config.max_body_bytes)
            order.target = self._target(scope["path_params"])
            auth.admit(self._state.access, scope, self._surface, order.target.resource)
            made = await answer(order, asked_of_fake(scope))
        except ApiError as error:
            made = refusal(error, self._surface)
        seconds = perf_counter() - start
        enter(
            self._state.journal, scope, order.raw, order.origin(scope["path_params"]), made, seconds
        )
        headers = [*self._headers, *timing(self._surface, seconds), *own_headers(made)]
        await send_answer(made, headers, scope, receive, send)


class Order:
    """One call on its way: who is asked what, and all that its answer depends on."""

    def __init__(self, state: State, surface: Surface) -> None:
        self.state, self.surface = state, surface
        self.kept, self.config = state.kept, state.config
        self.turn = next(state.turns) if self.config.vary_unseeded else None
        self.raw = b""
        self.target: Target | None = None

    def understand(self) -> Call:
        """The call that the body makes. Raises ApiError."""
        assert self.target is not None  # noqa: S101
        return understand(self.target, self.raw, self.config, self.turn, self.state.storage)

    def origin(self, path: Mapping[str, str]) -> Origin:
        """What the journal needs to look at the call later."""
        if self.target is None:
            return Origin(self.surface.name, path.get("model", path.get("endpoint", "")))
        return Origin(self.surface.name, self.target.model_id, self.understand, body_again)


def body_again(call: Call) -> bytes:
    """The body of the answer to a call, made once more. Raises ApiError."""
    return make(call).body


async def answer(order: Order, header: str) -> Answer:
    """The kept answer of an equal request, else a new one. Raises ApiError."""
    assert order.target is not None  # noqa: S101
    direct = partial(order.state.rules.direct, header=header)
    if header or order.state.rules or order.config.vary_unseeded:
        return await fresh(order, direct)
    key = (order.surface.name, order.target.model_id, order.raw)
    made = order.kept.get(key)
    if made is None:
        made = await fresh(order, direct)
        order.kept.put(key, made)
    return made


async def fresh(order: Order, direct: Direct) -> Answer:
    """A new answer; what takes long is done in worker threads. Raises ApiError.

    Handing one picture over costs a fifth of drawing it, so a light call that is alone is
    answered on the event loop itself.
    """
    if len(order.raw) > LARGE:
        return await in_worker(lambda: make(direct(order.understand())))
    with order.state.crowd as crowd:
        await sleep(0)  # others that came at the same time are counted now
        call = direct(order.understand())
        if crowd.size == 1 and is_light(call):
            return make(call)
        return await in_worker(make, call)


def asked_of_fake(scope: Scope) -> str:
    """The directives in a request's header; empty without any."""
    for name, value in scope["headers"]:
        if name == OWN_HEADER:
            return str(value.decode("latin-1"))
    return ""


def enter(
    journal: Journal, scope: Scope, raw: bytes, origin: Origin, made: Answer, seconds: float
) -> None:
    """Enter a call into the journal."""
    received = Received(time(), scope["method"], scope["path"], scope["headers"], raw)
    journal.add(received, origin, made, seconds)


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


def own_headers(made: Answer) -> Iterator[tuple[bytes, bytes]]:
    """The headers that differ from answer to answer: its own ones, its warnings."""
    yield from made.headers
    if made.warnings:
        yield b"x-imagen-fake-warnings", header_text(made.warnings)


def timing(surface: Surface, seconds: float) -> Iterator[tuple[bytes, bytes]]:
    """The header that tells what an answer took, on surfaces that have it."""
    told = surface.facts.get("serverTiming")
    if told:
        yield b"server-timing", told["value"].format(milliseconds=round(seconds * 1000)).encode()


class Answered(Response):
    """An answer as a Starlette response, its fault included."""

    def __init__(self, made: Answer, surface: Surface, seconds: float = 0) -> None:
        super().__init__(made.body, made.status)
        self._made = made
        self.raw_headers = [
            *surface_headers(surface),
            *timing(surface, seconds),
            *own_headers(made),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer."""
        await send_answer(self._made, self.raw_headers, scope, receive, send)


def refusal(error: ApiError, surface: Surface) -> Answer:
    """The answer that an error makes: `{"error": google.rpc.Status}`."""
    shown = status(error, surface)
    headers = auth.header_facts(error, surface).items()
    sent = tuple((name.encode(), value.encode()) for name, value in headers)
    return Answer(
        shown["code"],
        to_json({"error": shown}),
        headers=sent,
        fault=error.fault or SOUND,
        forced=error.forced,
    )


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

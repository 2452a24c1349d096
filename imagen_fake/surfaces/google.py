"""What Google's surfaces share: reading a body, asking the row off the event loop, answering."""

import os
from collections.abc import Iterable, Sequence
from functools import cache

from anyio import CapacityLimiter, to_thread
from starlette.types import Receive, Send

from imagen_fake import __version__
from imagen_fake.config import Config
from imagen_fake.errors import ApiError, status
from imagen_fake.predict import Target, predict
from imagen_fake.respond import Answer, to_json
from imagen_fake.spec import Surface
from imagen_fake.state import State

RawHeaders = list[tuple[bytes, bytes]]


async def answer(state: State, target: Target, raw: bytes) -> Answer:
    """The kept answer of an equal request, else a new one, made in a worker thread."""
    config = state.config
    key = (target.surface.name, target.model_id, raw)
    if config.vary_unseeded:
        return await in_worker(target, raw, config, next(state.turns))
    made = state.kept.get(key)
    if made is None:
        made = await in_worker(target, raw, config, None)
        state.kept.put(key, made)
    return made


async def in_worker(target: Target, raw: bytes, config: Config, turn: int | None) -> Answer:
    """`predict` in a worker thread; no more run at once than there are processors."""
    return await to_thread.run_sync(predict, target, raw, config, turn, limiter=_limiter())


async def read(receive: Receive, limit: int) -> bytes:
    """The request body; raises ApiError `body_too_large` once it has more than `limit` bytes."""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise ApiError("body_too_large", limit=limit)
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


async def send_answer(made: Answer, surface: Surface, send: Send) -> None:
    """Send an answer with the headers of its surface."""
    headers = [*surface_headers(surface), (b"content-length", b"%d" % len(made.body))]
    if made.warnings:
        headers.append((b"x-imagen-fake-warnings", header_text(made.warnings)))
    await send({"type": "http.response.start", "status": made.status, "headers": headers})
    await send({"type": "http.response.body", "body": made.body})


def refusal(error: ApiError, surface: Surface) -> Answer:
    """The answer that an error makes: `{"error": google.rpc.Status}`."""
    shown = status(error, surface)
    return Answer(shown["code"], to_json({"error": shown}))


def header_text(warnings: Iterable[str]) -> bytes:
    """Warnings as one header value: printable ASCII, separated by ` | `, 2,000 bytes at most."""
    text = " | ".join(warnings).encode("ascii", "backslashreplace")
    return bytes(byte if 32 <= byte < 127 else 63 for byte in text[:2000])


def surface_headers(surface: Surface) -> RawHeaders:
    """The headers every answer of a surface carries, and the fake's version."""
    return _headers(tuple(map(tuple, surface.facts["headers"]["value"])))


@cache
def _headers(pairs: Sequence[tuple[str, str]]) -> RawHeaders:
    signed = [*pairs, ("x-imagen-fake", __version__)]
    return [(name.encode(), value.encode()) for name, value in signed]


@cache
def _limiter() -> CapacityLimiter:
    return CapacityLimiter(max(2, os.cpu_count() or 1))

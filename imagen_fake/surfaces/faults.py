"""Send an answer over ASGI, with its fault."""

from asyncio import ensure_future, wait
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Any

from starlette.types import Message, Receive, Scope, Send

from imagen_fake.pipeline.call import NO_FAULT, Fault
from imagen_fake.pipeline.respond import Answer

CONNECTION = "imagen_fake.connection"
"""The ASGI extension that a server offers: an object with `abort()` and `close()`."""

FAULTS = "imagen_fake.faults"
"""The ASGI extension of who applies faults itself: a list that takes those of an answer."""

CHUNKS = 10
"""How many pieces a second a slow body comes in."""

RawHeaders = list[tuple[bytes, bytes]]


async def send_answer(
    answer: Answer, headers: RawHeaders, scope: Scope, receive: Receive, send: Send
) -> None:
    """Send an answer with its headers, and `content-length` where it is no stream."""
    fault, faults = answer.outcome.fault, scope.get("extensions", {}).get(FAULTS)
    if fault is not NO_FAULT and faults is None:
        await _send_faulty(answer, headers, scope, receive, send)
        return
    if fault is not NO_FAULT:
        faults.append(fault)
    await send(_start(answer, len(answer.body), headers))
    *chunks, last = (
        split(answer.body, accumulate(answer.chunks[:-1])) if answer.chunks else [answer.body]
    )
    for chunk in chunks:
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": last})


async def _send_faulty(
    answer: Answer, headers: RawHeaders, scope: Scope, receive: Receive, send: Send
) -> None:
    fault = answer.outcome.fault
    if fault.delay and await _disconnects_within(receive, fault.delay):
        return
    if fault.drop:
        await _end(scope, receive, "abort")
        return
    body = fault.announced_body(answer.body)
    sent = body[: fault.bytes_sent(len(body), answer.chunks)]
    await send(_start(answer, len(body), headers))
    for piece, seconds in paced(sent, answer.chunks, fault):
        await send({"type": "http.response.body", "body": piece, "more_body": True})
        if seconds and await _disconnects_within(receive, seconds):
            return
    if len(sent) < len(body):
        await _end(scope, receive, "close")
    else:
        await send({"type": "http.response.body", "body": b""})


def pieces(body: bytes, speed: int | None) -> Iterator[bytes]:
    """A body in the pieces it is sent in, ten a second where a speed is given."""
    size = max(1, speed // CHUNKS) if speed else max(1, len(body))
    for start in range(0, len(body), size):
        yield body[start : start + size]


def paced(sent: bytes, chunks: Sequence[int], fault: Fault) -> Iterator[tuple[bytes, float]]:
    """The pieces of what is sent of a body, and how many seconds to wait after each."""
    speed, parts = fault.speed(len(sent)), split(sent, accumulate(chunks[:-1]))
    pause = fault.pause_seconds(len(parts) - 1)
    for number, part in enumerate(parts):
        if number and pause:
            yield b"", pause
        for piece in pieces(part, speed):
            yield piece, len(piece) / speed if speed else 0.0


def split(body: bytes, ends: Iterable[int]) -> list[bytes]:
    """A body cut where chunks end, as far as it goes."""
    cuts = [0, *(end for end in ends if end < len(body)), len(body)]
    return [body[start:end] for start, end in pairwise(cuts)]


def _start(answer: Answer, length: int, headers: RawHeaders) -> Message:
    if not answer.chunks:
        headers = [*headers, (b"content-length", b"%d" % length)]
    return {"type": "http.response.start", "status": answer.status, "headers": headers}


async def _end(scope: Scope, receive: Receive, how: str) -> None:
    """End the connection, and wait until it is gone: the server would complain otherwise.

    A server without the extension ends it by itself, as nothing more is sent.
    """
    connection: Any = scope.get("extensions", {}).get(CONNECTION)
    if connection is None:
        return
    getattr(connection, how)()
    await wait_for_disconnect(receive)


async def _disconnects_within(receive: Receive, seconds: float) -> bool:
    """Whether the client disconnects within so many seconds."""
    going = ensure_future(wait_for_disconnect(receive))
    done, _ = await wait([going], timeout=seconds)
    going.cancel()
    return bool(done)


async def wait_for_disconnect(receive: Receive) -> None:
    """Wait until the client disconnects; the body must have been received."""
    while (await receive())["type"] != "http.disconnect":
        pass

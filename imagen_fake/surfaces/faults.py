"""Send an answer over ASGI, with its fault."""

from asyncio import ensure_future, wait
from collections.abc import Iterator
from typing import Any

from starlette.types import Message, Receive, Scope, Send

from imagen_fake.pipeline.call import NO_FAULT
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
    """Send an answer with its headers and `content-length`."""
    fault, faults = answer.outcome.fault, scope.get("extensions", {}).get(FAULTS)
    if fault is not NO_FAULT and faults is None:
        await _send_faulty(answer, headers, scope, receive, send)
        return
    if fault is not NO_FAULT:
        faults.append(fault)
    await send(_start(answer.status, len(answer.body), headers))
    await send({"type": "http.response.body", "body": answer.body})


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
    sent = body[: fault.bytes_sent(len(body))]
    await send(_start(answer.status, len(body), headers))
    speed = fault.speed(len(sent))
    for piece in pieces(sent, speed):
        await send({"type": "http.response.body", "body": piece, "more_body": True})
        if speed and await _disconnects_within(receive, len(piece) / speed):
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


def _start(status: int, length: int, headers: RawHeaders) -> Message:
    headers = [*headers, (b"content-length", b"%d" % length)]
    return {"type": "http.response.start", "status": status, "headers": headers}


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

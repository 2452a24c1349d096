"""Call an ASGI application as a function: in the caller's thread, without an event loop.

An application that waits for nothing but its request needs none: each of its `await`s returns at
once. `surfaces/worker.py` does in this thread what would go to a worker thread.
"""

from collections.abc import Awaitable
from time import sleep
from typing import TypeVar

from starlette.types import ASGIApp, Message, Scope

from imagen_fake.pipeline.call import NO_FAULT, Fault
from imagen_fake.surfaces.faults import FAULTS
from imagen_fake.surfaces.worker import SYNCHRONOUS
from imagen_fake.testing.function_call import Reply, apply_fault
from imagen_fake.testing.messages import DROPPED, Request, Response, connection_reset, scope

Result = TypeVar("Result")


def application_reply(app: ASGIApp, asgi_scope: Scope, body: bytes) -> Reply[Response]:
    """The response of an application, its 500 for an unhandled error included.

    Raises ConnectionResetError if it fails before the response is complete.
    """
    messages: list[Message] = []
    faults = list[Fault]()
    asgi_scope = {**asgi_scope, "extensions": {**asgi_scope["extensions"], FAULTS: faults}}
    bodies: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
    failure = None

    async def receive() -> Message:
        return bodies.pop() if bodies else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        messages.append(message)

    try:
        run(app(asgi_scope, receive, send))
    except Exception as error:  # noqa: BLE001 (Starlette answers 500 and raises it, too)
        failure = error
    if len(messages) < 2 or messages[-1].get("more_body", False):
        raise connection_reset("The fake failed to answer.") from failure
    response = _response(messages, asgi_scope["method"])
    if not faults and not response.chunks:
        return Reply(response)
    return apply_fault(response, faults[0] if faults else NO_FAULT)


def ask(app: ASGIApp, request: Request) -> Response:
    """The response of an application, waited for. Raises ConnectionResetError if none comes."""
    reply = application_reply(app, scope(request), request.body)
    if seconds := reply.delay + reply.transfer:
        sleep(seconds)
    if reply.dropped:
        raise connection_reset(DROPPED)
    return reply.response


def run(awaitable: Awaitable[Result]) -> Result:
    """The result of an awaitable that needs no event loop. Raises RuntimeError if it needs one."""
    coroutine = awaitable.__await__()
    token = SYNCHRONOUS.set(True)
    try:
        while next(coroutine) is None:
            pass
        raise RuntimeError("In process nothing can wait for an event loop.")
    except StopIteration as end:
        result: Result = end.value
        return result
    finally:
        SYNCHRONOUS.reset(token)


def _response(messages: list[Message], method: str) -> Response:
    start, *rest = messages
    body = b"".join(message.get("body", b"") for message in rest)
    if method == "HEAD":  # a server drops the body
        body = b""
    headers = tuple(start.get("headers", ()))
    is_stream = len(rest) > 1 and all(name != b"content-length" for name, _ in headers)
    chunks = tuple(len(message.get("body", b"")) for message in rest) if is_stream else ()
    return Response(start["status"], headers, body, chunks=chunks)

"""An ASGI application as a function: driven in the caller's thread, without an event loop.

An application that waits for nothing but its request needs no event loop: each of its `await`s
comes back at once. `surfaces/event_loop.py` does in this thread what others would do meanwhile.
"""

from collections.abc import Awaitable
from typing import Any, TypeVar

from starlette.types import ASGIApp, Message, Scope

from imagen_fake.surfaces.event_loop import SYNCHRONOUS
from imagen_fake.testing.function_call import Reply
from imagen_fake.testing.messages import Request, Response, reset, scope

Made = TypeVar("Made")


class ApplicationCall:
    """One request to an application."""

    def __init__(self, app: ASGIApp, asked: Scope, body: bytes) -> None:
        self._app, self._asked, self._body = app, asked, body

    def reply(self) -> Reply:
        """What the application sends, its answer to an error of its own included.

        Raises ConnectionResetError where it fails before its answer is whole.
        """
        sent: list[Message] = []
        failure = None
        try:
            run(self._app(self._asked, self._receiving(), _sending(sent)))
        except Exception as error:  # noqa: BLE001 (Starlette answers 500 and raises it, too)
            failure = error
        if len(sent) < 2 or sent[-1].get("more_body", False):
            raise reset("The fake failed to answer.") from failure
        return Reply(_response(sent, self._asked["method"]))

    def cancel(self) -> None:
        """There is nothing to give up: it runs to its end."""

    def _receiving(self) -> Any:
        messages = [{"type": "http.request", "body": self._body, "more_body": False}]

        async def receive() -> Message:
            return messages.pop() if messages else {"type": "http.disconnect"}

        return receive


def ask(app: ASGIApp, request: Request) -> Response:
    """The answer of an application. Raises ConnectionResetError where it sends no whole one."""
    return ApplicationCall(app, scope(request), request.body).reply().response


def run(awaitable: Awaitable[Made]) -> Made:
    """The result of what waits for no event loop. Raises RuntimeError if it does."""
    coroutine = awaitable.__await__()
    token = SYNCHRONOUS.set(True)
    try:
        while next(coroutine) is None:
            pass
        raise RuntimeError("In process nothing can wait for an event loop.")
    except StopIteration as end:
        made: Made = end.value
        return made
    finally:
        SYNCHRONOUS.reset(token)


def _sending(sent: list[Message]) -> Any:
    async def send(message: Message) -> None:
        sent.append(message)

    return send


def _response(sent: list[Message], method: str) -> Response:
    start, *rest = sent
    whole = b"".join(message.get("body", b"") for message in rest)
    if method == "HEAD":  # what a server does about it
        whole = b""
    return Response(start["status"], tuple(start.get("headers", ())), whole)

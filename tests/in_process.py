"""Something else in place of the fake, asked in process."""

from functools import partial

from starlette.types import ASGIApp

from imagen_fake.config import Config
from imagen_fake.state.state import State
from imagen_fake.testing.asgi import application_reply
from imagen_fake.testing.function_call import Reply
from imagen_fake.testing.in_process import InProcess, Pending
from imagen_fake.testing.messages import Request, Response, scope
from imagen_fake.testing.routing import Router

LATE = 600.0
"""Seconds after which an answer comes that is as good as never."""


class AppInProcess(InProcess):
    """Any application."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(State(Config()))
        self._other = app

    def start(self, request: Request) -> Pending[Response]:
        reply = partial(application_reply, self._other, scope(request), request.body)
        return Pending(self._register, reply, lambda: None)


class Scripted(InProcess):
    """Answers a body in capitals at `/echo`, far too late at `/never`, with a reset at `/drop`."""

    def __init__(self) -> None:
        super().__init__(State(Config()))
        self.cancelled = 0

    def start(self, request: Request) -> Pending[Response]:
        script = Script(self, request)
        return Pending(self._register, script.reply, script.cancel)


class Script:
    """One call of a scripted fake."""

    def __init__(self, owner: Scripted, request: Request) -> None:
        self._owner, self._request = owner, request

    def reply(self) -> Reply[Response]:
        body = self._request.body.upper()
        response = Response(200, ((b"content-length", b"%d" % len(body)),), body)
        path = scope(self._request)["path"]
        return Reply(response, LATE if path == "/never" else 0.0, dropped=path == "/drop")

    def cancel(self) -> None:
        self._owner.cancelled += 1


class Answering(Router):
    """Leads every request to one application."""

    def __init__(self, in_process: InProcess) -> None:
        super().__init__()
        self._in_process = in_process

    def resolve(self, host: str, target: str | None = None) -> InProcess:  # noqa: ARG002 (any)
        return self._in_process

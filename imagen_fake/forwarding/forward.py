"""Hands requests that are none of the fake's on to one other origin (`serve --forward`)."""

from functools import partial
from secrets import token_hex

import httpcore2
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from imagen_fake.config import ConfigError
from imagen_fake.forwarding import headers
from imagen_fake.forwarding.exchange import Exchange, Wire
from imagen_fake.forwarding.upstream import Upstream
from imagen_fake.middleware.cross_origin import ADVICE, CROSS_ORIGIN
from imagen_fake.middleware.guards import path_below
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.respond import Answer
from imagen_fake.state.parts import Origin
from imagen_fake.state.state import State
from imagen_fake.surfaces.image_refusals import refusal_below
from imagen_fake.surfaces.own_paths import is_ours
from imagen_fake.surfaces.predict_call import BaseCall
from imagen_fake.surfaces.predict_endpoint import AnswerResponse

SURFACE = "forwarded"
"""What the journal has in place of a surface."""


def connect(upstream: Upstream) -> Wire:
    """How an upstream is reached. Raises ConfigError where no certificate is trusted."""
    try:
        tls = httpcore2.default_ssl_context() if upstream.scheme == "https" else None
    except OSError as error:
        raise ConfigError(f"forward: the certificates of SSL_CERT_FILE fail: {error}.") from None
    return Wire(upstream, tls, b"1.1 imagen-fake-" + token_hex(8).encode())


class ForwardedCall(BaseCall):
    """A call that was not the fake's; its body is not kept."""

    origin = staticmethod(partial(Origin, SURFACE, ""))


class Forward:
    """Middleware that answers what is the fake's by the application, all else by an upstream.

    Directives, rules, delays and quotas do not hold for what is forwarded.
    """

    def __init__(self, app: ASGIApp, wire: Wire, state: State) -> None:
        self._app, self._wire, self._state = app, wire, state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or forward."""
        path = path_below(scope)
        if scope["type"] != "http" or is_ours(path):
            await self._app(scope, receive, send)
            return
        memory = self._state.snapshot()

        def record(status: int) -> None:
            memory.record(ForwardedCall(memory, scope), Answer(status, b""))

        try:
            self._check(scope)
            exchange = Exchange(self._wire, memory.config.max_body_bytes, scope, receive, send)
            await exchange.run(record)
        except ApiError as error:
            answer, surface = refusal_below(error, path)
            record(answer.status)
            await AnswerResponse(answer, surface)(scope, receive, send)
        except ClientDisconnect:
            record(refusal_below(ApiError("cancelled"), path)[0].status)

    def _check(self, scope: Scope) -> None:
        """Raise ApiError for what must not leave."""
        upstream = self._wire.upstream
        if page := scope.get(CROSS_ORIGIN):
            problem = f"{page} may not ask for what {upstream} answers; to let it, {ADVICE}."
        elif headers.has_fakes_own(*_leaving(scope, upstream)):
            problem = (
                f"{upstream} answers this call, and it carries a credential that imagen-fake has"
                " issued, which is worth nothing there. Give its client a key or a token of its"
                " own, or none."
            )
        elif any(self._wire.via in value for name, value in scope["headers"] if name == b"via"):
            problem = f"{upstream} sends back what is forwarded to it; name another origin."
        else:
            return
        raise ApiError("fake_forbidden", problem=problem)


def _leaving(scope: Scope, upstream: Upstream) -> tuple[list[headers.Header], bytes]:
    """The headers and the query of a request that go on."""
    passing = upstream.credentials
    return (
        [*headers.request_headers(scope["headers"], credentials=passing)],
        headers.query(scope["query_string"], credentials=passing),
    )

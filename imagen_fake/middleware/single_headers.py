"""Refuses repeated headers that must be unique: readers would disagree on which one counts."""

from collections.abc import Awaitable, Callable, Iterable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from imagen_fake.pipeline.errors import ApiError

SINGLE_HEADERS = frozenset(
    b"authorization content-length host origin x-goog-api-key x-imagen-fake".split()
)

ErrorResponder = Callable[[Request, ApiError], Awaitable[Response]]
"""Makes the response to a request that is refused."""


def reject_repeated(headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Raise ApiError for a header, its name in lower case, that is repeated though it must not."""
    seen = set()
    for name, _ in headers:
        if name in seen:
            raise ApiError("header_repeated", name=name.decode())
        if name in SINGLE_HEADERS:
            seen.add(name)


class SingleHeaders:
    """Middleware that refuses such requests; `refuse` makes the response."""

    def __init__(self, app: ASGIApp, refuse: ErrorResponder) -> None:
        self._app = app
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the application, or refuse the request."""
        app = self._app
        try:
            reject_repeated(scope.get("headers", ()))
        except ApiError as error:
            app = await self._refuse(Request(scope), error)
        await app(scope, receive, send)

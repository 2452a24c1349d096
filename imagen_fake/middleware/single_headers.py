"""Refuses repeated headers that must be unique: readers would disagree on which one counts."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from imagen_fake.middleware.repeated_headers import reject_repeated
from imagen_fake.pipeline.errors import ApiError

ErrorResponder = Callable[[Request, ApiError], Awaitable[Response]]
"""Makes the response to a request that is refused."""


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

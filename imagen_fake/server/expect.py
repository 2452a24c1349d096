"""`Expect: 100-continue` (RFC 9110, 10.1.1)."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTINUE = b"100-continue"


class ExpectContinue:
    """Closes the connection of a client that got its response in place of `100 Continue`.

    Whether its body follows all the same is the client's choice, so that nobody knows where the
    next request begins.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the application; uvicorn sends `100 Continue` when the body is first read."""
        headers = scope.get("headers", ())
        if not any(name == b"expect" and value.lower() == CONTINUE for name, value in headers):
            await self._app(scope, receive, send)
            return
        continued = False

        async def receiving() -> Message:
            nonlocal continued
            continued = True
            return await receive()

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and not continued:
                closing = [*message.get("headers", ()), (b"connection", b"close")]
                message = {**message, "headers": closing}
            await send(message)

        await self._app(scope, receiving, sending)

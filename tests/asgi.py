"""An application on an event loop, without a server."""

from asyncio import Event

from starlette.types import ASGIApp, Message

from imagen_fake.testing.messages import Request, Response, scope


async def answer(app: ASGIApp, request: Request) -> Response:
    """What the application sends to a client that waits for it."""
    sent: list[Message] = []
    body: list[Message] = [{"type": "http.request", "body": request.body, "more_body": False}]

    async def receive() -> Message:
        if not body:
            await Event().wait()
        return body.pop()

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope(request), receive, send)
    start, *rest = sent
    whole = b"".join(message.get("body", b"") for message in rest)
    return Response(start["status"], tuple(start["headers"]), whole)

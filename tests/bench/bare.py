"""The baseline that does nothing: uvicorn and Starlette answering constant bytes.

`python -m tests.bench.bare BYTES --port PORT`
"""

import sys
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def create_app(size: int) -> Starlette:
    """Two POST routes that answer `size` constant bytes, `/received` once it has read the body."""
    body = b"A" * size

    async def constant(request: Request) -> Response:  # noqa: ARG001
        return Response(body, media_type="application/json")

    async def received(request: Request) -> Response:
        await request.body()
        return Response(body, media_type="application/json")

    return Starlette(
        routes=[
            Route("/", constant, methods=["POST"]),
            Route("/received", received, methods=["POST"]),
        ]
    )


def serve(app: Any, port: int) -> None:
    """Serve with the settings that the fake has."""
    uvicorn.run(
        app,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        ws="none",
        timeout_keep_alive=75,
    )


if __name__ == "__main__":
    serve(create_app(int(sys.argv[1])), int(sys.argv[-1]))

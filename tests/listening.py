"""Some routes alone, on a real socket."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Thread
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from imagen_fake.server.uvicorn_server import Server


@contextmanager
def listening(routes: Sequence[BaseRoute], **options: Any) -> Iterator[str]:
    """The URL of a server that has these routes and no others; `options` are uvicorn's."""
    urls: SimpleQueue[str] = SimpleQueue()
    app = Starlette(routes=routes)
    settings = uvicorn.Config(
        app, port=0, log_level="warning", lifespan="off", ws="none", **options
    )
    server = Server(settings, urls.put)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield urls.get(timeout=30)
    finally:
        server.should_exit = True
        thread.join()

"""Use the fake in a fresh process, and print as JSON what of the process's state that changed.

`python -m tests.process_state NAME`, with a name of `USES`.
"""

import asyncio
import gc
import json
import locale
import logging
import os
import random
import signal
import socket
import sys
import threading
import time
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import getcontext
from importlib import import_module
from typing import Any
from urllib.request import Request, getproxies, urlopen

import aiohttp
import grpc
import httpx
import httpx2
import requests
import urllib3
from PIL import Image, ImageFile, _imaging

HOST = "https://us-central1-aiplatform.googleapis.com"
PATH = "/v1/publishers/google/models/imagen-4.0-generate-001:predict"
BODY = {"instances": [{"prompt": "an apple"}], "parameters": {"sampleCount": 4}}
REFUSED: dict[str, Any] = {"instances": [], "parameters": {}}
FAULTY = {"instances": [{"prompt": "an apple [fake: drop]"}], "parameters": {}}
GRPC, GRPC_AIO = import_module("grpc._channel"), import_module("grpc.aio._channel")
OWNERS = (
    httpx.HTTPTransport, httpx.AsyncHTTPTransport, httpx2.HTTPTransport, httpx2.AsyncHTTPTransport,
    aiohttp.TCPConnector, urllib3.connection.HTTPConnection, urllib3.connection.HTTPSConnection,
    urllib3.connection.HTTPConnection.__mro__[1], socket.socket, requests.Session,
    GRPC.Channel, GRPC._UnaryUnaryMultiCallable, GRPC_AIO.Channel, GRPC_AIO.UnaryUnaryCall,
)  # fmt: skip
LOGGER = ("level", "disabled", "propagate", "handlers", "filters")
THREADS_END = 30.0
"""How many seconds threads may take to end."""


def state() -> Mapping[str, Any]:
    """What is shared by all of a process; values that can be compared."""
    loggers = {"": logging.getLogger(), **logging.Logger.manager.loggerDict}
    return {
        "environment": dict(os.environ),
        "folder": os.getcwd(),  # noqa: PTH109 (as a text)
        "umask": umask(),
        "warning filters": [*warnings.filters],
        "showing warnings": warnings.showwarning,
        "signal handlers": {number: signal.getsignal(number) for number in signal.valid_signals()},
        "timeout of sockets": socket.getdefaulttimeout(),
        "random numbers": random.getstate(),
        "loggers": {
            name: [str(vars(logger)[part]) for part in LOGGER]
            for name, logger in loggers.items()
            if isinstance(logger, logging.Logger) and (logger.level or logger.handlers or not name)
        },
        "disabled logging": logging.root.manager.disable,
        "imports": ([*sys.meta_path], [*sys.path_hooks], [*sys.path]),
        "hooks": (sys.excepthook, threading.excepthook, sys.unraisablehook, sys.gettrace()),
        "switch interval": sys.getswitchinterval(),
        "recursion limit": sys.getrecursionlimit(),
        "garbage": (gc.isenabled(), gc.get_threshold(), gc.get_debug(), [*gc.callbacks]),
        "event loops": type(asyncio.get_event_loop_policy()),
        "locale": locale.setlocale(locale.LC_ALL),
        "decimals": str(getcontext()),
        "proxies": getproxies(),
        "Pillow": (
            Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, _imaging.get_blocks_max(),
            _imaging.get_block_size(), _imaging.get_alignment(),
        ),
        "libraries": [{**vars(owner)} for owner in OWNERS],
        "lookup": (socket.getaddrinfo, socket.create_connection, socket.socket),
        "clock": (time.time, time.monotonic, time.sleep),
    }  # fmt: skip


def umask() -> int:
    """The mask of new files, which can only be read by setting it."""
    mask = os.umask(0o77)
    os.umask(mask)
    return mask


def threads() -> set[str]:
    """The names of the threads that run."""
    return {thread.name for thread in threading.enumerate()}


def left_threads(before: set[str]) -> list[str]:
    """The threads that are more than before and do not end by themselves."""
    end = time.monotonic() + THREADS_END
    while threads() - before and time.monotonic() < end:
        time.sleep(0.05)
    return sorted(threads() - before)


async def ask_async() -> None:
    async with aiohttp.ClientSession() as session:
        for body in (BODY, REFUSED):
            async with session.post(HOST + PATH, json=body) as reply:
                await reply.read()
    async with httpx.AsyncClient() as client, httpx2.AsyncClient() as other:
        await client.post(HOST + PATH, json=BODY)
        await other.post(HOST + PATH, json=BODY)


def ask() -> None:
    """Ask for pictures, be refused, and lose a connection."""
    for body in (BODY, REFUSED):
        requests.post(HOST + PATH, json=body, timeout=60)
        httpx.post(HOST + PATH, json=body)
        httpx2.post(HOST + PATH, json=body)
        urllib3.request("POST", HOST + PATH, json=body)
    urlopen(Request(HOST + PATH, json.dumps(BODY).encode()), timeout=60).close()
    with suppress(httpx.ReadError):
        httpx.post(HOST + PATH, json=FAULTY)
    asyncio.run(ask_async())
    ask_grpc()


def ask_grpc() -> None:
    """Ask for pictures over gRPC, and for one that comes too late."""
    from tests.grpc_doors import HOST, request, stub

    with grpc.insecure_channel(HOST) as channel:
        predict = stub(channel)
        predict(request())
        late = predict.future(request("an apple [fake: delay=60]"), timeout=0.1)
        with suppress(grpc.RpcError):
            late.result()


def intercepting() -> None:
    """Intercept calls."""
    import imagen_fake

    with imagen_fake.intercept(block_network=True), imagen_fake.intercept():
        ask()


def decorating() -> None:
    """Intercept calls of a function."""
    import imagen_fake

    imagen_fake.intercept()(ask)()


def transporting() -> None:
    """Hand transports to clients."""
    import imagen_fake

    with httpx.Client(transport=imagen_fake.transport()) as client:
        client.post(HOST + PATH, json=BODY)
    with httpx2.Client(transport=imagen_fake.transport(library="httpx2")) as other:
        other.post(HOST + PATH, json=BODY)


def serve_in_thread() -> None:
    """Serve in a thread."""
    from imagen_fake.server.http import serve_in_thread

    with serve_in_thread() as url:
        httpx.post(url + PATH, json=BODY)
        httpx.post(url + PATH, json=REFUSED)


USES: Mapping[str, Callable[[], None]] = {
    "intercepting": intercepting, "decorating": decorating, "transporting": transporting,
    "serving": serve_in_thread,
}  # fmt: skip


def main(name: str) -> None:
    """Print what is another after a use."""
    running, before = threads(), state()
    USES[name]()
    after = state()
    changed = {
        part: f"{before[part]} -> {after[part]}" for part in before if before[part] != after[part]
    }
    if left := left_threads(running):
        changed["threads"] = str(left)
    sys.stdout.write(f"{json.dumps(changed)}\n")


if __name__ == "__main__":
    main(sys.argv[1])

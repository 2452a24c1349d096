"""Servers, each a fresh Python process on a free port."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep

from tests.bench.load import BUFFER, Address, Connection, Lane, Tally

ROOT = Path(__file__).parent.parent.parent
HOST = "127.0.0.1"
STARTUP = 30.0
"""How many seconds a server may take to answer."""

POLL = 0.0005
"""How many seconds pass between two attempts to connect."""

Command = tuple[str, ...]
FAKE: Command = ("imagen_fake", "serve")
NAIVE: Command = ("tests.bench.naive",)


def bare(size: int) -> Command:
    """The server that answers constant bytes."""
    return ("tests.bench.bare", str(size))


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where it listens, its process, and what its start took in seconds."""

    address: Address
    pid: int
    startup: float


@contextmanager
def started(command: Command, probe: bytes) -> Iterator[Server]:
    """A server that has answered `probe` with status 200; it is stopped on leaving."""
    address = (HOST, free_port())
    start = perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", *command, "--port", str(address[1])],
        cwd=ROOT,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": ""},  # an installed package is compiled
        stdout=subprocess.DEVNULL,
    )
    try:
        _await_answer(address, probe, process)
        yield Server(address, process.pid, perf_counter() - start)
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        port: int = listener.getsockname()[1]
        return port


def _await_answer(address: Address, probe: bytes, process: "subprocess.Popen[bytes]") -> None:
    buffer = memoryview(bytearray(BUFFER))
    end = perf_counter() + STARTUP
    while perf_counter() < end:
        if process.poll() is not None:
            raise ChildProcessError(f"{process.args!r} ended with status {process.returncode}")
        try:
            connection = Connection(address, Lane(iter([probe])), Tally())
        except ConnectionRefusedError:
            sleep(POLL)
            continue
        with connection.socket:
            connection.ask()
            while not connection.read(buffer):
                pass
        return
    raise TimeoutError(f"{process.args!r} did not listen within {STARTUP:.0f} seconds")

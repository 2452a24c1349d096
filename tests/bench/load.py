"""Requests over kept connections, at little cost to the processors that the server needs too.

One thread, blocking sockets and a selector: the bytes to send are ready before, and an answer
is read by its Content-Length into one shared buffer.
"""

import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from selectors import EVENT_READ, DefaultSelector
from time import perf_counter

BUFFER = 2**20
PATIENCE = 60.0
"""How many seconds of silence mean that the server hangs."""

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)

Address = tuple[str, int]


class WrongAnswerError(Exception):
    """The server answered something else than was asked for."""


@dataclass(frozen=True, slots=True)
class Lane:
    """Connections that each ask one request after the other."""

    requests: Iterator[bytes]  # whole HTTP requests, shared by the connections
    connections: int = 1
    pause: float = 0.0  # seconds, at least, from one request of a connection to its next
    keep: int = 0  # how many of the first answers are kept


@dataclass(slots=True)
class Tally:
    """What a lane was answered, all with status 200."""

    latencies: list[float] = field(default_factory=list)  # seconds, one per answer
    bodies: list[bytes] = field(default_factory=list)  # the first that were to be kept
    size: int = 0  # bytes of the last body
    seconds: float = 0.0  # from the start to the last answer

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.latencies) / self.seconds


class Connection:
    """One kept connection, and the answer that is being read from it."""

    def __init__(self, address: Address, lane: Lane, tally: Tally) -> None:
        self.socket = socket.create_connection(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.lane = lane
        self.tally = tally
        self.asked = 0.0
        self._head = b""
        self._body: list[bytes] = []
        self._left: int | None = None

    @property
    def due(self) -> float:
        """The moment at which the next request may be sent."""
        return self.asked + self.lane.pause

    def ask(self) -> bool:
        """Send the next request; False if there is none."""
        request = next(self.lane.requests, None)
        if request is None:
            return False
        self.asked = perf_counter()
        self._head, self._body, self._left = b"", [], None
        self.socket.sendall(request)
        return True

    def read(self, buffer: memoryview) -> bool:
        """Read what has come; True once the answer is whole."""
        size = self.socket.recv_into(buffer)
        if not size:
            raise WrongAnswerError("the server hung up")
        part = buffer[:size]
        if self._left is None:
            part = self._read_head(part)
        if self._left is None:
            return False
        self._left -= len(part)
        if len(self.tally.bodies) < self.lane.keep:
            self._body.append(bytes(part))
        if self._left:
            return False
        self._count()
        return True

    def _read_head(self, part: memoryview) -> memoryview:
        """Take the head of an answer out of its first bytes; the rest of them is body."""
        seen = len(self._head)
        head, end, _ = (self._head + bytes(part)).partition(b"\r\n\r\n")
        self._head = head + end
        if end:
            self._left = self.tally.size = content_length(head)
        return part[len(self._head) - seen :]

    def _count(self) -> None:
        now = perf_counter()
        self.tally.latencies.append(now - self.asked)
        if self._body and len(self.tally.bodies) < self.lane.keep:
            self.tally.bodies.append(b"".join(self._body))


def content_length(head: bytes) -> int:
    """How many bytes the body of an answer has.

    Raises WrongAnswerError unless its status is 200.
    """
    if not head.startswith(b"HTTP/1.1 200 "):
        raise WrongAnswerError(head.partition(b"\r\n")[0].decode("latin-1"))
    found = LENGTH.search(head)
    if found is None:
        raise WrongAnswerError("an answer without Content-Length")
    return int(found[1])


def drive(address: Address, lanes: Sequence[Lane], seconds: float = 3600.0) -> list[Tally]:
    """What each lane was answered until that many seconds passed or its requests ran out."""
    tallies = [Tally() for _ in lanes]
    with ExitStack() as stack, DefaultSelector() as selector:
        resting = []
        for lane, tally in zip(lanes, tallies, strict=True):
            for _ in range(lane.connections):
                connection = Connection(address, lane, tally)
                stack.enter_context(connection.socket)
                selector.register(connection.socket, EVENT_READ, connection)
                resting.append(connection)
        _exchange(selector, resting, perf_counter() + seconds)
    return tallies


def _exchange(selector: DefaultSelector, resting: list[Connection], end: float) -> None:
    """Ask and read, each connection at its own pace, until none is left that may ask."""
    buffer = memoryview(bytearray(BUFFER))
    start = perf_counter()
    asking = 0
    while resting or asking:
        now = perf_counter()
        ready = [connection for connection in resting if connection.due <= now]
        resting = [connection for connection in resting if connection.due > now]
        asking += sum(now < end and connection.ask() for connection in ready)
        pause = min((connection.due - now for connection in resting), default=PATIENCE)
        events = selector.select(pause) if resting or asking else []
        if not events and not resting and asking:
            raise WrongAnswerError(f"no answer in {PATIENCE:.0f} seconds")
        for key, _ in events:
            connection = key.data
            if connection.read(buffer):
                connection.tally.seconds = perf_counter() - start
                resting.append(connection)
                asking -= 1

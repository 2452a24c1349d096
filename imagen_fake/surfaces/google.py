"""What Google's surfaces share: reading a body, asking the row off the event loop, answering."""

from asyncio import sleep
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from io import BytesIO
from typing import Any

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from imagen_fake.auth import access
from imagen_fake.clock import monotonic
from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.errors import ApiError, status, without_frames
from imagen_fake.pipeline.forced import SOUND, permitted
from imagen_fake.pipeline.respond import Answer, to_json
from imagen_fake.predict import Target, is_light, understand
from imagen_fake.predict import answer as make
from imagen_fake.spec import Surface
from imagen_fake.state.called import Origin, head
from imagen_fake.state.state import Caller, Key, State
from imagen_fake.surfaces.faults import RawHeaders, send_answer
from imagen_fake.surfaces.foreign_page import refuse_objects
from imagen_fake.surfaces.worker import enter, in_worker
from imagen_fake.version import __version__

OWN_HEADER = b"x-imagen-fake"
"""Of a request: directives. Of an answer: the version."""


class ModelId(Convertor[str]):
    """A model's id in a path: the colon before a method is not part of it."""

    regex = "[^/:]+"

    def convert(self, value: str) -> str:
        """The id as it stands."""
        return value

    def to_string(self, value: str) -> str:
        """The id as it stands."""
        return value


register_url_convertor("id", ModelId())

LARGE = 2**16
"""Bodies of more bytes are parsed in a worker thread too."""


LONGEST_NUMBER = 20
"""Digits of a size in bytes: no client sends more."""


class Predict:
    """`POST …:predict` on one surface, as an ASGI application of its own.

    `resource` names what a path speaks of; `target` looks it up, and may raise ApiError. `rpc` is
    the method that those without access are told of.
    """

    def __init__(
        self,
        state: State,
        surface: Surface,
        resource: Callable[[Mapping[str, str]], str],
        target: Callable[[Mapping[str, str]], Target],
        rpc: str = "predict",
    ) -> None:
        self._state = state
        self._surface = surface
        self._resource = resource
        self._target = target
        self._rpc = rpc
        self._headers = surface_headers(surface)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call; refusals have the service's shape."""
        start = monotonic()
        order = Order(self._state, self._surface, scope, asked_of_fake(scope["headers"]))
        try:
            resource = self._resource(scope["path_params"])
            access.authorize_request(self._state.access, scope, self._surface, resource, self._rpc)
            order.receive(await read(scope, receive, self._state.config.max_body_bytes))
            await refuse_objects(order, scope, receive)
            order.target = self._target(scope["path_params"])
            made = order.kept_answer()
            if made is None:
                made = order.keep(await fresh(order, receive))
        except ApiError as error:
            made = refusal(error, self._surface)
        except ClientDisconnect:
            made = refusal(ApiError("cancelled"), self._surface)
        seconds = monotonic() - start
        await enter(order, made, seconds)
        headers = [*self._headers, *timing(self._surface, seconds), *own_headers(made)]
        await send_answer(made, headers, scope, receive, send)


class Order:
    """One call on its way: who is asked what, and all that its answer depends on.

    `header` is what the request asks of the fake itself.
    """

    __slots__ = (
        "caller", "config", "head", "header", "kept", "named", "raw", "repeats", "state",
        "surface", "target", "turn",
    )  # fmt: skip

    def __init__(
        self, state: State, surface: Surface, scope: Mapping[str, Any], header: str
    ) -> None:
        self.state, self.surface, self.header = state, surface, header
        self.head = head(scope)
        self.named: Mapping[str, str] = scope.get("path_params", {})
        self.kept, self.config = state.kept, state.config
        self.caller = Caller(state.generation)
        self.turn: int | None = None
        self.raw = b""
        self.target: Target | None = None
        # Whether an equal request may be given the same answer.
        self.repeats = not (header or self.config.vary_unseeded or self.caller.generation.rules)

    def receive(self, raw: bytes) -> None:
        """Take the whole body; only now does the call count."""
        self.raw = raw
        if self.config.vary_unseeded:
            self.turn = next(self.caller.generation.turns)

    def kept_answer(self) -> Answer | None:
        """The answer that was kept for an equal request, None if there is none."""
        return self.kept.get(self._key()) if self.repeats else None

    def keep(self, made: Answer) -> Answer:
        """The answer, kept for equal requests if it may be."""
        if self.repeats:
            self.kept.put(self._key(), made)
        return made

    def directed(self) -> Call:
        """The call that the body makes, with what is forced upon it. Raises ApiError."""
        header = permitted(self.header, self.config)
        call = replace(self.understand(), proceed=self.caller.proceed, commit=self.caller.commit)
        return self.caller.generation.rules.direct(call, header)

    def understand(self) -> Call:
        """The call that the body makes. Raises ApiError."""
        assert self.target is not None  # noqa: S101
        return understand(self.target, self.raw, self.config, self.turn, self.state.storage)

    def origin(self) -> Origin:
        """What the journal needs to look at the call later."""
        if self.target is None:
            asked = self.named.get("model", self.named.get("endpoint", ""))
            return Origin(self.surface.name, asked)
        return Origin(self.surface.name, self.target.model_id, self.understand, body_again)

    def _key(self) -> Key:
        assert self.target is not None  # noqa: S101
        return self.surface.name, self.target.model_id, self.raw


def body_again(call: Call) -> bytes:
    """The body of the answer to a call, made once more. Raises ApiError."""
    return make(call).body


async def fresh(order: Order, receive: Receive) -> Answer:
    """A new answer; what takes long is done in worker threads. Raises ApiError.

    Handing one picture over costs a fifth of drawing it, so a light call that is alone is
    answered on the event loop itself.
    """
    if len(order.raw) > LARGE:
        return await in_worker(order.caller, receive, lambda: make(order.directed()))
    with order.state.crowd as crowd:
        await sleep(0)  # others that came at the same time are counted now
        call = order.directed()
        if crowd.size == 1 and is_light(call):
            return make(call)
        return await in_worker(order.caller, receive, lambda: make(call))


def asked_of_fake(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The directives among a request's headers, in UTF-8 or else Latin-1; empty without any."""
    for name, value in headers:
        if name == OWN_HEADER:
            try:
                return value.decode()
            except UnicodeDecodeError:
                return value.decode("latin-1")
    return ""


async def read(scope: Scope, receive: Receive, limit: int) -> bytes:
    """The request body, once its last byte is there.

    Raises ApiError `body_too_large` if it is said to have more than `limit` bytes, before it comes,
    or once it has; ClientDisconnect if the client leaves before the last one.
    """
    if announced(scope) > limit:
        raise ApiError("body_too_large", limit=limit)
    body = BytesIO()  # it grows without a copy, and gives what it holds without another
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk = message.get("body", b"")
        if body.tell() + len(chunk) > limit:
            raise ApiError("body_too_large", limit=limit)
        body.write(chunk)
        if not message.get("more_body", False):
            return body.getvalue()


def announced(scope: Scope) -> int:
    """How many bytes a body is said to have by its head; 0 if that does not say."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit() and len(value) <= LONGEST_NUMBER:
            return int(value)
    return 0


def own_headers(made: Answer) -> Iterator[tuple[bytes, bytes]]:
    """The headers that differ from answer to answer: its own ones, its warnings."""
    yield from made.headers
    if made.warnings:
        yield b"x-imagen-fake-warnings", header_text(made.warnings)


def timing(surface: Surface, seconds: float) -> Iterator[tuple[bytes, bytes]]:
    """The header that tells what an answer took, on surfaces that have it."""
    told = surface.facts.get("serverTiming")
    if told:
        yield b"server-timing", told["value"].format(milliseconds=round(seconds * 1000)).encode()


class Answered(Response):
    """An answer as a Starlette response, its fault included."""

    def __init__(self, made: Answer, surface: Surface, seconds: float = 0) -> None:
        super().__init__(made.body, made.status)
        self._made = made
        self.raw_headers = [
            *surface_headers(surface),
            *timing(surface, seconds),
            *own_headers(made),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer."""
        await send_answer(self._made, self.raw_headers, scope, receive, send)


def refusal(error: ApiError, surface: Surface) -> Answer:
    """The answer that an error makes: `{"error": google.rpc.Status}`."""
    shown = status(without_frames(error), surface)
    headers = access.error_headers(error, surface).items()
    sent = tuple((name.encode(), value.encode()) for name, value in headers)
    return Answer(
        shown["code"],
        to_json({"error": shown}),
        headers=sent,
        fault=error.fault or SOUND,
        forced=error.forced,
    )


def header_text(warnings: Iterable[str]) -> bytes:
    """Warnings as one header value: printable ASCII, separated by ` | `, 2,000 bytes at most."""
    text = " | ".join(warnings).encode("ascii", "backslashreplace")
    return bytes(byte if 32 <= byte < 127 else 63 for byte in text[:2000])


def surface_headers(surface: Surface) -> RawHeaders:
    """The headers every answer of a surface carries, and the fake's version."""
    signed = [*surface.facts["headers"]["value"], ("x-imagen-fake", __version__)]
    return [(name.encode(), value.encode()) for name, value in signed]

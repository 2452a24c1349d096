"""One `:predict` call of Vertex AI or the Gemini API, over HTTP or gRPC or in process."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, cached_property, partial
from typing import Any

from imagen_fake import spec
from imagen_fake.auth import access
from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.errors import ApiError, status, without_frames
from imagen_fake.pipeline.respond import Answer, error_answer
from imagen_fake.predict import Target, draw, respond_delivered, understand
from imagen_fake.spec import Surface
from imagen_fake.state.head import request_head
from imagen_fake.state.journal import is_heavy
from imagen_fake.state.parts import Origin
from imagen_fake.state.snapshot import Key, Snapshot
from imagen_fake.version import __version__

DIRECTIVES_HEADER = b"x-imagen-fake"
"""Of a request: directives. Of an answer: the version."""

Header = tuple[bytes, bytes]

Find = Callable[[], Target]
"""Looks up the model of a request. Raises ApiError."""


class BaseCall:
    """What calls of all surfaces have in common."""

    leading_headers: Sequence[Header] = ()
    """Headers of the answer that come before all others."""

    def __init__(self, memory: Snapshot, scope: Mapping[str, Any]) -> None:
        self.memory = memory
        self.head, self.header = request_head(scope), header_directives(scope["headers"])
        self.raw = b""
        self._variation: int | None = None
        self._call: Call | ApiError | None = None

    def receive(self, raw: bytes) -> None:
        """Set the whole body, and count the call."""
        self.raw = raw
        self._variation = self.memory.next_variation()

    @cached_property
    def heavy(self) -> bool:
        """Whether recording it takes a while."""
        return is_heavy(self.head, b"" if self._is_searched() else self.raw)

    def understand(self) -> Call:
        """The call of the body, which is parsed once. Raises ApiError."""
        if self._call is None:
            try:
                self._call = self._parse()
            except ApiError as error:
                self._call = without_frames(error)
        if isinstance(self._call, ApiError):
            raise self._call
        return self._call

    def _parse(self) -> Call:
        raise NotImplementedError

    def _is_searched(self) -> bool:
        """Whether the body is known to have no credential."""
        return False


class PredictCall(BaseCall):
    """A call of the method `rpc` on a resource, whose model `find` looks up."""

    make_answer: Callable[[Call], Answer] = staticmethod(partial(draw, respond=respond_delivered))

    def __init__(
        self,
        memory: Snapshot,
        scope: Mapping[str, Any],
        surface: Surface,
        resource: str,
        find: Find,
        rpc: str = "predict",
    ) -> None:
        super().__init__(memory, scope)
        self.surface = surface
        self._resource, self._find, self._rpc = resource, find, rpc

    def authorize(self, policy: access.Access, scope: Mapping[str, Any]) -> None:
        """Raise ApiError for a missing or invalid credential."""
        access.authorize_request(policy, scope, self.surface, self._resource, self._rpc)

    def _is_searched(self) -> bool:
        return self.memory.has_cached(self)

    @cached_property
    def key(self) -> Key:
        """Surface, model and body. Raises ApiError for an unknown model."""
        return self.surface.name, self._find().model_id, self.raw

    def _parse(self) -> Call:
        return self._understand(self._find())

    def answer(self, call: Call) -> Answer:
        """Draw what a call asks for, or whatever its method does. Raises ApiError."""
        return self.make_answer(call)

    def refuse(self, error: ApiError) -> Answer:
        """The error response."""
        return refusal(error, self.surface)

    @property
    def origin(self) -> Callable[[], Origin]:
        """The callbacks that the journal keeps."""
        draw_again = partial(_answer_again, self.make_answer)
        return partial(
            _origin, self.surface, self._resource, self._find, self._understand, draw_again
        )

    @property
    def _understand(self) -> Callable[[Target], Call]:
        return partial(
            understand,
            raw=self.raw,
            config=self.memory.config,
            variation=self._variation,
            objects=self.memory.storage,
        )


def _origin(
    surface: Surface,
    resource: str,
    find: Find,
    understand: Callable[[Target], Call],
    draw_again: Callable[[Call], bytes],
) -> Origin:
    try:
        target = find()
    except ApiError:
        return Origin(surface.name, resource.rpartition("/")[2])
    return Origin(surface.name, target.model_id, partial(understand, target), draw_again)


def _answer_again(make_answer: Callable[[Call], Answer], call: Call) -> bytes:
    """The body of the answer to a call, rendered again. Raises ApiError."""
    return make_answer(call).body


def header_directives(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The directives among a request's headers, in UTF-8 or else Latin-1; empty without any."""
    for name, value in headers:
        if name == DIRECTIVES_HEADER:
            try:
                return value.decode()
            except UnicodeDecodeError:
                return value.decode("latin-1")
    return ""


def refusal(error: ApiError, surface: Surface) -> Answer:
    """The answer that an error makes: `{"error": google.rpc.Status}`."""
    error_status = status(without_frames(error), surface)
    headers = access.error_headers(error, surface).items()
    raw_headers = tuple((name.encode(), value.encode()) for name, value in headers)
    return error_answer(error, error_status["code"], {"error": error_status}, raw_headers)


def answer_headers(answer: Answer, surface: Surface, seconds: float) -> list[Header]:
    """The headers of an answer that took so long: the surface's, its duration, its warnings."""
    headers = list(surface_headers(surface.name))
    if own := dict(answer.media_headers):
        headers = [*own.items(), *(one for one in headers if one[0] not in own)]
    if timing := surface.facts.get("serverTiming"):
        duration = timing["value"].format(milliseconds=round(seconds * 1000))
        headers.append((b"server-timing", duration.encode()))
    headers += answer.headers
    if answer.warnings:
        headers.append((b"x-imagen-fake-warnings", header_text(answer.warnings)))
    return headers


@cache
def surface_headers(surface: str) -> tuple[Header, ...]:
    """The headers every answer of a surface carries, and the fake's version."""
    headers = [*spec.surface(surface).facts["headers"]["value"], ("x-imagen-fake", __version__)]
    return tuple((name.encode(), value.encode()) for name, value in headers)


def header_text(warnings: Iterable[str]) -> bytes:
    """Warnings as one header value: printable ASCII, separated by ` | `, 2,000 bytes at most."""
    text = " | ".join(warnings).encode("ascii", "backslashreplace")
    return bytes(byte if 32 <= byte < 127 else 63 for byte in text[:2000])

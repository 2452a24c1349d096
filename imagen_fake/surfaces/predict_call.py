"""One `:predict` call of Vertex AI or the Gemini API, by whatever door it came."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, partial
from typing import Any

from imagen_fake.auth import access
from imagen_fake.config import Config
from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.errors import ApiError, status, without_frames
from imagen_fake.pipeline.respond import Answer, to_json
from imagen_fake.predict import Target, draw, respond_delivered, understand
from imagen_fake.spec import Surface
from imagen_fake.state.called import Origin
from imagen_fake.state.head import request_head
from imagen_fake.state.journal import is_heavy
from imagen_fake.state.responses import Key
from imagen_fake.state.snapshot import Snapshot
from imagen_fake.storage.objects import ObjectStore

OWN_HEADER = b"x-imagen-fake"
"""Of a request: directives. Of an answer: the version."""

Find = Callable[[], Target]
"""Looks up who is asked. Raises ApiError."""


class PredictCall:
    """A call of the method `rpc` on a resource. `find` looks up which model that is."""

    respond = staticmethod(respond_delivered)

    def __init__(
        self,
        memory: Snapshot,
        scope: Mapping[str, Any],
        surface: Surface,
        resource: str,
        find: Find,
        rpc: str = "predict",
    ) -> None:
        self.memory, self.surface = memory, surface
        self.head, self.header = request_head(scope), own_directives(scope["headers"])
        self.raw = b""
        self._resource, self._find, self._rpc = resource, find, rpc
        self._variation: int | None = None
        self._understood: Call | ApiError | None = None

    def admit(self, to: access.Access, scope: Mapping[str, Any]) -> None:
        """Raise ApiError for a call whose credential does not pass."""
        access.authorize_request(to, scope, self.surface, self._resource, self._rpc)

    def receive(self, raw: bytes) -> None:
        """Take the whole body; only now does the call count."""
        self.raw = raw
        self._variation = self.memory.next_variation()

    @cached_property
    def heavy(self) -> bool:
        """Whether it takes a while to enter it into the journal."""
        return is_heavy(self.head, self.raw)

    @property
    def key(self) -> Key:
        """The surface, the model and the body. Raises ApiError where there is no such model."""
        return self.surface.name, self._find().model_id, self.raw

    def understand(self) -> Call:
        """The checked call that the body makes. Raises ApiError."""
        if self._understood is None:
            try:
                self._understood = self._understand(self._find())
            except ApiError as error:
                self._understood = without_frames(error)
        if isinstance(self._understood, ApiError):
            raise self._understood
        return self._understood

    def refuse(self, error: ApiError) -> Answer:
        """The answer that an error makes."""
        return refusal(error, self.surface)

    @property
    def origin(self) -> Callable[[], Origin]:
        """What the journal needs to look at the call later."""
        return partial(_origin, self.surface, self._resource, self._find, self._understand)

    @property
    def _understand(self) -> Callable[[Target], Call]:
        memory = self.memory
        return partial(_understood, self.raw, memory.config, self._variation, memory.storage)


def _understood(
    raw: bytes, config: Config, variation: int | None, storage: ObjectStore, target: Target
) -> Call:
    return understand(target, raw, config, variation, storage)


def _origin(
    surface: Surface, resource: str, find: Find, understand: Callable[[Target], Call]
) -> Origin:
    try:
        target = find()
    except ApiError:
        return Origin(surface.name, resource.rpartition("/")[2])
    return Origin(surface.name, target.model_id, partial(understand, target), _draw_again)


def _draw_again(call: Call) -> bytes:
    """The body of the answer to a call, made once more. Raises ApiError."""
    return draw(call, respond_delivered).body


def own_directives(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The directives among a request's headers, in UTF-8 or else Latin-1; empty without any."""
    for name, value in headers:
        if name == OWN_HEADER:
            try:
                return value.decode()
            except UnicodeDecodeError:
                return value.decode("latin-1")
    return ""


def refusal(error: ApiError, surface: Surface) -> Answer:
    """The answer that an error makes: `{"error": google.rpc.Status}`."""
    shown = status(without_frames(error), surface)
    headers = access.error_headers(error, surface).items()
    return Answer(
        shown["code"],
        to_json({"error": shown}),
        cacheable=False,
        headers=tuple((name.encode(), value.encode()) for name, value in headers),
        outcome=error.outcome,
        error=error,
    )

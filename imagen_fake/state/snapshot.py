"""What one call sees of a fake: its settings and memory as they were when the call began."""

from dataclasses import replace
from threading import Lock
from typing import Protocol

from imagen_fake.clock import monotonic
from imagen_fake.config import Config
from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.force import check_header
from imagen_fake.pipeline.respond import Answer
from imagen_fake.state.called import Asking
from imagen_fake.state.generation import Generation
from imagen_fake.state.responses import Key, ResponseCache
from imagen_fake.storage.objects import ObjectStore


class Remembered(Asking, Protocol):
    """A request that memory can tell from others."""

    @property
    def header(self) -> str:
        """The directives of its header X-Imagen-Fake."""

    @property
    def key(self) -> Key:
        """What identical requests have in common. Raises ApiError where nobody is asked."""


class Snapshot:
    """The memory handed to one call. A call that was left, or a reset overtook, commits nothing."""

    def __init__(
        self, config: Config, storage: ObjectStore, generation: Generation, responses: ResponseCache
    ) -> None:
        self.config, self.storage = config, storage
        self.generation, self._responses = generation, responses
        self.started = monotonic()
        self._left = False
        self._unrecorded = Lock()

    def next_variation(self) -> int | None:
        """The number of a call where equal ones shall differ, else None."""
        return next(self.generation.turns) if self.config.vary_unseeded else None

    def recall(self, request: Remembered) -> Answer | None:
        """The answer kept for an identical request. Raises ApiError if nobody waits any more."""
        self.proceed()
        return self._responses.get(request.key) if self._may_repeat(request) else None

    def holds(self, request: Remembered) -> bool:
        """Whether there is a kept answer to a request."""
        try:
            return self._may_repeat(request) and self._responses.get(request.key) is not None
        except ApiError:
            return False

    def direct(self, request: Remembered, call: Call) -> Call:
        """The call with the outcome that rules, header and prompt force. Raises ApiError."""
        header = check_header(request.header, self.config)
        call = replace(call, proceed=self.proceed, commit=self.commit)
        return self.generation.rules.direct(call, header)

    def keep(self, request: Remembered, answer: Answer) -> None:
        """Keep a cacheable answer for identical requests."""
        if self._may_repeat(request):
            self._responses.put(request.key, answer)

    def record(self, request: Asking, answer: Answer) -> None:
        """Enter a call into the journal, the first time that it is answered."""
        if self._unrecorded.acquire(blocking=False):
            self.generation.journal.add(request, answer, monotonic() - self.started)

    def is_directed(self, request: Remembered) -> bool:
        """Whether a rule or a header may decide what a request is answered."""
        return bool(request.header or self.generation.rules)

    def _may_repeat(self, request: Remembered) -> bool:
        """Whether the body alone decides what a request is answered."""
        return not (self.config.vary_unseeded or self.is_directed(request))

    def leave(self) -> None:
        """Note that nobody waits any more: what has not begun does not begin."""
        self._left = True

    def proceed(self) -> None:
        """Raise ApiError `cancelled` if nobody waits any more."""
        if self._left:
            raise ApiError("cancelled")

    def commit(self) -> None:
        """Raise ApiError `cancelled` if nobody waits any more, or the fake was reset since."""
        self.proceed()
        self.generation.check()

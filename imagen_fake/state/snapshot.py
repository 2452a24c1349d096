"""The settings and state of a fake as they were when a call began."""

from dataclasses import replace
from threading import Lock
from typing import Protocol

from imagen_fake.clock import monotonic
from imagen_fake.config import Config
from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.force import check_header
from imagen_fake.pipeline.respond import Answer
from imagen_fake.state.called import RecordedRequest
from imagen_fake.state.generation import Generation
from imagen_fake.state.responses import Key, ResponseCache
from imagen_fake.storage.objects import ObjectStore


class CacheableRequest(RecordedRequest, Protocol):
    """A request that can be told from others by its key."""

    @property
    def header(self) -> str:
        """The directives of its header X-Imagen-Fake."""

    @property
    def key(self) -> Key:
        """Equal for identical requests. Raises ApiError for an unknown model."""


class Snapshot:
    """The state that one call uses; once cancelled or overtaken by a reset, it stores nothing."""

    def __init__(
        self, config: Config, storage: ObjectStore, generation: Generation, responses: ResponseCache
    ) -> None:
        self.config, self.storage = config, storage
        self.generation, self._responses = generation, responses
        self.started = monotonic()
        self._cancelled = False
        self._unrecorded = Lock()

    def next_variation(self) -> int | None:
        """The next number with `vary_unseeded`, else None."""
        return next(self.generation.variations) if self.config.vary_unseeded else None

    def get_cached(self, request: CacheableRequest) -> Answer | None:
        """The cached answer to an identical request. Raises ApiError if the call was cancelled."""
        self.raise_if_cancelled()
        return self._responses.get(request.key) if self._is_cacheable(request) else None

    def has_cached(self, request: CacheableRequest) -> bool:
        """Whether there is a cached answer to a request."""
        try:
            return self._is_cacheable(request) and self._responses.get(request.key) is not None
        except ApiError:
            return False

    def apply_directives(self, request: CacheableRequest, call: Call) -> Call:
        """The call with the outcome that rules, header and prompt force. Raises ApiError."""
        header = check_header(request.header, self.config)
        call = replace(
            call, raise_if_cancelled=self.raise_if_cancelled, raise_if_stale=self.raise_if_stale
        )
        return self.generation.rules.apply_directives(call, header)

    def cache(self, request: CacheableRequest, answer: Answer) -> None:
        """Cache an answer for identical requests, if it is cacheable."""
        if self._is_cacheable(request):
            self._responses.put(request.key, answer)

    def record(self, request: RecordedRequest, answer: Answer) -> None:
        """Add a call to the journal, once."""
        if self._unrecorded.acquire(blocking=False):
            self.generation.journal.add(request, answer, monotonic() - self.started)

    def has_directives(self, request: CacheableRequest) -> bool:
        """Whether a rule or a header may force an outcome."""
        return bool(request.header or self.generation.rules)

    def _is_cacheable(self, request: CacheableRequest) -> bool:
        """Whether the body alone decides the answer."""
        return not (self.config.vary_unseeded or self.has_directives(request))

    def cancel(self) -> None:
        """Cancel the call: what has not begun does not begin."""
        self._cancelled = True

    def raise_if_cancelled(self) -> None:
        """Raise ApiError `cancelled` if the call was cancelled."""
        if self._cancelled:
            raise ApiError("cancelled")

    def raise_if_stale(self) -> None:
        """Raise ApiError `cancelled` if the call was cancelled or the fake reset since."""
        self.raise_if_cancelled()
        self.generation.raise_if_ended()

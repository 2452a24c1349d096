"""The state of a fake from one reset to the next, and as it was when a call began."""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import count
from threading import Lock
from typing import Protocol

from imagen_fake.clock import monotonic
from imagen_fake.config import Config, ConfigError
from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.force import check_header
from imagen_fake.pipeline.redaction import SECRET_BYTES
from imagen_fake.pipeline.respond import Answer
from imagen_fake.state.called import Called, RecordedRequest
from imagen_fake.state.journal import Journal
from imagen_fake.state.resets import Resets
from imagen_fake.state.rules import Rules, TooManyRulesError
from imagen_fake.storage.objects import ObjectStore
from imagen_fake.store import LRUCache

MAX_CACHED_BODY_BYTES = 64 * 2**10
"""Requests with more than this many bytes are answered anew each time."""

ANSWER_OVERHEAD = 1024
"""About the bytes of a cached answer beside the bodies of request and answer."""

OBSERVERS: list[Callable[[Called, Config], None]] = []
"""Who wants to hear of each call that any fake of this process records, in the call's thread."""

MAX_ERRORS = 20
"""How many tracebacks of errors of the fake's own are kept."""

Key = tuple[str, str, bytes]
"""A surface's name, a model's id and the body as it came."""

ResponseCache = LRUCache[Key, Answer]
"""Encoded answers by request."""

Pictures = LRUCache[str, tuple[str, bytes]]
"""Encoded pictures by name, with their MIME types; the newest is there however large it is."""


class Generation:
    """The state of a fake from one reset to the next: calls, rules, linked pictures.

    A request stores nothing in a later generation than the one it began in.
    """

    def __init__(self, config: Config) -> None:
        self.rules, self.resets = Rules(), Resets()
        self.journal = Journal(limit=config.journal_bytes, clock=self.rules.clock.elapsed)
        self.errors: deque[tuple[str, str]] = deque(maxlen=MAX_ERRORS)
        """Projects and tracebacks."""
        try:
            for rule in config.rules:
                self.rules.add(rule, configured=True)
        except TooManyRulesError as error:
            raise ConfigError(f"rules: {error}") from None
        self.pictures = Pictures(
            config.cache_bytes, lambda _, picture: len(picture[1]), keep_newest=True
        )
        self.variations = count(1)
        self.ended = False

    def reset(self, project: str) -> None:
        """Forget the calls, errors, rules, counts and quotas of a project."""
        self.resets.add(project)
        self.journal.clear(project)
        self.rules.reset(project)
        for error in [error for error in self.errors if error[0] == project]:
            self.errors.remove(error)

    def raise_if_ended(self) -> None:
        """Raise ApiError `cancelled` if the fake was reset since."""
        if self.ended:
            raise ApiError("cancelled", message="imagen-fake: it was reset during this call.")

    def end(self) -> None:
        """Refuse what comes later, and drop the calls, whose requests hold the generation."""
        self.ended = True
        self.journal.clear()


def response_cache(limit: int) -> ResponseCache:
    """A cache of answers to identical requests, of at most `limit` bytes."""
    return ResponseCache(
        limit, lambda key, answer: len(key[2]) + len(answer.body) + ANSWER_OVERHEAD
    )


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
        self._resets = generation.resets.count
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
            call,
            project=request.head.project,
            raise_if_cancelled=self.raise_if_cancelled,
            raise_if_stale=self.raise_if_stale,
        )
        is_stale = partial(self._is_stale, request)
        return self.generation.rules.apply_directives(call, header, is_stale)

    def cache(self, request: CacheableRequest, answer: Answer) -> None:
        """Cache an answer for identical requests, if it is cacheable and they have no secret."""
        if (
            answer.cacheable
            and self._is_cacheable(request)
            and not SECRET_BYTES.search(request.raw)
        ):
            self._responses.put(request.key, answer)

    def record(self, request: RecordedRequest, answer: Answer) -> None:
        """Add a call to the journal, once."""
        if self._unrecorded.acquire(blocking=False):
            seconds, is_stale = monotonic() - self.started, partial(self._is_stale, request)
            called = self.generation.journal.add(request, answer, seconds, is_stale)
            for observe in OBSERVERS:
                if called is not None:
                    observe(called, self.config)

    def has_directives(self, request: CacheableRequest) -> bool:
        """Whether a rule or a header may force an outcome."""
        return bool(request.header) or self.generation.rules.concern(request.head.project)

    def _is_stale(self, request: RecordedRequest) -> bool:
        """Whether the project of a request was reset since the call began."""
        return self.generation.resets.has_since(request.head.project, self._resets)

    def _is_cacheable(self, request: CacheableRequest) -> bool:
        """Whether the body alone decides the answer, and is not long: looking it up reads it."""
        return len(request.raw) <= MAX_CACHED_BODY_BYTES and not (
            self.config.vary_unseeded or self.has_directives(request)
        )

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

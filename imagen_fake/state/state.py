"""Everything that is remembered between two calls, behind one door."""

from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import replace
from itertools import count
from pathlib import Path
from threading import Lock
from traceback import format_exception
from typing import Any, Literal, Self

from imagen_fake.auth.access import Access
from imagen_fake.config import Config, ConfigError
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.redaction import SECRET_BYTES
from imagen_fake.pipeline.respond import Answer
from imagen_fake.state.journal import Journal
from imagen_fake.state.rules import Rules, TooManyRulesError
from imagen_fake.storage.bucket import Bucket
from imagen_fake.storage.embedded import Storage
from imagen_fake.store import LRUCache

LARGEST_KEY = 64 * 2**10
"""Requests with more than this many bytes are answered anew each time."""

MOST_ERRORS = 20
"""How many tracebacks of errors of the fake's own are kept."""

LONGEST_ERROR = 10_000
"""How many characters of a traceback are kept, its last ones."""

ENTRY = 1024
"""About what one kept answer costs beside its bytes."""

Key = tuple[str, str, bytes]
"""A surface's name, a model's id and the body as it came."""


class Crowd:
    """How many calls are being answered at this moment; used on the event loop alone."""

    def __init__(self) -> None:
        self.size = 0

    def __enter__(self) -> Self:
        self.size += 1
        return self

    def __exit__(self, *_: object) -> None:
        self.size -= 1


class Kept:
    """Encoded answers by request, the least used forgotten first, bounded in bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._answers: OrderedDict[Key, Answer] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> Answer | None:
        """The answer that was kept for an equal request, or None."""
        if len(key[2]) > LARGEST_KEY:  # looking it up would read every byte of it
            return None
        answer = self._answers.get(key)
        if answer is not None:
            with self._lock:
                if key in self._answers:
                    self._answers.move_to_end(key)
        return answer

    def put(self, key: Key, answer: Answer) -> None:
        """Keep an answer that lasts, unless it or its request is too large, or holds a secret."""
        size = _size(key, answer)
        if not answer.lasts or len(key[2]) > LARGEST_KEY or size > self._limit:
            return
        if SECRET_BYTES.search(key[2]):
            return
        with self._lock:
            if key not in self._answers:
                self._answers[key] = answer
                self._size += size
            while self._size > self._limit:
                self._size -= _size(*self._answers.popitem(last=False))

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._answers.clear()
            self._size = 0

    def __len__(self) -> int:
        return len(self._answers)

    @property
    def size(self) -> int:
        """How many bytes the kept answers take."""
        return self._size


def _size(key: Key, answer: Answer) -> int:
    return len(key[2]) + len(answer.body) + ENTRY


Pictures = LRUCache[str, tuple[str, bytes]]
"""Encoded pictures by name, with their MIME types; the newest is there however large it is."""


def _picture_size(_: str, picture: tuple[str, bytes]) -> int:
    return len(picture[1])


class Generation:
    """What a fake remembers from one reset to the next: calls, rules, pictures linked to.

    A request belongs to the one it began in, and leaves nothing in a later one.
    """

    def __init__(self, config: Config) -> None:
        self.journal = Journal(limit=config.journal_bytes)
        self.errors: deque[str] = deque(maxlen=MOST_ERRORS)
        self.rules = Rules()
        self._add_rules(config.rules)
        self.pictures = Pictures(config.cache_bytes, _picture_size, keep_newest=True)
        self.turns = count(1)
        self.over = False

    def _add_rules(self, rules: Iterable[str]) -> None:
        try:
            for text in rules:
                self.rules.add(text)
        except TooManyRulesError as error:
            raise ConfigError(f"rules: {error}") from None

    def check(self) -> None:
        """Raise ApiError `cancelled` if the fake was reset since."""
        if self.over:
            raise ApiError("cancelled", message="imagen-fake: it was reset during this call.")

    def end(self) -> None:
        """Take no more, and forget the calls, which hold requests that hold the generation."""
        self.over = True
        self.journal.clear()


class Caller:
    """Who waits for an answer, and since when."""

    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        self._left = False

    def leave(self) -> None:
        """Wait no longer: what has not been begun for it is not begun any more."""
        self._left = True

    def proceed(self) -> None:
        """Raise ApiError `cancelled` if it has left."""
        if self._left:
            raise ApiError("cancelled")

    def commit(self) -> None:
        """Raise ApiError `cancelled` if it has left, or the fake was reset since."""
        self.proceed()
        self.generation.check()


class State:
    """What one fake remembers: its configuration, calls, rules, kept answers, objects stored.

    Raises ConfigError for a storage or a signing key that cannot be used and for a config that is
    none.
    """

    def __init__(self, config: Config | None = None) -> None:
        config = Config.of(config)
        self.config = self._first = config
        self.kept = Kept(config.cache_bytes)
        self.access = Access(config)
        self.storage = _storage(config.storage)
        self.crowd = Crowd()
        self.generation = Generation(config)

    @property
    def journal(self) -> Journal:
        """The calls since the last reset."""
        return self.generation.journal

    @property
    def errors(self) -> deque[str]:
        """The tracebacks of failures of the fake's own since the last reset."""
        return self.generation.errors

    def note_error(self, error: Exception) -> None:
        """Keep the traceback of a failure of the fake's own."""
        self.errors.append("".join(format_exception(error))[-LONGEST_ERROR:])

    @property
    def rules(self) -> Rules:
        """The rules for calls to come."""
        return self.generation.rules

    def configure(self, **changes: Any) -> None:
        """Change settings until the next `reset`; `settings.py` says which can be."""
        # An answer on its way is kept where nobody looks any more.
        self.config, self.kept = replace(self.config, **changes), Kept(self.config.cache_bytes)

    def reset(self) -> None:
        """Forget calls, rules, objects and links; back to the settings at the start.

        What began before leaves nothing behind.
        """
        before, self.generation = self.generation, Generation(self._first)
        before.end()
        if self.config != self._first:
            self.config, self.kept = self._first, Kept(self._first.cache_bytes)
        if isinstance(self.storage, Storage):
            self.storage.folder.reset()


def _storage(where: Path | Literal["gs"] | None) -> Storage | Bucket:
    return Bucket() if where == "gs" else Storage(where)

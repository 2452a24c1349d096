"""The cache of answers to identical requests."""

from imagen_fake.pipeline.redaction import SECRET_BYTES
from imagen_fake.pipeline.respond import Answer
from imagen_fake.store import LRUCache

MAX_KEY_BYTES = 64 * 2**10
"""Requests with more than this many bytes are answered anew each time."""

ENTRY_OVERHEAD = 1024
"""About the bytes of one entry beside key and body."""

Key = tuple[str, str, bytes]
"""A surface's name, a model's id and the body as it came."""


class ResponseCache:
    """Encoded answers by request, the least recently used evicted first, bounded in bytes."""

    def __init__(self, limit: int) -> None:
        self._answers = LRUCache[Key, Answer](limit, _size)

    def get(self, key: Key) -> Answer | None:
        """The cached answer to an identical request, or None."""
        if len(key[2]) > MAX_KEY_BYTES:  # looking it up would read every byte of it
            return None
        return self._answers.get(key)

    def put(self, key: Key, answer: Answer) -> None:
        """Cache a cacheable answer, unless it or its request is too large or has a secret."""
        if answer.cacheable and len(key[2]) <= MAX_KEY_BYTES and not SECRET_BYTES.search(key[2]):
            self._answers.put(key, answer)

    def __len__(self) -> int:
        return len(self._answers)

    @property
    def size(self) -> int:
        """The bytes of the cached answers."""
        return self._answers.size


def _size(key: Key, answer: Answer) -> int:
    return len(key[2]) + len(answer.body) + ENTRY_OVERHEAD

"""The checksums of Cloud Storage, of data as it comes and of files."""

import hashlib
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import BinaryIO, NamedTuple

READ_CHUNK = 2**20


class Checksums(NamedTuple):
    """The MD5 and the CRC32C of data in base64, as Cloud Storage writes them."""

    md5_hash: str
    crc32c: str


class Hasher:
    """Computes both checksums incrementally."""

    def __init__(self) -> None:
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._crc32c = 0

    def update(self, data: bytes) -> None:
        """Add data."""
        import google_crc32c

        self._md5.update(data)
        self._crc32c = google_crc32c.extend(self._crc32c, data)

    def checksums(self) -> Checksums:
        """The checksums of all data so far."""
        digests = self._md5.digest(), self._crc32c.to_bytes(4)
        return Checksums(*(b64encode(digest).decode() for digest in digests))


def checksums_of(file: BinaryIO) -> Checksums:
    """The checksums of the rest of a file."""
    hasher = Hasher()
    while part := file.read(READ_CHUNK):
        hasher.update(part)
    return hasher.checksums()


class ChecksumCache:
    """An LRU cache of checksums by file."""

    def __init__(self, limit: int = 10_000) -> None:
        self._limit = limit
        self._entries: OrderedDict[Hashable, Checksums] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Checksums | None:
        """The checksums cached under a key."""
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
            return self._entries.get(key)

    def put(self, key: Hashable, checksums: Checksums) -> None:
        """Cache checksums."""
        with self._lock:
            self._entries[key] = checksums
            if len(self._entries) > self._limit:
                self._entries.popitem(last=False)

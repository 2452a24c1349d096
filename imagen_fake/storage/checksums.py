"""The checksums of Cloud Storage, of data as it comes and of files."""

import hashlib
from base64 import b64encode
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

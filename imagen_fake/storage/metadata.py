"""Metadata and checksums of objects, and the sidecar file that holds them."""

import hashlib
import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, BinaryIO, NamedTuple, Self

from imagen_fake.storage.objects import UNTYPED

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


class Version(NamedTuple):
    """Generation and metageneration; both only grow."""

    generation: int
    metageneration: int

    @property
    def etag(self) -> str:
        """The entity tag of this version, without quotes."""
        return b64encode(f"{self.generation}/{self.metageneration}".encode()).decode()


class Stamp(NamedTuple):
    """Modification time and size, by which a changed file is noticed."""

    modified: int
    """In nanoseconds since 1970."""
    size: int
    """In bytes."""

    @property
    def version(self) -> Version:
        """The version of a file that was put there by hand."""
        return Version(max(1, self.modified // 1000), 1)


@dataclass(frozen=True, slots=True)
class Properties:
    """The properties of an object that callers set.

    `headers` holds properties by the names of the JSON API that become headers of a download,
    `metadata` the caller's own.
    """

    content_type: str = UNTYPED
    headers: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ObjectMetadata:
    """Metadata of an object: size in bytes, checksums in base64, times by RFC 3339."""

    bucket: str
    name: str
    size: int
    md5_hash: str
    crc32c: str
    generation: int
    metageneration: int
    created: str
    updated: str
    properties: Properties = field(default_factory=Properties)

    @property
    def content_type(self) -> str:
        """The MIME type that the object was written with, or that its name suggests."""
        return self.properties.content_type

    @property
    def version(self) -> Version:
        """The version of its data and of its metadata."""
        return Version(self.generation, self.metageneration)

    def encode(self, stamp: Stamp) -> bytes:
        """The content of the sidecar of data with that stamp."""
        return json.dumps({"file": stamp, **asdict(self)}).encode()


@dataclass(frozen=True, slots=True)
class Sidecar:
    """The content of a sidecar file."""

    stamp: Stamp
    metadata: ObjectMetadata

    @classmethod
    def decode(cls, data: bytes) -> Self | None:
        """Parse a sidecar; None if it is invalid."""
        try:
            fields = json.loads(data)
            stamp = Stamp(*map(int, fields.pop("file")))
            properties = Properties(**fields.pop("properties"))
            return cls(stamp, _validated(ObjectMetadata(properties=properties, **fields)))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None


def _validated(metadata: ObjectMetadata) -> ObjectMetadata:
    """The metadata, if a hand-edited file still has every value of the right type."""
    numbers: list[Any] = [metadata.size, metadata.generation, metadata.metageneration]
    if not all(type(number) is int for number in numbers):
        raise TypeError("a value is of another kind")
    tables = metadata.properties.headers, metadata.properties.metadata
    texts = [text for table in tables for pair in table.items() for text in pair]
    texts += [metadata.name, metadata.md5_hash, metadata.crc32c, metadata.content_type]
    texts += [metadata.created, metadata.updated]
    "".join(texts).encode()  # half a surrogate pair could never be sent
    return metadata


def rfc3339(nanoseconds: int) -> str:
    """A time since 1970 as the JSON API writes it."""
    at = datetime.fromtimestamp(nanoseconds / 1e9, UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

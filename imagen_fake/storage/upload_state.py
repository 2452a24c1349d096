"""The state of a resumable upload, as it is stored beside its data."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Self

from imagen_fake.storage.files import open_regular
from imagen_fake.storage.metadata import Checksums, ObjectMetadata, Properties
from imagen_fake.storage.objects import StorageError


class UploadPart(NamedTuple):
    """A range of bytes in a part's file."""

    start: int
    size: int


@dataclass(frozen=True, slots=True)
class Upload:
    """A resumable upload."""

    bucket: str
    name: str
    properties: Properties
    query: Mapping[str, str] = field(default_factory=dict)
    """The query parameters of the request that began it."""
    expected: Mapping[str, str] = field(default_factory=dict)
    """The declared checksums of the whole, by their names in the JSON API."""
    size: int = 0
    parts: Sequence[UploadPart] = ()
    """The parts received, in order."""
    cancelled: bool = False
    stored: ObjectMetadata | None = None
    """The object that it was committed as."""

    @property
    def uri(self) -> str:
        """The target object."""
        return f"gs://{self.bucket}/{self.name}"

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Parse a stored upload. Raises ValueError or TypeError."""
        fields: dict[str, Any] = dict(json.loads(data))
        parts = tuple(UploadPart(*part) for part in fields.pop("parts", ()))
        metadata = fields.pop("stored", None)
        if metadata:
            metadata = ObjectMetadata(
                **{**metadata, "properties": Properties(**metadata["properties"])}
            )
        properties = Properties(**fields.pop("properties", {}))
        return cls(properties=properties, parts=parts, stored=metadata, **fields)


class ContentRange(NamedTuple):
    """Where a part begins and how long the whole is, None if unknown.

    Without a start the request is a status check.
    """

    start: int | None
    total: int | None

    def new_bytes(self, size: int, received: int) -> int:
        """How many bytes of a part follow those already received; 0 after a gap."""
        if self.start is None or self.start > received:
            return 0
        return max(0, self.start + size - received)


def verify_checksums(expected: Mapping[str, str], checksums: Checksums, uri: str) -> None:
    """Raise StorageError bad_hash if a checksum is not that of the data."""
    actual = {"md5Hash": checksums.md5_hash, "crc32c": checksums.crc32c}
    for name, value in actual.items():
        if expected.get(name, value) != value:
            raise StorageError("bad_hash", uri)


def load_upload(folder: Path, key: str) -> Upload | None:
    """The stored upload with that key."""
    if not re.fullmatch("[0-9a-f]{64}", key):
        return None
    try:
        with open_regular(folder / f"{key}.json") as data:
            return Upload.decode(data.read())
    except (FileNotFoundError, ValueError, TypeError):
        return None

"""What is known of one upload in parts, beside its bytes."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Self

from imagen_fake.storage.checksums import Sums
from imagen_fake.storage.files import open_regular
from imagen_fake.storage.objects import StorageError
from imagen_fake.storage.stored import Properties, Stored


class Part(NamedTuple):
    """Bytes that wait in a file: where in it they begin, how many they are."""

    start: int
    size: int


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload in parts, as far as it has come."""

    bucket: str
    name: str
    properties: Properties
    query: Mapping[str, str] = field(default_factory=dict)
    """The parameters it was begun with."""
    expected: Mapping[str, str] = field(default_factory=dict)
    """The checksums the whole shall have, by their names in the JSON API."""
    size: int = 0
    parts: Sequence[Part] = ()
    """Where its bytes wait, in order."""
    cancelled: bool = False
    stored: Stored | None = None
    """The object it has become."""

    @property
    def uri(self) -> str:
        """Where it goes."""
        return f"gs://{self.bucket}/{self.name}"

    @classmethod
    def decoded(cls, data: bytes) -> Self:
        """The upload that a file tells of. Raises ValueError or TypeError."""
        told: dict[str, Any] = dict(json.loads(data))
        parts = tuple(Part(*part) for part in told.pop("parts", ()))
        stored = told.pop("stored", None)
        if stored:
            stored = Stored(**{**stored, "properties": Properties(**stored["properties"])})
        properties = Properties(**told.pop("properties", {}))
        return cls(properties=properties, parts=parts, stored=stored, **told)


class Place:
    """Which part of an upload is sent: where it begins, and how long the whole is, if said.

    Without a beginning it is no part but a question.
    """

    __slots__ = ("start", "total")

    def __init__(self, start: int | None, total: int | None) -> None:
        self.start, self.total = start, total

    def fresh(self, size: int, there: int) -> int:
        """How many of a part's bytes come behind those that are there; none after a gap."""
        if self.start is None or self.start > there:
            return 0
        return max(0, self.start + size - there)


def check_sums(expected: Mapping[str, str], sums: Sums, uri: str) -> None:
    """Raise StorageError bad_hash if a checksum is not that of the data."""
    found = {"md5Hash": sums.md5_hash, "crc32c": sums.crc32c}
    for name, value in found.items():
        if expected.get(name, value) != value:
            raise StorageError("bad_hash", uri)


def known(folder: Path, key: str) -> Upload | None:
    """The upload of that secret name, None if there is none."""
    if not re.fullmatch("[0-9a-f]{64}", key):
        return None
    try:
        with open_regular(folder / f"{key}.json") as data:
            return Upload.decoded(data.read())
    except (FileNotFoundError, ValueError, TypeError):
        return None

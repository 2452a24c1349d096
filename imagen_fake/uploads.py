"""Uploads in parts: what has come waits in the storage's folder for the rest of it."""

import json
import os
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from imagen_fake.checksums import CHUNK, Sums
from imagen_fake.files import open_regular
from imagen_fake.objects import StorageError
from imagen_fake.staging import Staged
from imagen_fake.storage import Draft, Storage
from imagen_fake.stored import Properties, Stored

MOST = 64
"""Uploads that are remembered at once; the one that has waited longest is forgotten first."""

MOST_FULL = 8
"""How many uploads of the largest size the folder has room for."""

Accept = Callable[[Staged, "Upload"], None]
"""Called before the whole becomes an object; what it raises stops it."""


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
        stored = told.pop("stored", None)
        if stored:
            stored = Stored(**{**stored, "properties": Properties(**stored["properties"])})
        return cls(properties=Properties(**told.pop("properties", {})), stored=stored, **told)


class Place:
    """Which part of an upload is sent: where it begins, and how long the whole is, if said.

    Without a beginning it is no part but a question.
    """

    __slots__ = ("start", "total")

    def __init__(self, start: int | None, total: int | None) -> None:
        self.start, self.total = start, total


class Uploads:
    """The uploads in parts on a storage, none of them larger than `largest` bytes."""

    def __init__(self, storage: Storage, largest: int) -> None:
        self._storage = storage
        self._largest = largest

    def begin(self, upload: Upload) -> str:
        """The secret name of a new upload."""
        key = secrets.token_hex(32)
        with self._locked() as folder:
            folder.mkdir(exist_ok=True)
            self._make_room(folder, MOST - 1, MOST_FULL * self._largest)
            self._keep(folder, key, upload)
        return key

    def get(self, key: str, bucket: str, name: str | None) -> Upload:
        """An upload to that bucket and, if one is given, of that name.

        Raises StorageError missing_upload or cancelled_upload.
        """
        with self._locked() as folder:
            upload = _known(folder, key)
        if upload is None or upload.bucket != bucket or name not in (None, upload.name):
            raise StorageError("missing_upload", f"gs://{bucket}/{name or ''}")
        if upload.cancelled:
            raise StorageError("cancelled_upload", upload.uri)
        return upload

    def cancel(self, key: str, bucket: str, name: str | None) -> None:
        """Take no more of an upload; what has come of it goes."""
        with self._locked() as folder:
            upload = self.get(key, bucket, name)
            if upload.stored is None:
                self._keep(folder, key, replace(upload, cancelled=True))
                (folder / key).unlink(missing_ok=True)

    def add(
        self, key: str, bucket: str, name: str | None, place: Place, part: Staged, accept: Accept
    ) -> Upload:
        """The upload with a part more; with its last one it becomes an object.

        Bytes that have come stay as they came. Raises StorageError, and what `accept` raises.
        """
        part.finish()
        with self._locked() as folder:
            upload = self.get(key, bucket, name)
            if upload.stored is not None:
                return upload
            fresh = 0
            if place.start is not None and place.start <= upload.size:
                fresh = max(0, place.start + part.size - upload.size)
            size = upload.size + fresh
            if place.total is not None and size > place.total:
                raise StorageError("bad_range", upload.uri)
            if size > self._largest:
                self._forget(folder, key)
                raise StorageError("too_large", upload.uri)
            if upload.size == 0 and size == place.total and fresh == part.size:
                return self._finish(folder, key, upload, part, accept)
            upload = self._append(folder, key, upload, part, fresh)
            if size != place.total:
                return upload
            with self._storage.folder.stage() as whole:
                _copy(folder / key, 0, whole.write)
                return self._finish(folder, key, upload, whole, accept)

    def _finish(
        self, folder: Path, key: str, upload: Upload, whole: Staged, accept: Accept
    ) -> Upload:
        draft = Draft(upload.uri, whole, upload.properties)
        (stored,) = self._storage.commit([draft], lambda: accept(whole, upload))
        done = replace(upload, size=whole.size, stored=stored)
        self._keep(folder, key, done)
        (folder / key).unlink(missing_ok=True)
        return done

    def _append(self, folder: Path, key: str, upload: Upload, part: Staged, fresh: int) -> Upload:
        if not fresh:
            return upload
        self._make_room(folder, MOST, MOST_FULL * self._largest - fresh, besides=key)
        with (folder / key).open("ab") as data:
            data.truncate(upload.size)  # a writer that was killed left more
            data.seek(0, os.SEEK_END)
            _copy(part.path, part.size - fresh, data.write)
        grown = replace(upload, size=upload.size + fresh)
        self._keep(folder, key, grown)
        return grown

    def _make_room(self, folder: Path, most: int, room: int, besides: str = "") -> None:
        """Forget the uploads that have waited longest, until few enough and small enough."""
        ages = sorted(folder.glob("*.json"), key=lambda file: -file.stat().st_mtime_ns)
        for number, file in enumerate(ages):
            data = folder / file.stem
            room -= data.stat().st_size if data.exists() else 0
            if (number >= most or room < 0) and file.stem != besides:
                self._forget(folder, file.stem)

    def _forget(self, folder: Path, key: str) -> None:
        (folder / f"{key}.json").unlink(missing_ok=True)
        (folder / key).unlink(missing_ok=True)

    def _keep(self, folder: Path, key: str, upload: Upload) -> None:
        self._storage.folder.replace(folder / f"{key}.json", json.dumps(asdict(upload)).encode())

    @contextmanager
    def _locked(self) -> Iterator[Path]:
        with self._storage.folder.locked("gs://"):
            yield self._storage.folder.uploads


def check_sums(expected: Mapping[str, str], sums: Sums, uri: str) -> None:
    """Raise StorageError bad_hash if a checksum is not that of the data."""
    found = {"md5Hash": sums.md5_hash, "crc32c": sums.crc32c}
    for name, value in found.items():
        if expected.get(name, value) != value:
            raise StorageError("bad_hash", uri)


def _known(folder: Path, key: str) -> Upload | None:
    """The upload of that secret name, None if there is none."""
    if not re.fullmatch("[0-9a-f]{64}", key):
        return None
    try:
        with open_regular(folder / f"{key}.json") as data:
            return Upload.decoded(data.read())
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _copy(file: Path, start: int, write: Callable[[bytes], object]) -> None:
    with open_regular(file) as data:
        data.seek(start)
        while chunk := data.read(CHUNK):
            write(chunk)

"""Resumable uploads: received parts are kept in the storage's folder."""

import json
import os
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path

from imagen_fake.storage.embedded import Draft, Storage
from imagen_fake.storage.files import open_regular, storage_errors
from imagen_fake.storage.metadata import READ_CHUNK
from imagen_fake.storage.objects import StorageError
from imagen_fake.storage.staging import Staged
from imagen_fake.storage.upload_state import ContentRange, Upload, UploadPart, load_upload

MAX_UPLOADS = 64
"""Uploads that are remembered at once; the one that has waited longest is forgotten first."""

MAX_FULL_UPLOADS = 8
"""How many uploads of the largest size the folder has room for."""

MAX_COPIED_PART = 2**20
"""Parts of no more bytes are copied while the folder is locked: each would be a file otherwise."""

BeforeCommit = Callable[[Staged, "Upload"], None]
"""Called before the whole becomes an object; what it raises stops it."""


class Uploads:
    """The uploads in parts on a storage, none of them larger than `largest` bytes."""

    def __init__(self, storage: Storage, largest: int) -> None:
        self._storage = storage
        self._largest = largest

    def begin(self, upload: Upload) -> str:
        """Start an upload; its secret key."""
        key = secrets.token_hex(32)
        with self._locked() as folder:
            folder.mkdir(exist_ok=True)
            self._make_room(folder, MAX_UPLOADS - 1, MAX_FULL_UPLOADS * self._largest)
            self._save(folder, key, upload)
        return key

    def get(self, key: str, bucket: str, name: str | None) -> Upload:
        """An upload to that bucket and, if one is given, of that name.

        Raises StorageError missing_upload or cancelled_upload.
        """
        with self._locked() as folder:
            upload = load_upload(folder, key)
        if upload is None or upload.bucket != bucket or name not in (None, upload.name):
            raise StorageError("missing_upload", f"gs://{bucket}/{name or ''}")
        if upload.cancelled:
            raise StorageError("cancelled_upload", upload.uri)
        return upload

    def cancel(self, key: str, bucket: str, name: str | None) -> None:
        """Cancel an upload and delete its parts."""
        with self._locked() as folder:
            upload = self.get(key, bucket, name)
            if upload.stored is None:
                self._save(folder, key, replace(upload, parts=(), cancelled=True))
                self._drop_parts(folder, key)

    def add(
        self,
        key: str,
        bucket: str,
        name: str | None,
        content_range: ContentRange,
        part: Staged,
        accept: BeforeCommit,
    ) -> Upload:
        """The upload with a part more; with its last one it becomes an object.

        Bytes that have come stay as they came. Raises StorageError, and what `accept` raises.
        """
        part.finish()
        with self._locked() as folder:
            upload = self.get(key, bucket, name)
            if upload.stored is not None:
                return upload
            new_bytes = content_range.new_bytes(part.size, upload.size)
            size = upload.size + new_bytes
            if content_range.total is not None and size > content_range.total:
                raise StorageError("bad_range", upload.uri)
            if size > self._largest:
                self._forget(folder, key)
                raise StorageError("too_large", upload.uri)
            at_once = upload.size == 0 and size == content_range.total and new_bytes == part.size
            if new_bytes and not at_once:
                upload = self._append(folder, key, upload, part, new_bytes)
        if size != content_range.total:
            return upload
        if at_once:
            return self._finish(key, upload, part, accept)
        with self._storage.folder.stage(upload.uri) as whole:
            _join_parts(folder, key, upload, whole)
            return self._finish(key, upload, whole, accept)

    def _finish(self, key: str, upload: Upload, whole: Staged, accept: BeforeCommit) -> Upload:
        """Commit the whole, unless another request did since the folder was last locked."""
        whole.finish()
        with self._locked() as folder:
            current = self.get(key, upload.bucket, upload.name)
            if current.stored is not None:
                return current
            if current != upload:
                raise StorageError("bad_range", upload.uri)
            draft = Draft(upload.uri, whole, upload.properties)
            (metadata,) = self._storage.commit([draft], lambda: accept(whole, upload))
            done = replace(upload, size=whole.size, parts=(), stored=metadata)
            self._save(folder, key, done)
            self._drop_parts(folder, key)
            return done

    def _append(
        self, folder: Path, key: str, upload: Upload, part: Staged, new_bytes: int
    ) -> Upload:
        """Add a part: move its file, or append a small one to the last part."""
        self._make_room(
            folder, MAX_UPLOADS, MAX_FULL_UPLOADS * self._largest - new_bytes, besides=key
        )
        parts = [*upload.parts]
        if parts and new_bytes <= MAX_COPIED_PART:
            last = parts.pop()
            with _part_path(folder, key, len(parts)).open("ab") as data:
                data.truncate(last.start + last.size)  # a writer that was killed left more
                data.seek(0, os.SEEK_END)
                _copy(part.path, part.size - new_bytes, new_bytes, data.write)
            parts.append(last._replace(size=last.size + new_bytes))
        else:
            part.path.replace(_part_path(folder, key, len(parts)))
            parts.append(UploadPart(part.size - new_bytes, new_bytes))
        grown = replace(upload, size=upload.size + new_bytes, parts=tuple(parts))
        self._save(folder, key, grown)
        return grown

    def _make_room(self, folder: Path, most: int, room: int, besides: str = "") -> None:
        """Delete the oldest uploads until the limits on number and size hold."""
        ages = sorted(folder.glob("*.json"), key=lambda file: -file.stat().st_mtime_ns)
        sizes = Counter[str]()
        for file in folder.glob("*.[0-9]*"):
            sizes[file.stem] += file.stat().st_size
        for number, file in enumerate(ages):
            room -= sizes[file.stem]
            if (number >= most or room < 0) and file.stem != besides:
                self._forget(folder, file.stem)

    def _forget(self, folder: Path, key: str) -> None:
        (folder / f"{key}.json").unlink(missing_ok=True)
        self._drop_parts(folder, key)

    def _drop_parts(self, folder: Path, key: str) -> None:
        for file in folder.glob(f"{key}.[0-9]*"):
            file.unlink(missing_ok=True)

    def _save(self, folder: Path, key: str, upload: Upload) -> None:
        self._storage.folder.replace(folder / f"{key}.json", json.dumps(asdict(upload)).encode())

    @contextmanager
    def _locked(self) -> Iterator[Path]:
        with self._storage.folder.locked("gs://"):
            yield self._storage.folder.uploads


def _join_parts(folder: Path, key: str, upload: Upload, whole: Staged) -> None:
    """Concatenate the parts that are still there."""
    with storage_errors(upload.uri), suppress(FileNotFoundError):
        for number, part in enumerate(upload.parts):
            _copy(_part_path(folder, key, number), part.start, part.size, whole.write)


def _part_path(folder: Path, key: str, number: int) -> Path:
    return folder / f"{key}.{number}"


def _copy(file: Path, start: int, size: int, write: Callable[[bytes], object]) -> None:
    with open_regular(file) as data:
        data.seek(start)
        while chunk := data.read(min(size, READ_CHUNK)):
            write(chunk)
            size -= len(chunk)

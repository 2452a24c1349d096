"""An embedded Cloud Storage: buckets as folders, objects as files in them."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from errno import EROFS
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from threading import Lock
from urllib.parse import unquote
from weakref import finalize

from imagen_fake.files import content_type_of, file_name, is_object, kept_of, md5, replace, sidecar
from imagen_fake.objects import UNTYPED, Guard, StorageError, always, is_bucket, parse


@dataclass(frozen=True, slots=True)
class Stored:
    """What is known of an object; size in bytes, the hash in base64, `updated` by RFC 3339.

    The generation is drawn from the content: equal bytes have equal generations everywhere.
    """

    bucket: str
    name: str
    size: int
    content_type: str
    md5_hash: str
    generation: int
    updated: str


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a bucket: its objects, the folders among them, the key to go on after."""

    objects: tuple[Stored, ...]
    prefixes: tuple[str, ...]
    last: str | None
    """None on the last page."""


class Storage:
    """The buckets in a folder. Every method raises StorageError, `denied` if the disk says so.

    Without a folder it makes one when it first needs it, which goes when the storage goes.
    """

    def __init__(self, root: Path | None = None) -> None:
        self._root = root.absolute() if root else None
        self._lock = Lock()

    @property
    def root(self) -> Path:
        """The folder of all buckets."""
        with self._lock:
            if self._root is None:
                self._root = _temporary()
                finalize(self, rmtree, self._root, ignore_errors=True)
            return self._root

    def clear(self) -> None:
        """Remove every bucket."""
        with self._lock:
            for bucket in self._root.iterdir() if self._root else ():
                rmtree(bucket)

    def write(
        self, uri: str, data: bytes, content_type: str = UNTYPED, guard: Guard = always
    ) -> Stored:
        """The object that now holds the data; readers see the old or the new one, never half.

        Unlike the service, a bucket that is not there is made. Raises what `guard` does.
        """
        bucket, name = parse(uri)
        file = self._file(bucket, name)
        kept = {"name": name, "contentType": content_type, "md5Hash": md5(data)}
        with _denying(uri), self._lock:
            guard()
            file.parent.mkdir(parents=True, exist_ok=True)
            replace(sidecar(file), json.dumps(kept).encode())
            replace(file, data)
        return _stored(bucket, name, data, content_type, file)

    def fetch(self, uri: str) -> tuple[Stored, bytes]:
        """An object and its bytes, which belong together. Raises missing_bucket or _object."""
        bucket, name = parse(uri)
        file = self._existing(uri)
        with _denying(uri):
            data = file.read_bytes()
            return _stored(bucket, name, data, content_type_of(file, name, data), file), data

    def read(self, uri: str, limit: int) -> bytes:
        """The bytes of an object, `limit` at most.

        Raises missing_bucket, missing_object or too_large.
        """
        file = self._existing(uri)
        with _denying(uri), file.open("rb") as stream:
            data = stream.read(limit + 1)
        if len(data) > limit:
            raise StorageError("too_large", uri)
        return data

    def stat(self, uri: str) -> Stored:
        """What is known of an object. Raises missing_bucket or missing_object."""
        return self.fetch(uri)[0]

    def delete(self, uri: str) -> None:
        """Remove an object. Raises missing_bucket or missing_object."""
        self.fetch(uri)
        file = self._file(*parse(uri))
        with _denying(uri), self._lock:
            file.unlink()
            sidecar(file).unlink(missing_ok=True)

    def list(
        self, bucket: str, prefix: str = "", delimiter: str = "", after: str = "", limit: int = 1000
    ) -> Listing:
        """Up to `limit` objects and folders whose key begins so and is behind `after`, in order.

        A folder is the part of a key up to the first delimiter behind the prefix.
        Raises missing_bucket.
        """
        found = {
            _folded(name, prefix, delimiter)
            for name in self._names(bucket)
            if name.startswith(prefix)
        }
        keys = sorted((key, is_folder) for key, is_folder in found if key > after)
        page = keys[:limit]
        return Listing(
            tuple(self.stat(f"gs://{bucket}/{key}") for key, is_folder in page if not is_folder),
            tuple(key for key, is_folder in page if is_folder),
            page[-1][0] if len(keys) > len(page) > 0 else None,
        )

    def has(self, bucket: str) -> bool:
        """Whether a bucket is there."""
        folder = self._folder(bucket)
        with _denying(f"gs://{bucket}"):
            return folder.is_dir()

    def buckets(self) -> tuple[str, ...]:
        """The names of all buckets, in order."""
        with _denying("gs://"):
            self.root.mkdir(parents=True, exist_ok=True)
            folders = [each for each in self.root.iterdir() if each.is_dir()]
        names = sorted(unquote(folder.name) for folder in folders if not folder.is_symlink())
        return tuple(name for name in names if is_bucket(name))

    def create(self, bucket: str) -> None:
        """Make a bucket unless it is there."""
        folder = self._folder(bucket)
        with _denying(f"gs://{bucket}"):
            folder.mkdir(parents=True, exist_ok=True)

    def _names(self, bucket: str) -> Iterator[str]:
        uri = f"gs://{bucket}"
        if not self.has(bucket):
            raise StorageError("missing_bucket", uri)
        with _denying(uri):
            files = [file for file in self._folder(bucket).iterdir() if is_object(file)]
        for file in files:
            name = str(kept_of(file).get("name", "")) if "~" in file.name else unquote(file.name)
            if file_name(name) == file.name:
                yield name

    def _existing(self, uri: str) -> Path:
        """The file of an object, which may be missing; its bucket is not, and it is no link."""
        bucket, name = parse(uri)
        if not self.has(bucket):
            raise StorageError("missing_bucket", uri)
        file = self._file(bucket, name)
        if file.is_symlink():
            raise StorageError("denied", uri)
        return file

    def _folder(self, bucket: str) -> Path:
        if not is_bucket(bucket):
            raise StorageError("bad_bucket", f"gs://{bucket}")
        with _denying(f"gs://{bucket}"):
            folder = self.root / file_name(bucket)
            if folder.is_symlink():  # it might lead out of the root
                raise StorageError("denied", f"gs://{bucket}")
            return folder

    def _file(self, bucket: str, name: str) -> Path:
        return self._folder(bucket) / file_name(name)


def _temporary() -> Path:
    try:
        return Path(mkdtemp(prefix="imagen-fake-"))
    except OSError as error:
        raise PermissionError(str(error)) from None


def _folded(name: str, prefix: str, delimiter: str) -> tuple[str, bool]:
    """The key a name is listed under, and whether that is a folder."""
    head, found, _ = name[len(prefix) :].partition(delimiter) if delimiter else ("", "", "")
    return (prefix + head + found, True) if found else (name, False)


def _stored(bucket: str, name: str, data: bytes, content_type: str, file: Path) -> Stored:
    return Stored(
        bucket,
        name,
        len(data),
        content_type,
        md5(data),
        1 + int.from_bytes(hashlib.sha256(data).digest()[:6]),
        datetime.fromtimestamp(file.stat().st_mtime, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    )


@contextmanager
def _denying(uri: str) -> Iterator[None]:
    """Errors of the disk as refusals."""
    try:
        yield
    except FileNotFoundError:
        raise StorageError("missing_object", uri) from None
    except (PermissionError, NotADirectoryError, IsADirectoryError, FileExistsError):
        raise StorageError("denied", uri) from None
    except OSError as error:
        if error.errno == EROFS:
            raise StorageError("denied", uri) from None
        raise

"""Looking into a storage's folder: which buckets and objects there are, and their data."""

from contextlib import suppress
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote

from imagen_fake.storage import found
from imagen_fake.storage.checksums import Measured
from imagen_fake.storage.files import file_name, refusing
from imagen_fake.storage.folder import Folder
from imagen_fake.storage.found import Found, Listing
from imagen_fake.storage.objects import StorageError, is_bucket, parse
from imagen_fake.storage.stored import Stored, Version


class Lookup:
    """What changes nothing in a storage. Every method raises StorageError."""

    def __init__(self, root: Path | None = None) -> None:
        self.folder = Folder(root)
        self._measured = Measured()

    @property
    def root(self) -> Path:
        """The folder of all buckets."""
        return self.folder.root

    def open(self, uri: str) -> tuple[Stored, BinaryIO]:
        """An object and its data, which belong together whatever is written meanwhile.

        Raises missing_bucket or missing_object.
        """
        with self.folder.locked(uri, reading=True):
            there, data = found.opened(self._existing(uri))
        with refusing(uri):
            return there.measured(data, self._measured), data

    def fetch(self, uri: str) -> tuple[Stored, bytes]:
        """An object and its bytes, which belong together. Raises missing_bucket or _object."""
        stored, data = self.open(uri)
        with data, refusing(uri):
            return stored, data.read()

    def read(self, uri: str, limit: int) -> bytes:
        """The bytes of an object, `limit` at most.

        Raises missing_bucket, missing_object or too_large.
        """
        with self.folder.locked(uri, reading=True):
            _, file = found.opened(self._existing(uri))
        with file, refusing(uri):
            data = file.read(limit + 1)
        if len(data) > limit:
            raise StorageError("too_large", uri)
        return data

    def stat(self, uri: str) -> Stored:
        """What is known of an object. Raises missing_bucket or missing_object."""
        with self.folder.locked(uri, reading=True):
            stored = self._existing(uri).stored
        if stored is None:
            stored, data = self.open(uri)
            data.close()
        return stored

    def version(self, uri: str) -> Version | None:
        """The version of an object, None if there is none."""
        with self.folder.locked(uri, reading=True):
            there = self._look(uri)
            return there and there.version

    def list(
        self, bucket: str, prefix: str = "", delimiter: str = "", after: str = "", limit: int = 1000
    ) -> Listing:
        """Up to `limit` objects and folders whose key begins so and is behind `after`, in order.

        A folder is the part of a key up to the first delimiter behind the prefix.
        Raises missing_bucket.
        """
        with self.folder.locked(f"gs://{bucket}", reading=True):
            if not self.has(bucket):
                raise StorageError("missing_bucket", f"gs://{bucket}")
            names = found.names(self._folder(bucket), folds=self.folder.folds)
            page = found.page(names, prefix, delimiter, after, limit)
            there = [self._look(f"gs://{bucket}/{key}") for key, is_folder in page.keys
                     if not is_folder]  # fmt: skip
        objects = tuple(stored for each in there if each and (stored := self._known(each)))
        return Listing(objects, tuple(key for key, is_folder in page.keys if is_folder), page.last)

    def has(self, bucket: str) -> bool:
        """Whether a bucket is there."""
        with self.folder.locked(f"gs://{bucket}", reading=True):
            return self._folder(bucket).is_dir()

    def buckets(self) -> tuple[str, ...]:
        """The names of all buckets, in order."""
        with self.folder.locked("gs://", reading=True) as root:
            folders = [each for each in root.iterdir() if each.is_dir() and not each.is_symlink()]
        names = sorted(unquote(folder.name) for folder in folders)
        return tuple(name for name in names if is_bucket(name))

    def _known(self, there: Found) -> Stored | None:
        """What is known of an object on a list; None if it went since."""
        if there.stored:
            return there.stored
        with suppress(StorageError):
            return self.stat(f"gs://{there.bucket}/{there.name}")
        return None

    def _existing(self, uri: str) -> Found:
        """The object. Raises missing_bucket or missing_object."""
        there = self._look(uri)
        if there is None:
            bucket = parse(uri)[0]
            raise StorageError("missing_object" if self.has(bucket) else "missing_bucket", uri)
        return there

    def _look(self, uri: str) -> Found | None:
        bucket, name = parse(uri)
        return found.look(self._folder(bucket), bucket, name, folds=self.folder.folds)

    def _folder(self, bucket: str) -> Path:
        if not is_bucket(bucket):
            raise StorageError("bad_bucket", f"gs://{bucket}")
        folder = self.root / file_name(bucket)
        if folder.is_symlink():  # it might lead out of the root
            raise StorageError("denied", f"gs://{bucket}")
        return folder

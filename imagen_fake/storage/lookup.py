"""Reads buckets, objects and their data."""

from contextlib import suppress
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote

from imagen_fake.storage import object_file
from imagen_fake.storage.files import file_name, storage_errors
from imagen_fake.storage.folder import Folder
from imagen_fake.storage.metadata import ObjectMetadata, Version
from imagen_fake.storage.object_file import ChecksumCache, Listing, ObjectFile
from imagen_fake.storage.objects import StorageError, is_bucket_name, parse_uri

MAX_CHECKSUMS = 10_000
"""Of files whose metadata is nowhere but in them."""


class Lookup:
    """The reading half of `Storage`. Every method raises StorageError."""

    def __init__(self, root: Path | None = None) -> None:
        self.folder = Folder(root)
        self._checksum_cache = ChecksumCache(MAX_CHECKSUMS)

    def open(self, uri: str) -> tuple[ObjectMetadata, BinaryIO]:
        """An object and its data, which belong together whatever is written meanwhile.

        Raises missing_bucket or missing_object.
        """
        with self.folder.locked(uri, reading=True):
            file, data = object_file.open_object(self._find(uri))
        with storage_errors(uri):
            return file.read_metadata(data, self._checksum_cache), data

    def read(self, uri: str, limit: int) -> bytes:
        """The bytes of an object, `limit` at most.

        Raises missing_bucket, missing_object or too_large.
        """
        with self.folder.locked(uri, reading=True):
            _, file = object_file.open_object(self._find(uri))
        with file, storage_errors(uri):
            data = file.read(limit + 1)
        if len(data) > limit:
            raise StorageError("too_large", uri)
        return data

    def stat(self, uri: str) -> ObjectMetadata:
        """The metadata of an object. Raises missing_bucket or missing_object."""
        with self.folder.locked(uri, reading=True):
            metadata = self._find(uri).metadata
        if metadata is None:
            metadata, data = self.open(uri)
            data.close()
        return metadata

    def version(self, uri: str) -> Version | None:
        """The version of an object, None if there is none."""
        with self.folder.locked(uri, reading=True):
            file = self._find_or_none(uri)
            return file and file.version

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
            names = object_file.object_names(self._bucket_folder(bucket), folds=self.folder.folds)
            keys, last = object_file.list_page(names, prefix, delimiter, after, limit)
            names = (key for key, is_folder in keys if not is_folder)
            files = [self._find_or_none(f"gs://{bucket}/{name}") for name in names]
        objects = tuple(filter(None, (self._listed_metadata(file) for file in files if file)))
        return Listing(objects, tuple(key for key, is_folder in keys if is_folder), last)

    def has(self, bucket: str) -> bool:
        """Whether a bucket is there."""
        with self.folder.locked(f"gs://{bucket}", reading=True):
            return self._bucket_folder(bucket).is_dir()

    def buckets(self) -> tuple[str, ...]:
        """The names of all buckets, in order."""
        with self.folder.locked("gs://", reading=True) as root:
            folders = [path for path in root.iterdir() if path.is_dir() and not path.is_symlink()]
        names = sorted(unquote(folder.name) for folder in folders)
        return tuple(name for name in names if is_bucket_name(name))

    def _listed_metadata(self, file: ObjectFile) -> ObjectMetadata | None:
        """The metadata of a listed object; None if it was deleted since."""
        if file.metadata:
            return file.metadata
        with suppress(StorageError):
            return self.stat(f"gs://{file.bucket}/{file.name}")
        return None

    def _find(self, uri: str) -> ObjectFile:
        """The object. Raises missing_bucket or missing_object."""
        file = self._find_or_none(uri)
        if file is None:
            bucket = parse_uri(uri)[0]
            raise StorageError("missing_object" if self.has(bucket) else "missing_bucket", uri)
        return file

    def _find_or_none(self, uri: str) -> ObjectFile | None:
        bucket, name = parse_uri(uri)
        folder = self._bucket_folder(bucket)
        return object_file.find_object(folder, bucket, name, folds=self.folder.folds)

    def _bucket_folder(self, bucket: str) -> Path:
        if not is_bucket_name(bucket):
            raise StorageError("bad_bucket", f"gs://{bucket}")
        folder = self.folder.root / file_name(bucket)
        if folder.is_symlink():  # it might lead out of the root
            raise StorageError("denied", f"gs://{bucket}")
        return folder

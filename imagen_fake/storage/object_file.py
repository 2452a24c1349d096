"""Objects as files in a bucket's folder, and pages of them."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, NamedTuple

from imagen_fake.storage.files import (
    object_name,
    object_path,
    open_regular,
    read_sidecar,
    stamp_of,
    type_of,
)
from imagen_fake.storage.metadata import (
    Checksums,
    ObjectMetadata,
    Properties,
    Sidecar,
    Stamp,
    Version,
    checksums_of,
    rfc3339,
)
from imagen_fake.store import LRUCache

ChecksumCache = LRUCache[tuple[Path, Stamp], Checksums]


class ObjectFile(NamedTuple):
    """An object's file and its metadata as far as known without reading the data."""

    bucket: str
    name: str
    file: Path
    stamp: Stamp
    sidecar: Sidecar | None
    """It may describe other bytes than those in the file now."""

    @property
    def metadata(self) -> ObjectMetadata | None:
        """The metadata; None if the data must be read first."""
        if self.sidecar is None or self.sidecar.stamp != self.stamp:
            return None
        return replace(self.sidecar.metadata, bucket=self.bucket, name=self.name)

    @property
    def version(self) -> Version:
        """The version of the object."""
        return self.metadata.version if self.metadata else self.stamp.version

    def read_metadata(self, data: BinaryIO, cache: ChecksumCache) -> ObjectMetadata:
        """The metadata, computed from the data at most once if there is none."""
        if self.metadata:
            return self.metadata
        checksums = cache.get_or_create((self.file, self.stamp), lambda: checksums_of(data))
        data.seek(0)
        properties = Properties(type_of(self.name))
        if self.sidecar and self.sidecar.metadata.md5_hash == checksums.md5_hash:
            properties = self.sidecar.metadata.properties
        at = rfc3339(self.stamp.modified)
        return ObjectMetadata(
            self.bucket, self.name, self.stamp.size, *checksums, *self.version, at, at, properties
        )


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a bucket: its objects, the folders among them, the key to go on after."""

    objects: tuple[ObjectMetadata, ...]
    prefixes: tuple[str, ...]
    last: str | None
    """None on the last page."""


def find_object(folder: Path, bucket: str, name: str, *, folds: bool) -> ObjectFile | None:
    """The object of that name in a bucket's folder. Raises PermissionError for a link."""
    file = object_path(folder, name, folds=folds)
    try:
        return ObjectFile(bucket, name, file, stamp_of(file), read_sidecar(file))
    except FileNotFoundError:
        return None


def open_object(file: ObjectFile) -> tuple[ObjectFile, BinaryIO]:
    """The object's file with its current stamp, and its data. Raises OSError."""
    data = open_regular(file.file)
    status = os.fstat(data.fileno())
    return file._replace(stamp=Stamp(status.st_mtime_ns, status.st_size)), data


def object_names(folder: Path, *, folds: bool) -> Iterator[str]:
    """The names of all objects in a bucket's folder."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_file(follow_symlinks=False):
                name = object_name(folder / entry.name, folds=folds)
                if name is not None:
                    yield name


def list_page(
    names: Iterator[str], prefix: str, delimiter: str, after: str, limit: int
) -> tuple[list[tuple[str, bool]], str | None]:
    """Up to `limit` keys that begin so and are behind `after`, and the last one if there are more.

    They are in order, each with whether it is a folder: the part of a name up to the first
    delimiter behind the prefix.
    """
    matching = {_list_key(name, prefix, delimiter) for name in names if name.startswith(prefix)}
    keys = sorted((key, is_folder) for key, is_folder in matching if key > after)
    page = keys[:limit]
    return page, page[-1][0] if len(keys) > len(page) > 0 else None


def _list_key(name: str, prefix: str, delimiter: str) -> tuple[str, bool]:
    """The key a name is listed under, and whether that is a folder."""
    head, separator, _ = name[len(prefix) :].partition(delimiter) if delimiter else ("", "", "")
    return (prefix + head + separator, True) if separator else (name, False)

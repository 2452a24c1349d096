"""Objects as they are found in a bucket's folder."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, NamedTuple

from imagen_fake.storage.checksums import Measured, sums_of
from imagen_fake.storage.files import file_of, kept_of, object_name, open_regular, stamp_of, type_of
from imagen_fake.storage.stored import Kept, Properties, Stamp, Stored, Version, moment


class Found(NamedTuple):
    """The file of an object and what is known of it without its bytes."""

    bucket: str
    name: str
    file: Path
    stamp: Stamp
    kept: Kept | None
    """What the hidden file says, be it of these bytes or of others."""

    @property
    def stored(self) -> Stored | None:
        """What is known of the object; None if its bytes must be read for that."""
        if self.kept is None or self.kept.stamp != self.stamp:
            return None
        return replace(self.kept.stored, bucket=self.bucket, name=self.name)

    @property
    def version(self) -> Version:
        """The version of the object."""
        return self.stored.version if self.stored else self.stamp.version

    def measured(self, data: BinaryIO, known: Measured) -> Stored:
        """What is known of the object, its bytes read if they must be; they are read once."""
        if self.stored:
            return self.stored
        sums = known.get((self.file, self.stamp))
        if sums is None:
            sums = sums_of(data)
            data.seek(0)
            known.put((self.file, self.stamp), sums)
        moved = self.kept is not None and self.kept.stored.md5_hash == sums.md5_hash
        properties = (
            self.kept.stored.properties if self.kept and moved else Properties(type_of(self.name))
        )
        at = moment(self.stamp.modified)
        return Stored(
            self.bucket, self.name, self.stamp.size, *sums, *self.version, at, at, properties
        )


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a bucket: its objects, the folders among them, the key to go on after."""

    objects: tuple[Stored, ...]
    prefixes: tuple[str, ...]
    last: str | None
    """None on the last page."""


class Page(NamedTuple):
    """The keys on one page, each with whether it is a folder; the last one if there are more."""

    keys: list[tuple[str, bool]]
    last: str | None


def look(folder: Path, bucket: str, name: str, *, folds: bool) -> Found | None:
    """The object of that name in a bucket's folder. Raises PermissionError for a link."""
    file = file_of(folder, name, folds=folds)
    try:
        return Found(bucket, name, file, stamp_of(file), kept_of(file))
    except FileNotFoundError:
        return None


def opened(found: Found) -> tuple[Found, BinaryIO]:
    """The same object, open to be read, as it is at this moment. Raises OSError."""
    data = open_regular(found.file)
    now = os.fstat(data.fileno())
    return found._replace(stamp=Stamp(now.st_mtime_ns, now.st_size)), data


def names(folder: Path, *, folds: bool) -> Iterator[str]:
    """The names of all objects in a bucket's folder."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_file(follow_symlinks=False):
                name = object_name(folder / entry.name, folds=folds)
                if name is not None:
                    yield name


def page(names: Iterator[str], prefix: str, delimiter: str, after: str, limit: int) -> Page:
    """Up to `limit` keys that begin so and are behind `after`, in order.

    A folder is the part of a name up to the first delimiter behind the prefix.
    """
    found = {_folded(name, prefix, delimiter) for name in names if name.startswith(prefix)}
    keys = sorted((key, is_folder) for key, is_folder in found if key > after)
    shown = keys[:limit]
    return Page(shown, shown[-1][0] if len(keys) > len(shown) > 0 else None)


def _folded(name: str, prefix: str, delimiter: str) -> tuple[str, bool]:
    """The key a name is listed under, and whether that is a folder."""
    head, found, _ = name[len(prefix) :].partition(delimiter) if delimiter else ("", "", "")
    return (prefix + head + found, True) if found else (name, False)

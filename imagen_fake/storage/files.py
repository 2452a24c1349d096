"""Objects as files on disk.

An object is one file in its bucket's folder, named as the object with everything but letters,
digits and `._-` percent-encoded: no name leads out of the folder, and `a` stands beside `a/b`.
A hidden file beside it keeps what bytes cannot tell. A file put there by hand is an object of
the file's own name.
"""

import errno
import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from urllib.parse import quote, unquote

from imagen_fake import spec
from imagen_fake.storage.metadata import Sidecar, Stamp
from imagen_fake.storage.objects import UNTYPED, StorageError, is_object_name

MAX_FILE_NAME = 200
"""Bytes of an encoded name beyond which a file is named by a digest and the name's end."""

DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
"""Device names on Windows, with any suffix."""

SAFE_FLAGS = sum(getattr(os, flag, 0) for flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
"""No link is followed, and nothing waits for the other end of a pipe."""


def file_name(name: str, *, folds: bool = False) -> str:
    """The file of an object's name: at most 200 bytes, never hidden, safe on every system.

    Where the file system folds case, capitals are encoded too.
    """
    encoded = quote(name, safe="").replace("~", "%7E")
    if folds:
        encoded = re.sub("(?<!%)(?<!%.)[A-Z]", lambda match: f"%{ord(match[0]):02X}", encoded)
    if encoded.startswith(".") or DEVICES.match(encoded):
        encoded = f"%{ord(encoded[0]):02X}{encoded[1:]}"
    if encoded.endswith("."):
        encoded = f"{encoded[:-1]}%2E"
    if len(encoded) <= MAX_FILE_NAME:
        return encoded
    return f"{hashlib.sha256(name.encode()).hexdigest()}~{encoded[-64:]}"


def object_path(bucket: Path, name: str, *, folds: bool = False) -> Path:
    """The path of an object's file, which may have been put there by hand."""
    file, by_hand = bucket / file_name(name, folds=folds), bucket / name
    if _is_visible(by_hand, bucket, name) and not os.path.lexists(file):
        return by_hand if os.path.lexists(by_hand) else file
    return file


def object_name(file: Path, *, folds: bool = False) -> str | None:
    """The name of the object in a file; None if that is no object's file."""
    if file.name.startswith("."):
        return None
    if "~" in file.name and (sidecar := read_sidecar(file)):
        name = sidecar.metadata.name
    else:
        name = unquote(file.name, errors="surrogateescape")
    if is_object_name(name) and file_name(name, folds=folds) == file.name:
        return name
    other = is_object_name(file.name) and file_name(file.name, folds=folds)
    return file.name if other and not os.path.lexists(file.with_name(other)) else None


def _is_visible(file: Path, bucket: Path, name: str) -> bool:
    """Whether a name as it stands is that of an ordinary file in a folder, on this system."""
    plain = file.parent == bucket and file.name == name and "\0" not in name
    return plain and not (name.startswith(".") or DEVICES.match(name)) and len(name.encode()) < 256


def sidecar_path(file: Path) -> Path:
    """The path of the hidden JSON file beside an object's file."""
    if len(os.fsencode(file.name)) > MAX_FILE_NAME:
        return file.with_name(f".{hashlib.sha256(os.fsencode(file.name)).hexdigest()}.json")
    return file.with_name(f".{file.name}.json")


def read_sidecar(file: Path) -> Sidecar | None:
    """The sidecar of an object's file; None if there is no readable one."""
    try:
        with open_regular(sidecar_path(file)) as beside:
            return Sidecar.decode(beside.read())
    except OSError:
        return None


def stamp_of(file: Path) -> Stamp:
    """The stamp of a regular file.

    Raises FileNotFoundError if it is anything else, PermissionError if it is a link, which might
    lead out of the folder.
    """
    status = file.lstat()
    if stat.S_ISLNK(status.st_mode):
        raise PermissionError(file.name)
    if not stat.S_ISREG(status.st_mode):
        raise FileNotFoundError(file.name)
    return Stamp(status.st_mtime_ns, status.st_size)


def open_regular(file: Path) -> BinaryIO:
    """A regular file, open to be read. Raises OSError for anything else, without any waiting."""
    handle = os.open(file, os.O_RDONLY | SAFE_FLAGS)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise FileNotFoundError(file.name)
    return os.fdopen(handle, "rb")


def type_of(name: str) -> str:
    """The content type that the ending of a name says."""
    types: Mapping[str, str] = spec.table("mime_types")["types"]
    return types.get(PurePosixPath(name).suffix.lower().removeprefix("."), UNTYPED)


def write_whole(file: Path, data: bytes, *, durable: bool) -> None:
    """Write a new file; if it is to be durable, it is on the disk afterwards."""
    with file.open("xb") as stream:
        stream.write(data)
        if durable:
            stream.flush()
            os.fsync(stream.fileno())


@contextmanager
def storage_errors(uri: str, missing: str = "missing_object") -> Iterator[None]:
    """Translate OSError to StorageError.

    `missing` is what it means that something is not there.
    """
    try:
        yield
    except FileNotFoundError:
        raise StorageError(missing, uri) from None
    except OSError as error:
        raise StorageError("denied" if _is_denied(error) else "unavailable", uri) from None


def _is_denied(error: OSError) -> bool:
    kinds = PermissionError, NotADirectoryError, IsADirectoryError, FileExistsError
    return isinstance(error, kinds) or error.errno in (errno.EROFS, errno.ELOOP)

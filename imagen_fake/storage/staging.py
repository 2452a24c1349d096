"""Files with data that is not yet committed."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, BinaryIO, Self
from weakref import finalize

from imagen_fake.storage.files import sidecar_path, storage_errors
from imagen_fake.storage.metadata import Checksums, Hasher

if TYPE_CHECKING:
    from collections.abc import Callable

    from filelock import FileLock

LOCK_FILE = ".alive"
"""The file that a process holds locked in its own folder for as long as it lives."""


class Staged:
    """A staged file; leaving the context removes it unless it was committed.

    Methods raise StorageError if the disk is full or fails.
    """

    def __init__(self, path: Path, epoch: bytes, *, durable: bool, uri: str = "gs://") -> None:
        self.path = path
        self.epoch = epoch
        """The reset after which it began."""
        self.size = 0
        self._durable = durable
        self._uri = uri
        self._hasher = Hasher()
        self._file: BinaryIO = path.open("xb")

    def write(self, data: bytes) -> None:
        """Append data."""
        with storage_errors(self._uri):
            self._file.write(data)
        self._hasher.update(data)
        self.size += len(data)

    def finish(self) -> Checksums:
        """Close the file; the checksums of all that was written."""
        with storage_errors(self._uri):
            if self._durable and not self._file.closed:
                self._file.flush()
                os.fsync(self._file.fileno())
            self._file.close()
        return self._hasher.checksums()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):  # what could not be written does not matter any more
            self._file.close()
        for file in (self.path, sidecar_path(self.path)):
            with suppress(OSError):
                file.unlink(missing_ok=True)


class Staging:
    """This process's folder of staged files."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._remove: Callable[[], object] = lambda: None

    def folder(self, parent: Path) -> Path:
        """This process's own folder, deleted with this object. Only while the storage is locked."""
        if self._folder is None or self._folder.parent != parent or not self._folder.is_dir():
            self._remove()
            remove_abandoned(parent)
            self._folder = parent / secrets.token_hex(8)
            self._folder.mkdir(parents=True)
            self._remove = finalize(
                self, remove_held, self._folder, lock_folder(self._folder), os.getpid()
            )
        return self._folder


def remove_abandoned(parent: Path) -> None:
    """Remove the folders of processes that are gone. Only while the storage is locked."""
    for folder in parent.iterdir() if parent.is_dir() else ():
        if is_abandoned(folder):
            rmtree(folder, ignore_errors=True)


def lock_folder(folder: Path) -> "FileLock":
    """Lock a folder until the lock is released or the process ends.

    Raises OSError, or filelock.Timeout if another process holds it.
    """
    from filelock import FileLock

    lock = FileLock(folder / LOCK_FILE, thread_local=False)
    lock.acquire(blocking=False)
    return lock


def remove_held(folder: Path, lock: "FileLock", process: int) -> None:
    """Remove a folder that this process held; a process that was forked off holds nothing."""
    if os.getpid() == process:
        lock.release()
        rmtree(folder, ignore_errors=True)


def is_abandoned(folder: Path) -> bool:
    """Whether the process that locked a folder is gone."""
    from filelock import Timeout

    if folder.is_symlink() or not (folder / LOCK_FILE).is_file():
        return False
    try:
        lock_folder(folder).release()
    except (Timeout, OSError):
        return False
    return True

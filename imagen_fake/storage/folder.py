"""A storage's folder: its lock, what is on its way into it, what a reset takes away."""

import os
import secrets
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from shutil import rmtree
from tempfile import gettempdir, mkdtemp
from threading import Lock
from time import time
from typing import TYPE_CHECKING
from weakref import finalize

from imagen_fake.storage.commits import HIDDEN, STAGING, UPLOADS, Commits, Move
from imagen_fake.storage.files import open_regular, storage_errors, write_whole
from imagen_fake.storage.objects import StorageError
from imagen_fake.storage.staging import (
    Staged,
    Staging,
    is_abandoned,
    lock_folder,
    remove_abandoned,
    remove_held,
)

if TYPE_CHECKING:
    from filelock import FileLock

TEMPORARY_PREFIX = "imagen-fake-storage-"

SETTLED_SECONDS = 60.0
"""After this time the process that made a folder has certainly locked it."""

EPOCH = "epoch"


class Root:
    """The folder of all buckets. A temporary one is deleted with this object."""

    def __init__(self, given: Path | None) -> None:
        self.given = given.absolute() if given else None
        self._temporary: Path | None = None
        self._identity = (0, 0)
        self._lock = Lock()

    def path(self) -> Path:
        """The folder. Raises PermissionError if a temporary one cannot be made."""
        if self.given:
            return self.given
        with self._lock:
            if self._temporary is None or _identity(self._temporary) != self._identity:
                self._temporary, lock = _make_temporary()
                self._identity = _identity(self._temporary)
                finalize(self, remove_held, self._temporary, lock, os.getpid())
            return self._temporary

    @property
    def is_used(self) -> bool:
        """Whether there is a folder."""
        return bool(self.given or self._temporary)


def _identity(folder: Path) -> tuple[int, int]:
    """Device and inode."""
    try:
        status = folder.lstat()
    except OSError:
        return (0, 0)
    return status.st_dev, status.st_ino


def _make_temporary() -> tuple[Path, "FileLock"]:
    """A new locked folder; abandoned ones are removed."""
    try:
        for folder in Path(gettempdir()).glob(f"{TEMPORARY_PREFIX}*"):
            if _is_settled(folder) and is_abandoned(folder / HIDDEN):
                rmtree(folder, ignore_errors=True)
        root = Path(mkdtemp(prefix=TEMPORARY_PREFIX))
        (root / HIDDEN).mkdir()
        return root, lock_folder(root / HIDDEN)
    except OSError as error:
        raise PermissionError(str(error)) from None


def _is_settled(folder: Path) -> bool:
    """Whether a folder is one's own, and too old to be still in the making by another process."""
    try:
        status = folder.lstat()
    except OSError:  # it went meanwhile
        return False
    own = sys.platform == "win32" or status.st_uid == os.geteuid()
    return own and status.st_mtime < time() - SETTLED_SECONDS


class Folder:
    """A folder that threads and processes share. Methods raise StorageError as the disk says."""

    def __init__(self, given: Path | None) -> None:
        self._root = Root(given)
        self._commits = Commits(durable=given is not None)
        self._staging = Staging()
        if given and (given / HIDDEN / STAGING).exists():
            with suppress(StorageError), self.locked("gs://") as root:
                remove_abandoned(root / HIDDEN / STAGING)

    @property
    def root(self) -> Path:
        """The folder of all buckets."""
        with storage_errors("gs://"):
            return self._root.path()

    @property
    def uploads(self) -> Path:
        """Where uploads in parts wait for the rest of them."""
        return self.root / HIDDEN / UPLOADS

    @property
    def folds(self) -> bool:
        """Whether the file system takes `A` for `a`; the lock's own file is looked for."""
        return (self.root / HIDDEN / "LOCK").exists()

    @contextmanager
    def locked(self, uri: str, *, reading: bool = False) -> Iterator[Path]:
        """Lock the folder of all buckets; reentrant."""
        with storage_errors(uri):
            root = self._root.path()
        with ExitStack() as stack:
            with storage_errors(uri, missing="denied"):  # what may be missing is the folder itself
                stack.enter_context(self._commits.locked(root, reading=reading))
            with storage_errors(uri):
                yield root

    def stage(self, uri: str = "gs://") -> Staged:
        """A file for data to come, of the object that refusals are to name."""
        with self.locked(uri) as root, storage_errors(uri, missing="denied"):
            path, durable = self._unused(root), self._commits.durable
            return Staged(path, self._epoch(root), durable=durable, uri=uri)

    def is_current(self, staged: Staged) -> bool:
        """Whether there was no reset since a file was staged. Only while locked."""
        return staged.epoch == self._epoch(self.root)

    def move(self, moves: Sequence[Move]) -> None:
        """Make staged files files of objects, all or none. Only while locked."""
        self._commits.commit(self.root, moves)

    def replace(self, file: Path, data: bytes) -> None:
        """Write a small file, whole or not at all. Only while locked."""
        written = self._unused(self.root)
        try:
            write_whole(written, data, durable=self._commits.durable)
            written.replace(file)
        finally:
            written.unlink(missing_ok=True)

    def reset(self) -> None:
        """Forget uploads on their way, and every bucket if the folder is a temporary one."""
        if not self._root.is_used:
            return
        with self.locked("gs://") as root:
            hidden = root / HIDDEN
            gone = self._unused(root)
            gone.mkdir()
            self.replace(hidden / EPOCH, secrets.token_hex(8).encode())
            buckets = () if self._root.given else [*root.iterdir()]
            for place in (hidden / UPLOADS, *buckets):
                if place != hidden and os.path.lexists(place):
                    place.replace(gone / place.name)
        rmtree(gone, ignore_errors=True)

    def release(self) -> None:
        """Delete a temporary folder; the next object gets a new one."""
        if not self._root.given:
            self._root, self._staging = Root(None), Staging()

    def _unused(self, root: Path) -> Path:
        return self._staging.folder(root / HIDDEN / STAGING) / secrets.token_hex(8)

    def _epoch(self, root: Path) -> bytes:
        try:
            with open_regular(root / HIDDEN / EPOCH) as file:
                return file.read()
        except FileNotFoundError:
            return b""

"""The folder of a storage: a given one, or a temporary one that is made when it is needed."""

import os
import sys
from pathlib import Path
from shutil import rmtree
from tempfile import gettempdir, mkdtemp
from threading import Lock
from time import time
from typing import TYPE_CHECKING
from weakref import finalize

from imagen_fake.storage.commits import HIDDEN
from imagen_fake.storage.staging import is_abandoned, lock_folder, remove_held

if TYPE_CHECKING:
    from filelock import FileLock

TEMPORARY_PREFIX = "imagen-fake-storage-"

SETTLED_SECONDS = 60.0
"""After this time the process that made a folder has certainly locked it."""


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

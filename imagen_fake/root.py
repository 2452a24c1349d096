"""The folder of a storage: a given one, or a temporary one that is made when it is needed."""

from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from threading import Lock
from weakref import finalize


class Root:
    """Where all buckets are. A temporary folder goes with this, and is made anew if it went."""

    def __init__(self, given: Path | None) -> None:
        self.given = given.absolute() if given else None
        self._made: Path | None = None
        self._identity = (0, 0)
        self._lock = Lock()

    def path(self) -> Path:
        """The folder. Raises PermissionError if a temporary one cannot be made."""
        if self.given:
            return self.given
        with self._lock:
            if self._made is None or _identity(self._made) != self._identity:
                self._made = _temporary()
                self._identity = _identity(self._made)
                finalize(self, rmtree, self._made, ignore_errors=True)
            return self._made

    @property
    def is_used(self) -> bool:
        """Whether there is a folder to look into."""
        return bool(self.given or self._made)


def _identity(folder: Path) -> tuple[int, int]:
    """What another folder of the same name does not have."""
    try:
        found = folder.lstat()
    except OSError:
        return (0, 0)
    return found.st_dev, found.st_ino


def _temporary() -> Path:
    try:
        return Path(mkdtemp(prefix="imagen-fake-"))
    except OSError as error:
        raise PermissionError(str(error)) from None

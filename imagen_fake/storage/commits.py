"""One lock over a storage's folder, and changes of several files that are seen as one.

Before files are moved to their places, a record of all moves is written. Whoever holds the lock
next after a crash makes the moves that are left, so that nobody sees some of them only.
"""

import json
import os
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, NamedTuple

from imagen_fake.storage.files import open_regular, sidecar_path, write_whole

if TYPE_CHECKING:
    from filelock import FileLock

HIDDEN = ".imagen-fake"
"""The subfolder of everything that is no bucket."""

STAGING = "staging"
UPLOADS = "uploads"
RECORD = "commit.json"
LOCK_POLL_SECONDS = 0.002


class Move(NamedTuple):
    """A staged file, with its hidden one beside it, that becomes the file of an object."""

    staged: str
    """`folder/file` below the staging folder."""
    bucket: str
    file: str


class Commits:
    """The lock of a storage's folder, shared by threads and processes."""

    def __init__(self, *, durable: bool) -> None:
        self.durable = durable
        self._thread_lock = RLock()
        self._lock: FileLock | None = None

    @contextmanager
    def locked(self, root: Path, *, reading: bool = False) -> Iterator[None]:
        """Lock the folder, and finish the moves of a crashed process. Raises OSError.

        A folder that can only be read is read without a lock: nobody writes to it.
        """
        with self._thread_lock:
            try:
                lock = self._acquire(root)
            except OSError:
                if not reading:
                    raise
                yield
                return
            try:
                self._recover(root)
                yield
            finally:
                lock.release()

    def commit(self, root: Path, moves: Sequence[Move]) -> None:
        """Make all moves or, if one fails, none. Only while locked."""
        record = root / HIDDEN / RECORD
        written = record.with_name(secrets.token_hex(8))
        try:
            write_whole(written, json.dumps(moves).encode(), durable=self.durable)
            written.replace(record)
        finally:
            written.unlink(missing_ok=True)
        self._make_recorded(root, moves)

    def _acquire(self, root: Path) -> "FileLock":
        path = root / HIDDEN / "lock"
        if self._lock is None or self._lock.lock_file != str(path):
            from filelock import FileLock

            self._lock = FileLock(path, thread_local=False, poll_interval=LOCK_POLL_SECONDS)
        for folder in (path.parent, path.parent / STAGING, path.parent / UPLOADS):
            if folder.is_symlink():  # nothing is written or swept elsewhere
                raise PermissionError(folder.name)
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
        self._lock.acquire()
        return self._lock

    def _recover(self, root: Path) -> None:
        """Finish the moves that a killed process has recorded."""
        record = root / HIDDEN / RECORD
        if record.exists():
            with open_regular(record) as file:
                moves = parse_record(file.read())
            with suppress(OSError):
                self._make_recorded(root, moves)

    def _make_recorded(self, root: Path, moves: Sequence[Move]) -> None:
        """Make all moves or, if one fails, none; the record goes. Raises OSError."""
        try:
            _make_all(root, moves)
            self._sync(root, moves)
        except OSError:
            _unmake_all(root, moves)
            raise
        finally:
            (root / HIDDEN / RECORD).unlink(missing_ok=True)
        for _, _, old in _renames(root, moves):
            with suppress(OSError):
                old.unlink(missing_ok=True)

    def _sync(self, root: Path, moves: Sequence[Move]) -> None:
        """Flush the new directory entries before the record is removed."""
        if not self.durable or os.name == "nt":  # Windows opens no folder
            return
        for bucket in {move.bucket for move in moves}:
            handle = os.open(root / bucket, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def parse_record(data: bytes) -> Sequence[Move]:
    """The moves in a record, without any that would lead elsewhere."""
    try:
        moves: list[Any] = [Move(*map(str, move)) for move in json.loads(data)]
    except (ValueError, TypeError, RecursionError):
        return ()
    return [move for move in moves if _is_sound(move)]


def _is_sound(move: Move) -> bool:
    places = re.fullmatch("[0-9a-f]+/[0-9a-f]+", move.staged) is not None
    return places and all(re.fullmatch(r"[^./\\\0][^/\\\0]*", part) for part in move[1:])


def _make_all(root: Path, moves: Sequence[Move]) -> None:
    """Make the moves not yet made; replaced files are kept beside the staged ones."""
    for move in moves:
        bucket = root / move.bucket
        bucket.mkdir(exist_ok=True)
        if bucket.is_symlink():
            raise PermissionError(move.bucket)
    for source, place, old in _renames(root, moves):
        if not source.exists():  # it was moved before the crash
            continue
        if place.is_dir() and not place.is_symlink():
            raise IsADirectoryError(place.name)
        with suppress(FileNotFoundError):
            place.replace(old)
        source.replace(place)


def _unmake_all(root: Path, moves: Sequence[Move]) -> None:
    """Undo the moves: replaced files come back."""
    sound = [move for move in moves if not (root / move.bucket).is_symlink()]
    for source, place, old in _renames(root, sound):
        with suppress(OSError):
            if not source.exists():
                place.replace(source)
        with suppress(OSError):
            old.replace(place)


def _renames(root: Path, moves: Sequence[Move]) -> Iterator[tuple[Path, Path, Path]]:
    """Source, target and backup of the data and of the sidecar of each move."""
    for move in moves:
        staged, file = root / HIDDEN / STAGING / move.staged, root / move.bucket / move.file
        for source, place in ((staged, file), (sidecar_path(staged), sidecar_path(file))):
            yield source, place, source.with_name(f"{source.name}.old")

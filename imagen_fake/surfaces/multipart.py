"""A streaming parser of `multipart/related` uploads: JSON, then data."""

import re
from typing import Any

from imagen_fake.storage.objects import UNTYPED, StorageError
from imagen_fake.surfaces.storage_resources import parse_resource

MAX_HEAD_BYTES = 64 * 2**10

BOUNDARY = re.compile(
    r""";[ \t]*boundary=(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70})(?=[\s;]|$))""", re.I
)


class MultipartRelated:
    """A body of multipart/related with two parts. Methods raise StorageError bad_upload.

    The work is linear in what is fed, if that comes in large pieces.
    """

    def __init__(self, content_type: str) -> None:
        match = BOUNDARY.search(content_type)
        if match is None:
            raise StorageError("bad_upload", "")
        self._delimiter = b"\r\n--" + (match[1] or match[2]).encode("latin-1")
        self._pending = b"\r\n"
        self._ended = False
        self.resource: dict[str, Any] | None = None
        """What the first part says, with the type of the second; None until both began."""

    def feed(self, data: bytes) -> bytes:
        """The next bytes of the second part; what may be a delimiter is held back."""
        if self._ended:
            return b""
        self._pending += data
        if self.resource is None and not self._read_head():
            return b""
        end = self._pending.find(self._delimiter)
        if end < 0:
            end = max(0, len(self._pending) - len(self._delimiter) - 1)
            certain, self._pending = self._pending[:end], self._pending[end:]
            return certain
        return self._close(end)

    def end(self) -> None:
        """Raise StorageError unless both parts were there and no other one."""
        if not self._ended:
            raise StorageError("bad_upload", "")

    def _close(self, end: int) -> bytes:
        """The data before its delimiter, once it is seen that the delimiter is the last one."""
        after = self._pending[end + len(self._delimiter) :][:2]
        if len(after) < 2:
            certain, self._pending = self._pending[:end], self._pending[end:]
            return certain
        if after != b"--":
            raise StorageError("bad_upload", "")
        certain, self._pending, self._ended = self._pending[:end], b"", True
        return certain

    def _read_head(self) -> bool:
        """Whether both heads are there; if so, only data is pending."""
        try:
            _, first, rest = self._pending.split(self._delimiter, 2)
        except ValueError:
            first = rest = b""
        _, _, text = first.partition(b"\r\n\r\n")
        head, complete, data = rest.partition(b"\r\n\r\n")
        if len(self._pending) - len(data) > MAX_HEAD_BYTES:
            raise StorageError("bad_upload", "")
        if not complete:
            return False
        kind = re.search(rb"(?i)\r\ncontent-type:[ \t]*([^\r\n]+)", head)
        defaults = {"contentType": kind[1].decode("latin-1") if kind else UNTYPED}
        self.resource = {**defaults, **parse_resource(text)}
        self._pending = data
        return True

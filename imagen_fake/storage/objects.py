"""Objects in Cloud Storage: how they are named, what is refused, who keeps them."""

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

from imagen_fake import spec

UNTYPED = "application/octet-stream"


class StorageError(Exception):
    """What storage refuses; `reason` is a key of `refusals` in `schemas/surfaces/storage.json`."""

    def __init__(self, reason: str, uri: str, **headers: str) -> None:
        super().__init__(reason, uri)
        self.reason = reason
        self.uri = uri
        self.headers = headers
        """Headers of the error response."""


class NewObject(NamedTuple):
    """New content of an object."""

    uri: str
    data: bytes
    content_type: str


Guard = Callable[[], None]
"""Called at the moment at which a write can no longer be stopped; what it raises stops it."""


def always() -> None:
    """Let every write happen."""


class ObjectStore(Protocol):
    """Where objects are kept. Both methods raise StorageError."""

    def read(self, uri: str, limit: int) -> bytes:
        """The bytes of an object; refused as `too_large` if it has more than `limit`."""

    def put(self, pictures: Sequence[NewObject], guard: Guard = always) -> object:
        """Write all pictures."""


class NoStore:
    """A store in which every bucket is missing."""

    def read(self, uri: str, limit: int) -> bytes:  # noqa: ARG002
        """Raise StorageError."""
        raise StorageError("missing_bucket", uri)

    def put(self, pictures: Sequence[NewObject], guard: Guard = always) -> None:  # noqa: ARG002
        """Raise StorageError unless there is nothing to write."""
        for picture in pictures:
            raise StorageError("missing_bucket", picture.uri)


def parse_uri(uri: str) -> tuple[str, str]:
    """Bucket and object name of `gs://bucket/name`.

    Raises StorageError bad_uri, bad_bucket or bad_name.
    """
    bucket, slash, name = uri.removeprefix("gs://").partition("/")
    if not uri.startswith("gs://") or not slash:
        raise StorageError("bad_uri", uri)
    if not is_bucket_name(bucket):
        raise StorageError("bad_bucket", uri)
    if not is_object_name(name):
        raise StorageError("bad_name", uri)
    return bucket, name


def is_bucket_name(name: str) -> bool:
    """Whether Google would take a bucket's name."""
    return re.fullmatch(_naming("bucket")["pattern"], name) is not None


def is_object_name(name: str) -> bool:
    """Whether Google would take an object's name."""
    rule = _naming("object")
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        return False
    return size <= rule["maxBytes"] and re.fullmatch(rule["pattern"], name) is not None


def _naming(kind: str) -> Any:
    return spec.read("surfaces/storage.json")["names"][kind]

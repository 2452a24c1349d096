"""A server of the embedded Cloud Storage alone, and what tests ask of it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from imagen_fake.storage.embedded import Storage
from imagen_fake.storage.lookup import Lookup
from imagen_fake.storage.metadata import ObjectMetadata
from imagen_fake.storage.objects import StorageError
from imagen_fake.surfaces.storage import routes
from tests.http import Reply, call
from tests.listening import listening

LIMIT = 100_000
OBJECTS = "/storage/v1/b/pictures/o"
UPLOAD = "/upload/storage/v1/b/pictures/o"


def fetch(storage: Lookup, uri: str) -> tuple[ObjectMetadata, bytes]:
    """An object and its bytes, which belong together."""
    metadata, data = storage.open(uri)
    with data:
        return metadata, data.read()


class Served(NamedTuple):
    """A storage and where it is served."""

    url: str
    storage: Storage

    def ask(
        self, path: str, body: object = None, method: str | None = None, **headers: str
    ) -> Reply:
        """What the server answers; an underscore in a header's name stands for a hyphen."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return call(self.url, path, body, method, **named)

    def begun(self, name: str, query: str = "", **described: object) -> str:
        """The path of an upload in parts that has begun."""
        body = {"name": name, **described}
        reply = self.ask(f"{UPLOAD}?uploadType=resumable{query}", body)
        assert reply.status == 200, reply.body
        location = urlsplit(str(reply.headers["location"]))
        return f"{location.path}?{location.query}"

    def sent(self, path: str, data: bytes, place: str, **headers: str) -> Reply:
        """The answer to a part of an upload."""
        return self.ask(path, data, "PUT", content_range=f"bytes {place}", **headers)


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """A server of a storage in a folder."""
    storage = Storage(folder)
    with listening(routes(storage, largest_upload=LIMIT)) as url:
        yield Served(url, storage)


def path_of(name: str) -> str:
    """The path of an object in the bucket that tests use."""
    return f"{OBJECTS}/{quote(name, safe='')}"


def related(described: object, data: bytes, boundary: str = "==x==") -> tuple[bytes, str]:
    """The body of a multipart upload, and its content type."""
    between = f"--{boundary}".encode()
    head = b"\r\ncontent-type: application/json\r\n\r\n" + json.dumps(described).encode()
    tail = b"\r\nContent-Type: image/png\r\n\r\n" + data
    body = between + head + b"\r\n" + between + tail + b"\r\n" + between + b"--"
    return body, f'multipart/related; boundary="{boundary}"'


def reason(work: Callable[[], object]) -> str | None:
    """Why storage refuses some work; None if it is done."""
    try:
        work()
    except StorageError as error:
        return error.reason
    return None

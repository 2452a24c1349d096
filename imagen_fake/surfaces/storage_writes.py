"""What clients change in Cloud Storage without sending data: buckets, properties, copies."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import unquote

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from imagen_fake.pipeline.errors import ApiError
from imagen_fake.storage.embedded import Draft, Storage
from imagen_fake.storage.files import storage_errors
from imagen_fake.storage.metadata import ObjectMetadata, Properties
from imagen_fake.storage.objects import StorageError, parse
from imagen_fake.storage.preconditions import (
    Preconditions,
    parse_preconditions,
    parse_source_preconditions,
)
from imagen_fake.surfaces import google
from imagen_fake.surfaces import storage_wire as wire
from imagen_fake.surfaces.storage_reads import CHUNK, answer, uri_of

LONGEST = 64 * 2**10
"""Bytes of JSON that describe an object or a bucket."""

COPY = re.compile(rb"/o/([^/]+)/(rewriteTo|copyTo)/b/([^/]+)/o/(.+)")


class Writes:
    """What changes the storage."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def bucket(self, request: Request) -> Response:
        """Make a bucket."""
        name = wire.named(wire.described(await body(request)))

        def new() -> None:
            if self._storage.has(name):
                raise StorageError("taken_bucket", f"gs://{name}")

        await to_thread.run_sync(self._storage.create, name, new)
        return answer(request, wire.bucket_resource(name))

    async def delete(self, request: Request) -> Response:
        """Remove an object."""
        await body(request)  # one that breaks off has no effect
        uri = uri_of(request)
        guard = guarding(
            self._storage, uri, parse_preconditions(request.query_params, request.headers)
        )
        await to_thread.run_sync(self._storage.delete, uri, guard)
        return Response(status_code=204)

    async def patch(self, request: Request) -> Response:
        """Change the properties that are named."""
        told = wire.described(await body(request) or b"{}")
        return await self._described(request, lambda before: wire.properties(told, before))

    async def update(self, request: Request) -> Response:
        """Give an object these properties and no others."""
        told = wire.described(await body(request) or b"{}")
        return await self._described(request, lambda _: wire.properties(told))

    async def copy(self, request: Request) -> Response:
        """Copy an object with its properties, or with others, at once: `rewriteTo`, `copyTo`."""
        raw = bytes(request.scope.get("raw_path") or b"")
        found = COPY.search(raw)
        if found is None:
            raise StorageError("unsupported", uri_of(request))
        name, kind, bucket, other = (unquote(part.decode("latin-1")) for part in found.groups())
        source, target = f"gs://{request.path_params['bucket']}/{name}", f"gs://{bucket}/{other}"
        told = wire.described(await body(request) or b"{}")
        work = partial(self._copied, source, target, told, request)
        shown = wire.resource(await to_thread.run_sync(work), request)
        if kind == "copyTo":
            return answer(request, shown)
        size = {"totalBytesRewritten": shown["size"], "objectSize": shown["size"], "done": True}
        return answer(request, {"kind": "storage#rewriteResponse", **size, "resource": shown})

    def _copied(
        self, source: str, target: str, told: Mapping[str, Any], request: Request
    ) -> ObjectMetadata:
        parse(target)
        stored, data = self._storage.open(source)
        with data, self._storage.folder.stage() as staged:
            parse_source_preconditions(request.query_params).check(stored.version, source)
            with storage_errors(source):
                while chunk := data.read(CHUNK):
                    staged.write(chunk)
            before = stored.properties
            properties = (
                wire.properties({"contentType": before.content_type, **told}) if told else before
            )
            wanted = parse_preconditions(request.query_params, request.headers)
            guard = guarding(self._storage, target, wanted)
            return self._storage.commit([Draft(target, staged, properties)], guard)[0]

    async def _described(
        self, request: Request, change: Callable[[Properties], Properties]
    ) -> Response:
        uri = uri_of(request)
        wanted = parse_preconditions(request.query_params, request.headers)
        guard = guarding(self._storage, uri, wanted)
        stored = await to_thread.run_sync(self._storage.update, uri, change, guard)
        return answer(request, wire.resource(stored, request))


def guarding(storage: Storage, uri: str, wanted: Preconditions) -> Callable[[], None]:
    """What raises StorageError unless the conditions hold of the object at that moment."""
    return lambda: wanted.check(storage.version(uri), uri)


async def body(request: Request) -> bytes:
    """The JSON a request carries. Raises StorageError too_large, ClientDisconnect."""
    try:
        return await google.read(request.scope, request.receive, LONGEST)
    except ApiError:
        raise StorageError("too_large", request.url.path) from None

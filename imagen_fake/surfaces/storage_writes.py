"""Cloud Storage: creating buckets, updating and copying objects."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response

from imagen_fake.pipeline.errors import ApiError
from imagen_fake.storage.embedded import Draft, Storage
from imagen_fake.storage.files import storage_errors
from imagen_fake.storage.metadata import ObjectMetadata, Properties
from imagen_fake.storage.objects import Guard, StorageError, parse_uri
from imagen_fake.storage.preconditions import (
    parse_preconditions,
    parse_source_preconditions,
)
from imagen_fake.surfaces.request_body import receive_body
from imagen_fake.surfaces.storage_reads import (
    READ_CHUNK,
    json_response,
    object_response,
    object_uri,
)
from imagen_fake.surfaces.storage_resources import (
    bucket_resource,
    object_resource,
    parse_properties,
    parse_resource,
    resource_name,
)
from imagen_fake.surfaces.worker import run_off_loop

MAX_JSON_BYTES = 64 * 2**10

COPY = re.compile(rb"/o/([^/]+)/(rewriteTo|copyTo)/b/([^/]+)/o/(.+)")


class Writes:
    """The writing endpoints."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def bucket(self, request: Request) -> Response:
        """Make a bucket."""
        name = resource_name(parse_resource(await read_json_body(request)))

        def new() -> None:
            if self._storage.has(name):
                raise StorageError("taken_bucket", f"gs://{name}")

        await run_off_loop(self._storage.create, name, new)
        return json_response(request, bucket_resource(name))

    async def delete(self, request: Request) -> Response:
        """Remove an object."""
        await read_json_body(request)  # one that breaks off has no effect
        uri = object_uri(request)
        guard = precondition_guard(self._storage, uri, request)
        await run_off_loop(self._storage.delete, uri, guard)
        return Response(status_code=204)

    async def patch(self, request: Request) -> Response:
        """Change the properties that are named."""
        resource = await read_resource(request)
        return await self._update(request, lambda before: parse_properties(resource, before))

    async def update(self, request: Request) -> Response:
        """Give an object these properties and no others."""
        resource = await read_resource(request)
        return await self._update(request, lambda _: parse_properties(resource))

    async def copy(self, request: Request) -> Response:
        """Copy an object with its properties, or with others, at once: `rewriteTo`, `copyTo`."""
        raw = bytes(request.scope.get("raw_path") or b"")
        match = COPY.search(raw)
        if match is None:
            raise StorageError("unsupported", object_uri(request))
        name, kind, bucket, other = (unquote(part.decode("latin-1")) for part in match.groups())
        source, target = f"gs://{request.path_params['bucket']}/{name}", f"gs://{bucket}/{other}"
        resource = await read_resource(request)
        work = partial(self._copy, source, target, resource, request)
        copy = object_resource(await run_off_loop(work), request)
        if kind == "copyTo":
            return json_response(request, copy)
        size = {"totalBytesRewritten": copy["size"], "objectSize": copy["size"], "done": True}
        return json_response(request, {"kind": "storage#rewriteResponse", **size, "resource": copy})

    def _copy(
        self, source: str, target: str, resource: Mapping[str, Any], request: Request
    ) -> ObjectMetadata:
        parse_uri(target)
        metadata, data = self._storage.open(source)
        with data, self._storage.folder.stage() as staged:
            parse_source_preconditions(request.query_params).check(metadata.version, source)
            with storage_errors(source):
                while chunk := data.read(READ_CHUNK):
                    staged.write(chunk)
            properties = metadata.properties
            if resource:
                properties = parse_properties({"contentType": properties.content_type, **resource})
            guard = precondition_guard(self._storage, target, request)
            return self._storage.commit([Draft(target, staged, properties)], guard)[0]

    async def _update(
        self, request: Request, change: Callable[[Properties], Properties]
    ) -> Response:
        uri = object_uri(request)
        guard = precondition_guard(self._storage, uri, request)
        return object_response(
            request, await run_off_loop(self._storage.update, uri, change, guard)
        )


def precondition_guard(storage: Storage, uri: str, request: Request) -> Guard:
    """Checks a request's preconditions on an object when it is called; raises StorageError."""
    preconditions = parse_preconditions(request.query_params, request.headers)
    return lambda: preconditions.check(storage.version(uri), uri)


async def read_resource(request: Request) -> Mapping[str, Any]:
    """The resource in a body, empty if there is none. Raises StorageError, ClientDisconnect."""
    return parse_resource(await read_json_body(request) or b"{}")


async def read_json_body(request: Request) -> bytes:
    """The JSON a request carries. Raises StorageError too_large, ClientDisconnect."""
    try:
        return await receive_body(request.scope, request.receive, MAX_JSON_BYTES)
    except ApiError:
        raise StorageError("too_large", request.url.path) from None

"""Cloud Storage: media, multipart and resumable uploads."""

import re
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from imagen_fake.storage.embedded import Draft, Storage
from imagen_fake.storage.objects import UNTYPED, StorageError, parse_uri
from imagen_fake.storage.preconditions import parse_preconditions
from imagen_fake.storage.staging import Staged
from imagen_fake.storage.upload_state import ContentRange, Upload, verify_checksums
from imagen_fake.storage.uploads import Uploads
from imagen_fake.surfaces.multipart import MultipartRelated
from imagen_fake.surfaces.request_body import content_length
from imagen_fake.surfaces.storage_reads import object_response
from imagen_fake.surfaces.storage_resources import (
    expected_checksums,
    parse_properties,
    resource_name,
)
from imagen_fake.surfaces.storage_writes import precondition_guard, read_json_body, read_resource
from imagen_fake.surfaces.worker import run_off_loop

CHUNK = 2**20

UPLOAD_TYPES = ("media", "multipart", "resumable")

EMPTY_FILE = "bytes 0--1/0"
"""What Node's client says of an empty file that it is to send in parts of a given size."""


class UploadEndpoint:
    """The upload endpoints; `largest` is the limit in bytes."""

    def __init__(self, storage: Storage, largest: int) -> None:
        self._storage, self._largest = storage, largest
        self._uploads = Uploads(storage, largest)

    async def upload(self, request: Request) -> Response:
        """Write an object at once, or begin to write it in parts."""
        upload_type = request.query_params.get("uploadType", "media")
        if upload_type not in UPLOAD_TYPES:
            raise StorageError("bad_parameter", "uploadType")
        if upload_type == "resumable":
            return await self._begin(request)
        with ExitStack() as stack:
            staged = stack.enter_context(await run_off_loop(self._storage.folder.stage))
            content_type = request.headers.get("content-type", "")
            if upload_type == "multipart":
                body, limit = MultipartRelated(content_type), self._largest
                await stream_body(request, limit, lambda data: staged.write(body.feed(data)))
                body.end()
                resource = body.resource or {}
            else:
                await stream_body(request, self._largest, staged.write)
                resource = {"contentType": content_type or UNTYPED}
            metadata = await run_off_loop(self._write, request, resource, staged)
        return object_response(request, metadata)

    async def resume(self, request: Request) -> Response:
        """Take a part of an upload; the last one writes the object."""
        key, bucket, name = _session(request)
        header = request.headers.get("content-range")
        parse_content_range(header, None)
        await run_off_loop(self._uploads.get, key, bucket, name)
        with ExitStack() as stack:
            part = stack.enter_context(await run_off_loop(self._storage.folder.stage))
            await stream_body(request, self._largest, part.write)
            content_range = parse_content_range(header, part.size)
            accept = self._before_commit(request)
            upload = await run_off_loop(
                self._uploads.add, key, bucket, name, content_range, part, accept
            )
        if upload.stored is None:
            headers = {"range": f"bytes=0-{upload.size - 1}"} if upload.size else None
            return Response(status_code=308, headers=headers)
        return object_response(request, upload.stored)

    async def cancel(self, request: Request) -> Response:
        """Take no more parts of an upload."""
        await read_json_body(request)
        await run_off_loop(self._uploads.cancel, *_session(request))
        return Response(status_code=499)

    async def _begin(self, request: Request) -> Response:
        resource = await read_resource(request)
        defaults = {"contentType": request.headers.get("x-upload-content-type", UNTYPED)}
        bucket, name = parse_uri(_object_uri(request, resource))
        query = dict(request.query_params)
        parse_preconditions(query, {})
        properties = parse_properties({**defaults, **resource})
        upload = Upload(bucket, name, properties, query, expected_checksums(resource, {}))
        key = await run_off_loop(self._uploads.begin, upload)
        location = str(request.url.include_query_params(upload_id=key))
        return Response(headers={"location": location, "x-guploader-uploadid": key})

    def _write(self, request: Request, resource: Mapping[str, Any], staged: Staged) -> Any:
        uri = _object_uri(request, resource)
        parse_uri(uri)
        properties = parse_properties(resource)
        verify_checksums(expected_checksums(resource, request.headers), staged.finish(), uri)
        guard = precondition_guard(self._storage, uri, request)
        return self._storage.commit([Draft(uri, staged, properties)], guard)[0]

    def _before_commit(self, request: Request) -> Callable[[Staged, Upload], None]:
        """The checks before the object of an upload is committed."""
        last = expected_checksums({}, request.headers)

        def accept(whole: Staged, upload: Upload) -> None:
            verify_checksums({**upload.expected, **last}, whole.finish(), upload.uri)
            version = self._storage.version(upload.uri)
            parse_preconditions(upload.query, {}).check(version, upload.uri)

        return accept


async def stream_body(request: Request, limit: int, sink: Callable[[bytes], object]) -> None:
    """Hand a body on in large pieces. Raises StorageError too_large, ClientDisconnect."""
    size = content_length(request.scope)
    buffer = bytearray()
    if size <= limit:
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit:
                break
            buffer += chunk
            if len(buffer) >= CHUNK:
                await run_off_loop(sink, bytes(buffer))
                buffer.clear()
    if size > limit:
        raise StorageError("too_large", request.url.path)
    await run_off_loop(sink, bytes(buffer))


def _session(request: Request) -> tuple[str, str, str | None]:
    """The key, bucket and object name of an upload."""
    query = request.query_params
    return query.get("upload_id", ""), request.path_params["bucket"], query.get("name")


def _object_uri(request: Request, resource: Mapping[str, Any]) -> str:
    name = request.query_params.get("name") or resource_name(resource)
    return f"gs://{request.path_params['bucket']}/{name}"


def parse_content_range(content_range: str | None, size: int | None) -> ContentRange:
    """Parse `Content-Range`; `size` is the length of the part in bytes, None if unknown.

    Raises StorageError bad_range for what is none of `N-M/T`, `N-M/*`, `N-*/T`, `N-*/*`, `*/T`
    and `*/*`, or does not fit the size. What goes on to an unsaid end is the rest of the upload.
    """
    if content_range is None:
        return ContentRange(0, size)
    match = re.fullmatch(
        r"bytes (?:([0-9]{1,18})-([0-9]{1,18}|\*)|\*)/([0-9]{1,18}|\*)", content_range
    )
    if content_range == EMPTY_FILE and size in (None, 0):
        return ContentRange(0, 0)
    if match is None:
        raise StorageError("bad_range", content_range)
    first, last, total = (int(text) if text not in (None, "*") else None for text in match.groups())
    size_of_object = total
    if first is not None and last is None and total is None and size is not None:
        size_of_object = first + size
    if first is not None and last is not None:
        is_consistent = size in (None, last + 1 - first) and last >= first
        if not is_consistent or (total is not None and last >= total):
            raise StorageError("bad_range", content_range)
    return ContentRange(first, size_of_object)

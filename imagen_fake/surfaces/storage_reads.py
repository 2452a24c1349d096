"""Cloud Storage: reading buckets, lists, objects and their data."""

import re
from base64 import urlsafe_b64encode
from typing import Any, BinaryIO

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from imagen_fake import spec
from imagen_fake.storage.embedded import Storage
from imagen_fake.storage.metadata import ObjectMetadata
from imagen_fake.storage.objects import StorageError
from imagen_fake.storage.preconditions import parse_number, parse_preconditions
from imagen_fake.surfaces import storage_fields
from imagen_fake.surfaces.storage_resources import (
    bucket_resource,
    media_headers,
    object_resource,
    parse_page_token,
)
from imagen_fake.surfaces.worker import run_off_loop

READ_CHUNK = 2**20


class Reads:
    """The reading endpoints."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def bucket(self, request: Request) -> Response:
        """A bucket's resource."""
        name = request.path_params["bucket"]
        if not await run_off_loop(self._storage.has, name):
            raise StorageError("missing_bucket", f"gs://{name}")
        return json_response(request, bucket_resource(name))

    async def buckets(self, request: Request) -> Response:
        """Every bucket, of any project."""
        names = await run_off_loop(self._storage.buckets)
        prefix = request.query_params.get("prefix", "")
        items = [bucket_resource(name) for name in names if name.startswith(prefix)]
        return json_response(request, {"kind": "storage#buckets", "items": items})

    async def objects(self, request: Request) -> Response:
        """One page of a bucket's objects and folders."""
        query = request.query_params
        for name in spec.read("surfaces/storage.json")["narrowed"]["value"]:
            if query.get(name, "false").lower() not in ("", "false"):
                raise StorageError("unsupported", name)  # it would change the list
        page = await run_off_loop(
            self._storage.list,
            request.path_params["bucket"],
            query.get("prefix", ""),
            query.get("delimiter", ""),
            parse_page_token(query.get("pageToken", "")),
            min(1000, max(1, parse_number(query, "maxResults") or 1000)),
        )
        body: dict[str, Any] = {"kind": "storage#objects"}
        if page.last is not None:
            body["nextPageToken"] = urlsafe_b64encode(page.last.encode()).decode()
        if page.prefixes:
            body["prefixes"] = page.prefixes
        if page.objects:
            body["items"] = [object_resource(metadata, request) for metadata in page.objects]
        return json_response(request, body)

    async def object(self, request: Request) -> Response:
        """An object's resource; its data with `alt=media`."""
        if request.query_params.get("alt") == "media":
            return await self.download(request)
        uri = object_uri(request)
        metadata = await run_off_loop(self._storage.stat, uri)
        parse_preconditions(request.query_params, request.headers).check(
            metadata.version, uri, reading=True
        )
        return object_response(request, metadata)

    async def download(self, request: Request) -> Response:
        """The bytes of an object, or of a part of it."""
        uri = object_uri(request)
        preconditions = parse_preconditions(request.query_params, request.headers)
        metadata, data = await run_off_loop(self._storage.open, uri)
        try:
            preconditions.check(metadata.version, uri, reading=True)
            return MediaResponse(metadata, data, _requested_range(request, metadata))
        except BaseException:
            data.close()
            raise


class MediaResponse(Response):
    """Streams the data of an object, or a range of it."""

    def __init__(self, metadata: ObjectMetadata, data: BinaryIO, requested: range | None) -> None:
        self._data = data
        self._bytes = range(metadata.size) if requested is None else requested
        headers = {**media_headers(metadata), "content-length": str(len(self._bytes))}
        if requested is not None:
            last = requested.stop - 1
            headers["content-range"] = f"bytes {requested.start}-{last}/{metadata.size}"
        super().__init__(None, 200 if requested is None else 206, headers, metadata.content_type)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send the data and close the file."""
        with self._data:
            start = {"type": "http.response.start", "status": self.status_code}
            await send({**start, "headers": self.raw_headers})
            remaining = 0 if scope["method"] == "HEAD" else len(self._bytes)
            self._data.seek(self._bytes.start)
            while remaining > 0:
                chunk = await run_off_loop(self._data.read, min(READ_CHUNK, remaining))
                remaining = remaining - len(chunk) if chunk else 0
                await send(
                    {"type": "http.response.body", "body": chunk, "more_body": remaining > 0}
                )
            if not self._bytes or scope["method"] == "HEAD":
                await send({"type": "http.response.body"})


def json_response(request: Request, resource: Any) -> Response:
    """A JSON response with the requested `fields`."""
    fields = request.query_params.get("fields")
    return JSONResponse(
        storage_fields.select_fields(storage_fields.parse_fields(fields), resource)
        if fields
        else resource
    )


def object_response(request: Request, metadata: ObjectMetadata) -> Response:
    """A JSON response with an object's resource."""
    return json_response(request, object_resource(metadata, request))


def object_uri(request: Request) -> str:
    """The object that a path names."""
    return f"gs://{request.path_params['bucket']}/{request.path_params.get('name', '')}"


def _requested_range(request: Request, metadata: ObjectMetadata) -> range | None:
    """The requested range, unless `If-Range` names another version."""
    version = request.headers.get("if-range")
    headers = media_headers(metadata)
    if version not in (None, headers["etag"], headers["last-modified"]):
        return None
    return parse_range(request.headers.get("range", ""), metadata)


def parse_range(header: str, metadata: ObjectMetadata) -> range | None:
    """The bytes a Range header asks for; None for all. Raises StorageError `range`."""
    match = re.fullmatch(r"bytes=([0-9]{0,18})-([0-9]{0,18})", header)
    if match is None or not (match[1] or match[2]):
        return None
    first, last = (int(text) if text else None for text in match.groups())
    start = max(0, metadata.size - (last or 0)) if first is None else first
    stop = metadata.size if first is None or last is None else min(last + 1, metadata.size)
    if start >= stop:
        whole = {"content-range": f"bytes */{metadata.size}"}
        raise StorageError("range", f"gs://{metadata.bucket}/{metadata.name}", **whole)
    return range(start, stop)

"""Cloud Storage: the part of its JSON API that clients read and write pictures with."""

from base64 import urlsafe_b64encode
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from itertools import count
from typing import Any

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from imagen_fake import spec
from imagen_fake.errors import ApiError
from imagen_fake.objects import UNTYPED, StorageError, parse
from imagen_fake.storage import Storage
from imagen_fake.stored import Stored
from imagen_fake.surfaces import google
from imagen_fake.surfaces import storage_wire as wire

MOST_SESSIONS = 64
"""Resumable uploads that are remembered at once; the oldest is forgotten first."""

Endpoint = Callable[[Any, Request], Awaitable[Response]]


@dataclass(slots=True)
class Upload:
    """A resumable upload that is under way."""

    uri: str
    described: Mapping[str, Any]
    data: bytearray = field(default_factory=bytearray)


def routes(storage: Storage, largest_upload: int) -> list[BaseRoute]:
    """The routes of Cloud Storage on a storage; an upload has `largest_upload` bytes at most."""
    reads, writes = Reads(storage), Writes(storage, largest_upload)
    bucket = "/storage/v1/b/{bucket}"
    upload = "/upload/storage/v1/b/{bucket}/o"
    return [
        Route("/storage/v1/b", reads.buckets, methods=["GET"]),
        Route("/storage/v1/b", writes.bucket, methods=["POST"]),
        Route(bucket, reads.bucket, methods=["GET"]),
        Route(f"{bucket}/o", reads.objects, methods=["GET"]),
        Route(f"{bucket}/o/{{name:path}}", reads.object, methods=["GET"]),
        Route(f"{bucket}/o/{{name:path}}", writes.delete, methods=["DELETE"]),
        Route(f"/download{bucket}/o/{{name:path}}", reads.download, methods=["GET"]),
        Route(upload, writes.upload, methods=["POST"]),
        Route(upload, writes.resume, methods=["PUT"]),
    ]


def answering(endpoint: Endpoint) -> Endpoint:
    """Let an endpoint raise StorageError: it becomes an error of the JSON API."""

    @wraps(endpoint)
    async def answer(self: Any, request: Request) -> Response:
        try:
            return await endpoint(self, request)
        except StorageError as error:
            return refusal(error)

    return answer


def refusal(error: StorageError) -> Response:
    """`{"error": {code, message, errors}}`."""
    said = spec.read("surfaces/storage.json")["refusals"][error.reason]
    bucket, _, name = error.uri.removeprefix("gs://").partition("/")
    message = said["message"].format(uri=error.uri, bucket=bucket, name=name)
    details = [{"message": message, "domain": "global", "reason": said["reason"]}]
    told = {"code": said["code"], "message": message, "errors": details}
    return JSONResponse({"error": told}, said["code"])


class Reads:
    """What changes nothing."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    @answering
    async def bucket(self, request: Request) -> Response:
        """What is known of a bucket."""
        name = request.path_params["bucket"]
        if not await to_thread.run_sync(self._storage.has, name):
            raise StorageError("missing_bucket", f"gs://{name}")
        return JSONResponse(wire.bucket_resource(name))

    @answering
    async def buckets(self, request: Request) -> Response:  # noqa: ARG002
        """Every bucket, whatever project is asked."""
        names = await to_thread.run_sync(self._storage.buckets)
        items = [wire.bucket_resource(name) for name in names]
        return JSONResponse({"kind": "storage#buckets", "items": items})

    @answering
    async def objects(self, request: Request) -> Response:
        """One page of a bucket's objects and folders."""
        asked = request.query_params
        page = await to_thread.run_sync(
            self._storage.list,
            request.path_params["bucket"],
            asked.get("prefix", ""),
            asked.get("delimiter", ""),
            wire.from_token(asked.get("pageToken", "")),
            min(1000, max(1, wire.number(asked.get("maxResults")) or 1000)),
        )
        listed: dict[str, Any] = {"kind": "storage#objects"}
        if page.last is not None:
            listed["nextPageToken"] = urlsafe_b64encode(page.last.encode()).decode()
        if page.prefixes:
            listed["prefixes"] = page.prefixes
        if page.objects:
            listed["items"] = [wire.resource(stored, request) for stored in page.objects]
        return JSONResponse(listed)

    @answering
    async def object(self, request: Request) -> Response:
        """What is known of an object; its bytes with `alt=media`."""
        if request.query_params.get("alt") == "media":
            return await self._media(request)
        stored, _ = await self._fetched(request)
        return JSONResponse(wire.resource(stored, request))

    @answering
    async def download(self, request: Request) -> Response:
        """The bytes of an object, or of a part of it."""
        return await self._media(request)

    async def _media(self, request: Request) -> Response:
        stored, data = await self._fetched(request)
        headers = {
            "accept-ranges": "bytes",
            "etag": f'"{stored.version.etag}"',
            "x-goog-generation": str(stored.generation),
            "x-goog-hash": f"crc32c={stored.crc32c},md5={stored.md5_hash}",
            "x-goog-stored-content-encoding": "identity",
            "x-goog-stored-content-length": str(stored.size),
        }
        part = wire.part(request.headers.get("range", ""), stored)
        if part is None:
            return Response(data, 200, headers, stored.content_type)
        headers["content-range"] = f"bytes {part.start}-{part.stop - 1}/{stored.size}"
        return Response(data[part.start : part.stop], 206, headers, stored.content_type)

    async def _fetched(self, request: Request) -> tuple[Stored, bytes]:
        uri = _uri(request)
        stored, data = await to_thread.run_sync(self._storage.fetch, uri)
        if wire.number(request.query_params.get("generation")) not in (None, stored.generation):
            raise StorageError("missing_object", uri)
        return stored, data


class Writes:
    """What changes the storage."""

    def __init__(self, storage: Storage, largest: int) -> None:
        self._storage = storage
        self._largest = largest
        self._turns = count(1)
        self._uploads: OrderedDict[str, Upload] = OrderedDict()

    @answering
    async def bucket(self, request: Request) -> Response:
        """Make a bucket."""
        name = str(wire.described(await self._body(request)).get("name", ""))
        if await to_thread.run_sync(self._storage.has, name):
            raise StorageError("taken_bucket", f"gs://{name}")
        await to_thread.run_sync(self._storage.create, name)
        return JSONResponse(wire.bucket_resource(name))

    @answering
    async def delete(self, request: Request) -> Response:
        """Remove an object."""
        await to_thread.run_sync(self._storage.delete, _uri(request))
        return Response(status_code=204)

    @answering
    async def upload(self, request: Request) -> Response:
        """Write an object at once, or begin to write it in parts."""
        kind = request.query_params.get("uploadType")
        body = await self._body(request)
        if kind == "resumable":
            return self._begun(request, wire.described(body or b"{}"))
        if kind == "multipart":
            described, data = wire.related(body, request.headers.get("content-type", ""))
        else:
            described, data = {"contentType": request.headers.get("content-type", UNTYPED)}, body
        uri = _target(request, described)
        return JSONResponse(await self._written(request, uri, described, data))

    @answering
    async def resume(self, request: Request) -> Response:
        """Take a part of an upload; the last one writes the object."""
        key = request.query_params.get("upload_id", "")
        if key not in self._uploads:
            raise StorageError("missing_upload", _uri(request))
        upload = self._uploads[key]
        start, total = wire.placed(request)
        body = await self._body(request)
        if start is not None and start <= len(upload.data):
            upload.data[start:] = body
        if len(upload.data) > self._largest:
            self._uploads.pop(key, None)
            raise StorageError("too_large", upload.uri)
        if total != len(upload.data):
            sent = {"range": f"bytes=0-{len(upload.data) - 1}"} if upload.data else None
            return Response(status_code=308, headers=sent)
        self._uploads.pop(key, None)
        data = bytes(upload.data)
        return JSONResponse(await self._written(request, upload.uri, upload.described, data))

    def _begun(self, request: Request, described: Mapping[str, Any]) -> Response:
        content_type = request.headers.get("x-upload-content-type", UNTYPED)
        key = str(next(self._turns))
        uri = _target(request, described)
        self._uploads[key] = Upload(uri, {"contentType": content_type, **described})
        if len(self._uploads) > MOST_SESSIONS:
            self._uploads.popitem(last=False)
        location = request.url.include_query_params(upload_id=key)
        return Response(headers={"location": str(location), "x-guploader-uploadid": key})

    async def _written(
        self, request: Request, uri: str, described: Mapping[str, Any], data: bytes
    ) -> Mapping[str, Any]:
        if request.query_params.get("ifGenerationMatch") == "0" and await self._exists(uri):
            raise StorageError("precondition", uri)
        content_type = str(described.get("contentType", UNTYPED))
        if not (content_type.isascii() and content_type.isprintable()):  # it becomes a header
            raise StorageError("bad_upload", uri)
        stored = await to_thread.run_sync(self._storage.write, uri, data, content_type)
        return wire.resource(stored, request)

    async def _exists(self, uri: str) -> bool:
        try:
            await to_thread.run_sync(self._storage.stat, uri)
        except StorageError:
            return False
        return True

    async def _body(self, request: Request) -> bytes:
        try:
            return await google.read(request.receive, self._largest)
        except ApiError:
            raise StorageError("too_large", request.url.path) from None


def _target(request: Request, described: Mapping[str, Any]) -> str:
    name = request.query_params.get("name") or described.get("name", "")
    uri = f"gs://{request.path_params['bucket']}/{name}"
    parse(uri)
    return uri


def _uri(request: Request) -> str:
    return f"gs://{request.path_params['bucket']}/{request.path_params.get('name', '')}"

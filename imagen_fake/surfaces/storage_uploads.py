"""Data that clients send to Cloud Storage: at once, with its properties, or in parts."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from imagen_fake.storage.embedded import Draft, Storage
from imagen_fake.storage.objects import UNTYPED, StorageError, parse
from imagen_fake.storage.preconditions import parse_preconditions
from imagen_fake.storage.staging import Staged
from imagen_fake.storage.upload_state import Upload, verify_checksums
from imagen_fake.storage.uploads import Uploads
from imagen_fake.surfaces import storage_wire as wire
from imagen_fake.surfaces.google import announced
from imagen_fake.surfaces.multipart import Related
from imagen_fake.surfaces.storage_reads import answer
from imagen_fake.surfaces.storage_writes import body, guarding

PIECE = 2**20
"""Bytes of an upload that are in memory at once."""

KINDS = ("media", "multipart", "resumable")
"""What `uploadType` may be."""

Sink = Callable[[bytes], object]


class Receiver:
    """Takes uploads of `largest` bytes at most; one that breaks off leaves nothing."""

    def __init__(self, storage: Storage, uploads: Uploads, largest: int) -> None:
        self._storage = storage
        self._uploads = uploads
        self._largest = largest

    async def upload(self, request: Request) -> Response:
        """Write an object at once, or begin to write it in parts."""
        kind = request.query_params.get("uploadType", "media")
        if kind not in KINDS:
            raise StorageError("bad_parameter", "uploadType")
        if kind == "resumable":
            return await self._begun(request)
        with ExitStack() as stack:
            staged = stack.enter_context(await to_thread.run_sync(self._storage.folder.stage))
            given = request.headers.get("content-type", "")
            if kind == "multipart":
                related = Related(given)
                await received(
                    request, self._largest, lambda data: staged.write(related.feed(data))
                )
                related.end()
                told = related.described or {}
            else:
                await received(request, self._largest, staged.write)
                told = {"contentType": given or UNTYPED}
            made = await to_thread.run_sync(self._written, request, told, staged)
        return answer(request, wire.resource(made, request))

    async def resume(self, request: Request) -> Response:
        """Take a part of an upload; the last one writes the object."""
        key, bucket, name = _session(request)
        told = request.headers.get("content-range")
        wire.placed(told, None)
        await to_thread.run_sync(self._uploads.get, key, bucket, name)
        with ExitStack() as stack:
            part = stack.enter_context(await to_thread.run_sync(self._storage.folder.stage))
            await received(request, self._largest, part.write)
            place = wire.placed(told, part.size)
            upload = await to_thread.run_sync(
                self._uploads.add, key, bucket, name, place, part, self._accepting(request)
            )
        if upload.stored is None:
            sent = {"range": f"bytes=0-{upload.size - 1}"} if upload.size else None
            return Response(status_code=308, headers=sent)
        return answer(request, wire.resource(upload.stored, request))

    async def cancel(self, request: Request) -> Response:
        """Take no more parts of an upload."""
        await body(request)
        await to_thread.run_sync(self._uploads.cancel, *_session(request))
        return Response(status_code=499)

    async def _begun(self, request: Request) -> Response:
        told = wire.described(await body(request) or b"{}")
        kind = {"contentType": request.headers.get("x-upload-content-type", UNTYPED)}
        bucket, name = parse(_target(request, told))
        asked = dict(request.query_params)
        parse_preconditions(asked, {})
        upload = Upload(
            bucket, name, wire.properties({**kind, **told}), asked, wire.checksums(told, {})
        )
        key = await to_thread.run_sync(self._uploads.begin, upload)
        location = str(request.url.include_query_params(upload_id=key))
        return Response(headers={"location": location, "x-guploader-uploadid": key})

    def _written(self, request: Request, told: Mapping[str, Any], staged: Staged) -> Any:
        uri = _target(request, told)
        parse(uri)
        properties = wire.properties(told)
        verify_checksums(wire.checksums(told, request.headers), staged.finish(), uri)
        wanted = parse_preconditions(request.query_params, request.headers)
        guard = guarding(self._storage, uri, wanted)
        return self._storage.commit([Draft(uri, staged, properties)], guard)[0]

    def _accepting(self, request: Request) -> Callable[[Staged, Upload], None]:
        """What is to hold when the last part of an upload has come."""
        last = wire.checksums({}, request.headers)

        def accept(whole: Staged, upload: Upload) -> None:
            verify_checksums({**upload.expected, **last}, whole.finish(), upload.uri)
            guarding(self._storage, upload.uri, parse_preconditions(upload.query, {}))()

        return accept


async def received(request: Request, limit: int, sink: Sink) -> None:
    """Hand a body on in large pieces. Raises StorageError too_large, ClientDisconnect."""
    size = announced(request.scope)
    pieces = bytearray()
    if size <= limit:
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit:
                break
            pieces += chunk
            if len(pieces) >= PIECE:
                await to_thread.run_sync(sink, bytes(pieces))
                pieces.clear()
    if size > limit:
        raise StorageError("too_large", request.url.path)
    await to_thread.run_sync(sink, bytes(pieces))


def _session(request: Request) -> tuple[str, str, str | None]:
    """The secret name of an upload, and where the caller believes that it goes."""
    query = request.query_params
    return query.get("upload_id", ""), request.path_params["bucket"], query.get("name")


def _target(request: Request, told: Mapping[str, Any]) -> str:
    name = request.query_params.get("name") or wire.named(told)
    return f"gs://{request.path_params['bucket']}/{name}"

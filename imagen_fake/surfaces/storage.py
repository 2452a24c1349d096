"""Cloud Storage: the part of its JSON API that clients read and write pictures with."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from imagen_fake import spec
from imagen_fake.storage.embedded import Storage
from imagen_fake.storage.objects import StorageError
from imagen_fake.storage.preconditions import NotModified
from imagen_fake.storage.uploads import Uploads
from imagen_fake.surfaces.storage_reads import Reads
from imagen_fake.surfaces.storage_resources import json_api_error
from imagen_fake.surfaces.storage_uploads import UploadEndpoint
from imagen_fake.surfaces.storage_writes import Writes

Endpoint = Callable[[Request], Awaitable[Response]]

BUCKET_PATHS = ("/storage/v1/b", "/b")
"""Node's client uses the second one if `STORAGE_EMULATOR_HOST` names a host."""


def routes(storage: Storage, largest_upload: int) -> list[Route]:
    """The routes of Cloud Storage on a storage; an upload has `largest_upload` bytes at most."""
    reads, writes = Reads(storage), Writes(storage)
    receiver = UploadEndpoint(storage, Uploads(storage, largest_upload), largest_upload)
    upload = "/upload/storage/v1/b/{bucket}/o"
    table: list[tuple[str, str, Endpoint]] = [
        ("GET", "/download/storage/v1/b/{bucket}/o/{name:path}", reads.download),
        ("POST", upload, receiver.upload),
        ("PUT", upload, receiver.resume),
        ("DELETE", upload, receiver.cancel),
    ]
    for buckets in BUCKET_PATHS:
        bucket = f"{buckets}/{{bucket}}"
        object_path = f"{bucket}/o/{{name:path}}"
        table += [
            ("GET", buckets, reads.buckets),
            ("POST", buckets, writes.bucket),
            ("GET", bucket, reads.bucket),
            ("GET", f"{bucket}/o", reads.objects),
            ("GET", object_path, reads.object),
            ("PATCH", object_path, writes.patch),
            ("PUT", object_path, writes.update),
            ("POST", object_path, writes.copy),
            ("DELETE", object_path, writes.delete),
        ]
    return [
        Route(path, handle_errors(endpoint), methods=[method]) for method, path, endpoint in table
    ]


def handle_errors(endpoint: Endpoint) -> Endpoint:
    """Convert an endpoint's StorageError to an error response of the JSON API."""

    async def answer(request: Request) -> Response:
        try:
            refuse_repeated(request)
            return await endpoint(request)
        except StorageError as error:
            return storage_error_response(error)
        except NotModified:
            return Response(status_code=304)

    return answer


def refuse_repeated(request: Request) -> None:
    """Raise StorageError `bad_parameter` for a parameter that is there twice: which one counts?"""
    query = request.query_params
    for name in query:
        if len(query.getlist(name)) > 1:
            raise StorageError("bad_parameter", name[:80])


def storage_error_response(error: StorageError) -> Response:
    """The error response of a refusal."""
    facts = spec.read("surfaces/storage.json")["refusals"][error.reason]
    bucket, _, name = error.uri.removeprefix("gs://").partition("/")
    message = facts["message"].format(uri=error.uri, bucket=bucket, name=name)
    return json_api_error(facts, message, error.headers)

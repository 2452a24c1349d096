"""Cloud Storage: the part of its JSON API that clients read and write pictures with."""

from collections.abc import Awaitable, Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from imagen_fake import spec
from imagen_fake.auth import access as auth
from imagen_fake.auth.access import Access
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.storage.embedded import Storage
from imagen_fake.storage.objects import StorageError
from imagen_fake.storage.preconditions import NotModified
from imagen_fake.surfaces.storage_reads import Reads
from imagen_fake.surfaces.storage_resources import json_api_error
from imagen_fake.surfaces.storage_uploads import UploadEndpoint
from imagen_fake.surfaces.storage_writes import Writes

Endpoint = Callable[[Request], Awaitable[Response]]

BUCKET_PATHS = ("/storage/v1/b", "/b")
"""Node's client uses the second one if `STORAGE_EMULATOR_HOST` names a host."""

UPLOAD = "/upload/storage/v1/b/{bucket}/o"


def routes(storage: Storage, largest_upload: int, access: Access | None = None) -> list[Route]:
    """The routes of Cloud Storage on a storage; an upload has `largest_upload` bytes at most.

    Everybody may call them without an `access`.
    """
    access = access or Access()
    reads, writes = Reads(storage), Writes(storage)
    receiver = UploadEndpoint(storage, largest_upload)
    table: list[tuple[str, str, Endpoint]] = [
        ("GET", "/download/storage/v1/b/{bucket}/o/{name:path}", reads.download),
        ("POST", UPLOAD, receiver.upload),
        ("PUT", UPLOAD, receiver.resume),
        ("DELETE", UPLOAD, receiver.cancel),
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
        Route(path, partial(answer, endpoint, path, access), methods=[method])
        for method, path, endpoint in table
    ]


async def answer(endpoint: Endpoint, path: str, access: Access, request: Request) -> Response:
    """The response of an endpoint, or the JSON API's error; callers are checked before the body."""
    try:
        authorize(access, path, request)
    except ApiError as error:
        return access_error_response(error, permission(path, request.method))
    try:
        refuse_repeated(request)
        return await endpoint(request)
    except StorageError as error:
        return storage_error_response(error)
    except NotModified:
        return Response(status_code=304)


def authorize(access: Access, path: str, request: Request) -> None:
    """Raise ApiError for a caller without a token; API keys are not accepted.

    The URL of an upload is a credential by itself, as only who began it knows it.
    """
    if path == UPLOAD and request.method in ("PUT", "DELETE"):
        return
    credential = auth.credential_in(request.scope["headers"], request.scope["query_string"])
    is_token = credential is not None and credential.kind == "token"
    auth.authorize(access, credential if is_token else None, {})


def permission(path: str, method: str) -> str:
    """The permission that a method needs, such as `storage.objects.get`."""
    verbs = spec.read("surfaces/storage.json")["permissions"]
    kind = "objects" if "{bucket}/o" in path else "buckets"
    reads = method in ("GET", "HEAD")
    if reads and not path.endswith("}"):
        return f"storage.{kind}.{verbs['list']}"
    return f"storage.{kind}.{verbs['value']['GET' if reads else method]}"


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


def access_error_response(error: ApiError, permission: str) -> Response:
    """The error response for a caller who needs a permission."""
    refusals = spec.read("surfaces/storage.json")["access"]
    facts = refusals.get(error.id, refusals["token_invalid"])
    kind = permission.split(".")[1].removesuffix("s")
    account = error.fields.get("account", "")
    message = facts["message"].format(permission=permission, kind=kind, account=account)
    headers = {"www-authenticate": facts["challenge"]} if facts["challenge"] else {}
    header = {"locationType": "header", "location": "Authorization"} if facts["location"] else {}
    return json_api_error(facts, message, headers, **header)

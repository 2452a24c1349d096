"""Resources of the JSON API: buckets, objects, their properties and headers."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from datetime import datetime
from email.utils import formatdate
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from imagen_fake import spec
from imagen_fake.storage.metadata import ObjectMetadata, Properties
from imagen_fake.storage.objects import UNTYPED, StorageError

HASHES = {"md5": "md5Hash", "crc32c": "crc32c"}
"""How `x-goog-hash` names a checksum, and how a resource does."""


def bucket_resource(name: str) -> Mapping[str, Any]:
    """A bucket as the JSON API shows it."""
    return {
        "kind": "storage#bucket",
        "id": name,
        "name": name,
        **_facts()["defaults"]["value"],
        "metageneration": "1",
    }


def object_resource(metadata: ObjectMetadata, request: Request) -> dict[str, Any]:
    """An object as the JSON API shows it."""
    path = f"b/{metadata.bucket}/o/{quote(metadata.name, safe='')}"
    resource: dict[str, Any] = {
        "kind": "storage#object",
        "id": f"{metadata.bucket}/{metadata.name}/{metadata.generation}",
        "selfLink": f"{request.base_url}storage/v1/{path}",
        "mediaLink": f"{request.base_url}download/storage/v1/{path}?alt=media",
        "name": metadata.name,
        "bucket": metadata.bucket,
        "generation": str(metadata.generation),
        "metageneration": str(metadata.metageneration),
        "contentType": metadata.content_type,
        "storageClass": _facts()["defaults"]["value"]["storageClass"],
        "size": str(metadata.size),
        "md5Hash": metadata.md5_hash,
        "crc32c": metadata.crc32c,
        "etag": metadata.version.etag,
        "timeCreated": metadata.created,
        "updated": metadata.updated,
        **metadata.properties.headers,
    }
    if metadata.properties.metadata:
        resource["metadata"] = metadata.properties.metadata
    return resource


def json_api_error(
    facts: Mapping[str, Any], message: str, headers: Mapping[str, str], **location: str
) -> Response:
    """`{"error": {code, message, errors}}`; `location` says which part of a request is wrong."""
    detail = {"message": message, "domain": "global", "reason": facts["reason"], **location}
    body = {"code": facts["code"], "message": message, "errors": [detail]}
    return JSONResponse({"error": body}, facts["code"], headers)


def media_headers(metadata: ObjectMetadata) -> dict[str, str]:
    """The headers of an object's bytes."""
    names = _facts()["headers"]["value"]
    own = {names[name]: value for name, value in metadata.properties.headers.items()}
    return {
        "accept-ranges": "bytes",
        "etag": f'"{metadata.version.etag}"',
        "last-modified": formatdate(
            datetime.fromisoformat(metadata.updated).timestamp(), usegmt=True
        ),
        "x-goog-generation": str(metadata.generation),
        "x-goog-metageneration": str(metadata.metageneration),
        "x-goog-hash": f"crc32c={metadata.crc32c},md5={metadata.md5_hash}",
        "x-goog-stored-content-encoding": own.get("content-encoding", "identity"),
        "x-goog-stored-content-length": str(metadata.size),
        **own,
    }


def parse_properties(resource: Mapping[str, Any], before: Properties = Properties()) -> Properties:  # noqa: B008 - it never changes
    """The properties in a resource, merged with the current ones; null removes.

    Raises StorageError bad_upload.
    """
    merged = {"contentType": before.content_type, **before.headers}
    for name in ("contentType", *_facts()["headers"]["value"]):
        if name in resource:
            merged[name] = resource[name]
    headers = {name: _header_value(value) for name, value in merged.items() if value is not None}
    return Properties(headers.pop("contentType", UNTYPED), headers, _metadata(resource, before))


def _metadata(resource: Mapping[str, Any], before: Properties) -> Mapping[str, str]:
    custom = resource.get("metadata", {})
    if custom is None:
        return {}
    if not isinstance(custom, dict):
        raise StorageError("bad_upload", "")
    merged = {**before.metadata, **custom}
    if not all(isinstance(value, str | None) for value in merged.values()):
        raise StorageError("bad_upload", "")
    return {name: value for name, value in merged.items() if value is not None}


def _header_value(value: object) -> str:
    if not (isinstance(value, str) and value.isascii() and value.isprintable()):
        raise StorageError("bad_upload", "")
    return value


def parse_resource(body: bytes) -> Mapping[str, Any]:
    """A JSON object. Raises StorageError `bad_upload`, for half a surrogate pair too."""
    try:
        parsed = json.loads(body)
        json.dumps(parsed, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        raise StorageError("bad_upload", "")
    return parsed


def resource_name(resource: Mapping[str, Any]) -> str:
    """The name in a resource; "" if it has none."""
    name = resource.get("name")
    return name if isinstance(name, str) else ""


def expected_checksums(resource: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, str]:
    """The declared checksums of data, by their names in a resource."""
    expected = {name: str(resource[name]) for name in HASHES.values() if resource.get(name)}
    if "content-md5" in headers:
        expected["md5Hash"] = headers["content-md5"]
    for part in headers.get("x-goog-hash", "").split(","):
        kind, _, value = part.strip().partition("=")
        if kind in HASHES:
            expected[HASHES[kind]] = value
    return expected


def parse_page_token(token: str) -> str:
    """The key in a page token; "" if it is invalid."""
    try:
        return urlsafe_b64decode(token).decode()
    except ValueError:
        return ""


def _facts() -> Any:
    return spec.read("surfaces/storage.json")

"""How Cloud Storage's JSON API writes uploads, ranges, tokens and checksums."""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from email.message import Message
from typing import Any
from urllib.parse import quote

from starlette.requests import Request

from imagen_fake.objects import UNTYPED, StorageError
from imagen_fake.stored import Stored


def bucket_resource(name: str) -> Mapping[str, Any]:
    """A bucket as the JSON API shows it."""
    return {
        "kind": "storage#bucket",
        "id": name,
        "name": name,
        "location": "US",
        "storageClass": "STANDARD",
        "metageneration": "1",
    }


def resource(stored: Stored, request: Request) -> Mapping[str, Any]:
    """An object as the JSON API shows it."""
    path = f"b/{stored.bucket}/o/{quote(stored.name, safe='')}"
    return {
        "kind": "storage#object",
        "id": f"{stored.bucket}/{stored.name}/{stored.generation}",
        "selfLink": f"{request.base_url}storage/v1/{path}",
        "mediaLink": f"{request.base_url}download/storage/v1/{path}?alt=media",
        "name": stored.name,
        "bucket": stored.bucket,
        "generation": str(stored.generation),
        "metageneration": str(stored.metageneration),
        "contentType": stored.content_type,
        "storageClass": "STANDARD",
        "size": str(stored.size),
        "md5Hash": stored.md5_hash,
        "crc32c": stored.crc32c,
        "etag": stored.version.etag,
        "timeCreated": stored.created,
        "updated": stored.updated,
    }


def related(body: bytes, content_type: str) -> tuple[Mapping[str, Any], bytes]:
    """Metadata and bytes of a multipart upload. Raises StorageError `bad_upload`."""
    message = Message()
    message["content-type"] = content_type
    delimiter = b"\r\n--" + str(message.get_param("boundary", "")).encode()
    parts = (b"\r\n" + body).split(delimiter)
    if len(parts) != 4:
        raise StorageError("bad_upload", "")
    (_, _, first), (head, _, data) = (part.partition(b"\r\n\r\n") for part in parts[1:3])
    given = re.search(rb"(?i)\r\ncontent-type:[ \t]*([^\r\n]+)", head)
    content_type = given[1].decode("latin-1") if given else UNTYPED
    return {"contentType": content_type, **described(first)}, data


def described(body: bytes) -> Mapping[str, Any]:
    """A JSON object. Raises StorageError `bad_upload`."""
    try:
        parsed = json.loads(body)
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        raise StorageError("bad_upload", "")
    return parsed


def number(text: str | None) -> int | None:
    """A number of up to 18 digits, or None."""
    return int(text) if text and re.fullmatch("[0-9]{1,18}", text) else None


def from_token(token: str) -> str:
    """The key behind a page token; empty if it is none."""
    try:
        return urlsafe_b64decode(token).decode()
    except ValueError:
        return ""


def placed(request: Request) -> tuple[int | None, int | None]:
    """Where a part of an upload begins and how long the whole is, in bytes, as far as is said."""
    text = request.headers.get("content-range", "")
    said = re.fullmatch(r"bytes (?:(\d+)-\d+|\*)/(?:(\d+)|\*)", text)
    if said:
        return number(said[1]), number(said[2])
    return 0, number(request.headers.get("content-length"))


def part(asked: str, stored: Stored) -> range | None:
    """The bytes a Range header asks for; None for all. Raises StorageError `range`."""
    said = re.fullmatch(r"bytes=(\d*)-(\d*)", asked)
    if said is None or not (said[1] or said[2]):
        return None
    first, last = number(said[1]), number(said[2])
    start = max(0, stored.size - (last or 0)) if first is None else first
    stop = stored.size if first is None or last is None else min(last + 1, stored.size)
    if start >= stop:
        raise StorageError("range", f"gs://{stored.bucket}/{stored.name}")
    return range(start, stop)

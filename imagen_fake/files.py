"""How an object lies on disk.

An object is one file in its bucket's folder, named as the object with everything but letters,
digits and `._-` percent-encoded: no name leads out of the folder, and `a` stands beside `a/b`.
A hidden file beside it keeps what bytes cannot tell: the content type, and a name too long for
a file. Files put into a bucket's folder by hand are objects too.
"""

import hashlib
import json
import re
import secrets
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from imagen_fake import spec
from imagen_fake.objects import UNTYPED

LONGEST = 200
"""Bytes of an encoded name beyond which a file is named by a digest and the name's end."""

DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
"""Windows opens a device under these names, whatever ending follows."""


def file_name(name: str) -> str:
    """The file of an object's name: at most 200 bytes, never hidden, safe on every system."""
    encoded = quote(name, safe="").replace("~", "%7E")
    if encoded.startswith(".") or DEVICES.match(encoded):
        encoded = f"%{ord(encoded[0]):02X}{encoded[1:]}"
    if encoded.endswith("."):
        encoded = f"{encoded[:-1]}%2E"
    if len(encoded) <= LONGEST:
        return encoded
    return f"{hashlib.sha256(name.encode()).hexdigest()}~{encoded[-64:]}"


def is_object(file: Path) -> bool:
    """Whether a file in a bucket's folder is an object."""
    return not file.name.startswith(".") and file.is_file() and not file.is_symlink()


def sidecar(file: Path) -> Path:
    """The hidden file beside the file of an object."""
    return file.with_name(f".{file.name}.json")


def kept_of(file: Path) -> Mapping[str, Any]:
    """What the hidden file keeps of an object: `name`, `contentType`, `md5Hash`; maybe nothing."""
    beside = sidecar(file)
    if beside.is_symlink() or not beside.is_file():
        return {}
    try:
        kept = json.loads(beside.read_bytes())
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}


def content_type_of(file: Path, name: str, data: bytes) -> str:
    """The type an object was written with, or what its ending says if other bytes are there."""
    kept = kept_of(file)
    if kept.get("md5Hash") == md5(data) and "contentType" in kept:
        return str(kept["contentType"])
    types: Mapping[str, str] = spec.table("mime_types")["types"]
    return types.get(PurePosixPath(name).suffix.lower().removeprefix("."), UNTYPED)


def replace(file: Path, data: bytes) -> None:
    """Give a file a new content, whole or not at all."""
    written = file.with_name(f".{secrets.token_hex(8)}")
    try:
        with written.open("xb") as stream:
            stream.write(data)
        written.replace(file)
    finally:
        written.unlink(missing_ok=True)


def md5(data: bytes) -> str:
    """The MD5 of bytes in base64, as Cloud Storage writes it."""
    return b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()

"""Recording: an exchange becomes a cassette, and nothing secret reaches the disk."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pybase64

from imagen_fake.contract.cassette import Cassette, Provenance, write
from imagen_fake.contract.exchange import Exchange, Request, Response
from imagen_fake.contract.placeholder import decoded, neutral, noted, small
from imagen_fake.contract.scrub import (
    Scrub,
    scrubbed_json,
    scrubbed_request,
    scrubbed_response,
    scrubber,
)

PICTURES = {"bytesBase64Encoded", "b64_json"}
"""Fields that hold a picture, or what ought to be one."""

NO_PICTURE = pybase64.b64encode_as_string(b"no picture")
NO_BASE64 = "no base64!"

Notes = list[Mapping[str, Any]]


def record(exchange: Exchange, path: Path, provenance: Provenance) -> Path:
    """The file that an exchange was written to, as a cassette, without anything secret."""
    made = cassette(path.stem, exchange.request, exchange.response, provenance)
    return write(made, path.parent)


def cassette(name: str, request: Request, response: Response, provenance: Provenance) -> Cassette:
    """One exchange as a cassette: scrubbed, with small pictures and neutral texts."""
    scrub, notes = scrubber(request, response), Notes()
    asked = scrubbed_request(request, scrub)
    answered = scrubbed_response(response, scrub)
    asked = replace(asked, body=_body(request.body, scrub, notes, "request"))
    answered = replace(answered, body=_body(_plain(response), scrub, notes, "response") + b"\n")
    told = replace(provenance, pictures=(*provenance.pictures, *notes))
    return Cassette(name, told, ((asked, answered),))


def _body(raw: bytes, scrub: Scrub, notes: Notes, part: str) -> bytes:
    """A body with placeholders, its JSON on lines of their own."""

    def leaf(text: str, key: str, at: str) -> str:
        if key == "prompt" and part == "response":
            return neutral(len(text))
        return _placeholder(text, key, at, notes) or scrub(text)

    try:
        found = json.loads(raw)
    except ValueError:
        return scrub(raw.decode("utf-8", "replace")).strip().encode()
    kept = scrubbed_json(found, scrub, leaf, part)
    try:
        return json.dumps(kept, indent=2, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half a surrogate pair, as JSON may escape it
        return json.dumps(kept, indent=2).encode()


def _placeholder(text: str, key: str, at: str, notes: Notes) -> str | None:
    """What stands for a picture, which is noted; None for another text."""
    found = decoded(text)
    if found is None:
        return _broken(text) if key in PICTURES else None
    image, data = found
    notes.append({"at": at, **noted(image, data)})
    return pybase64.b64encode_as_string(small(str(image.format), image.mode, image.size))


def _broken(text: str) -> str:
    """What stands for bytes that are no picture: base64 stays base64."""
    try:
        return NO_PICTURE if pybase64.b64decode(text, validate=True) else ""
    except ValueError:
        return NO_BASE64


def _plain(response: Response) -> bytes:
    """The body of an answer, unpacked. Raises ValueError for a packing that is not known."""
    packing = response.header("content-encoding") or "identity"
    if packing == "gzip":
        return gzip.decompress(response.body)
    if packing != "identity":
        raise ValueError(f"an answer in {packing} cannot be recorded")
    return response.body

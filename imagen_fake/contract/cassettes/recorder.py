"""Recording: an exchange becomes a cassette, and nothing secret reaches the disk."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pybase64

from imagen_fake import spec
from imagen_fake.contract.cassettes.cassette import Cassette, Provenance, write
from imagen_fake.contract.cassettes.content_coding import decode_body
from imagen_fake.contract.cassettes.placeholder import (
    decode_picture,
    neutral_text,
    picture_notes,
    small_picture,
)
from imagen_fake.contract.cassettes.scrub import (
    Scrub,
    Scrubber,
    scrub_json,
    scrub_request,
    scrub_response,
)
from imagen_fake.contract.exchange import Case, Exchange, Request, Response

NO_PICTURE = pybase64.b64encode_as_string(b"no picture")
NO_BASE64 = "no base64!"

Notes = list[Mapping[str, Any]]


LEFT_OUT = "The body of the answer, in {coding}, is left out: it could not be read."


def file_name(case: Case) -> str:
    """The name of a case's cassette, in lower case: its words, and a digest of all of it.

    Cases of one name, and names that differ beyond the cut or in letters no file name may have,
    get different ones.
    """
    words = re.sub(r"[^a-z0-9.]+", "-", case.name.lower())[:100].strip("-.")
    whole = repr((case.name, case.surface, case.model, case.task, case.body))
    return f"{words}-{sha256(whole.encode()).hexdigest()[:16]}.yaml"


def record(
    exchange: Exchange, path: Path, provenance: Provenance, scrub: Scrubber | None = None
) -> Path:
    """The file that an exchange was written to, as a cassette, without anything secret.

    `scrub` may know more secrets than the exchange shows; it learns those.
    """
    recorded = cassette(path.stem, exchange.request, exchange.response, provenance, scrub)
    return write(recorded, path.parent)


def cassette(
    name: str,
    request: Request,
    response: Response,
    provenance: Provenance,
    scrub: Scrubber | None = None,
) -> Cassette:
    """One exchange as a cassette: scrubbed, with small pictures and neutral texts."""
    scrub, notes = scrub or Scrubber(), Notes()
    scrub.learn(request, response)
    scrubbed_request = scrub_request(request, scrub)
    scrubbed_reply = scrub_response(response, scrub)
    scrubbed_request = replace(scrubbed_request, body=_body(request.body, scrub, notes, "request"))
    content, differs = decode_body(response), provenance.differs
    if content is None:
        coding = scrub(str(response.header("content-encoding")))
        content, differs = b"", (*differs, LEFT_OUT.format(coding=coding))
    scrubbed_reply = replace(scrubbed_reply, body=_body(content, scrub, notes, "response") + b"\n")
    documented = replace(
        provenance,
        sources=tuple(map(scrub, provenance.sources)),
        differs=differs,
        pictures=(*provenance.pictures, *notes),
    )
    return Cassette(name, documented, ((scrubbed_request, scrubbed_reply),))


def _body(raw: bytes, scrub: Scrub, notes: Notes, part: str) -> bytes:
    """A body with placeholders, its JSON on lines of their own."""

    def leaf(text: str, key: str, at: str) -> str:
        if key == "prompt" and part == "response":
            return neutral_text(len(text))
        return _placeholder(text, key, at, notes) or scrub(text)

    try:
        value = scrub_json(json.loads(raw), scrub, leaf, part)
    except (ValueError, RecursionError):
        text = scrub(raw.replace(b"\0", b"").decode("utf-8", "replace"))
        return text.strip().encode("utf-8", "replace")
    try:
        return json.dumps(value, indent=2, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half a surrogate pair, as JSON may escape it
        return json.dumps(value, indent=2).encode()


def _placeholder(text: str, key: str, at: str, notes: Notes) -> str | None:
    """The placeholder of a picture, which is noted; None for another text."""
    decoded = decode_picture(text)
    if decoded is None:
        return _broken(text) if key in spec.picture_keys() else None
    image, data = decoded
    properties = dict(picture_notes(image, data))
    if at.startswith("request/"):  # it may be the caller's own, and a digest tells that it is
        del properties["sha256"]
    notes.append({"at": at, **properties})
    return pybase64.b64encode_as_string(small_picture(str(image.format), image.mode, image.size))


def _broken(text: str) -> str:
    """The placeholder of bytes that are no picture: base64 stays base64."""
    try:
        return NO_PICTURE if pybase64.b64decode(text, validate=True) else ""
    except ValueError:
        return NO_BASE64

"""Probes of what else is done with objects: parts, uploads that resume, lists, copies, removal."""

import json
from collections.abc import Iterator
from urllib.parse import quote

from imagen_fake import spec
from imagen_fake.contract.exchange import Request
from imagen_fake.contract.probes.expectations import (
    expect_body,
    expect_header,
    expect_json,
    expect_status,
)
from imagen_fake.contract.probes.model_lists import get_request
from imagen_fake.contract.probes.probe import Expectation, Probe, http_probe
from imagen_fake.contract.probes.storage import BUCKETS, DATA, FILE, create_bucket, error_probe

BUCKET, NAME, COPY, LONG = "contract-kit-objects", "folder/pear.txt", "copy.txt", "long.bin"
OBJECTS = f"{BUCKETS}/{BUCKET}/o"
UPLOADS = f"/upload{OBJECTS}"
TYPE = "text/plain"
INVALID_PROPERTIES = (
    7,
    {"cacheControl": 7},
    {"cacheControl": "\N{SNOWMAN}"},
    {"metadata": 7},
    {"metadata": {"a": 7}},
)
"""Resources with properties that no header can hold, or that are no texts."""
PIECE = 2**18
"""Bytes of every piece of an upload but the last: a multiple of 256 KiB, as it is documented."""


def object_probes() -> Iterator[Probe]:
    """The probes of objects in a bucket of their own, in order."""
    yield _probe(create_bucket(BUCKET), label="a bucket for objects")
    yield from _multipart_probes()
    yield from _resumable_probes()
    yield from _copy_probes()
    yield from _list_probes()
    yield from _change_probes()


def _multipart_probes() -> Iterator[Probe]:
    """An object and its properties in one request."""
    resource = {"name": NAME, "metadata": {"fruit": "pear"}}
    parts = (("application/json", json.dumps(resource).encode()), (TYPE, DATA))
    body = b"".join(b"--x\r\ncontent-type: %s\r\n\r\n%s\r\n" % (kind.encode(), data)
                    for kind, data in parts) + b"--x--"  # fmt: skip
    sent = ((b"content-type", b"multipart/related; boundary=x"),)
    upload = Request("POST", f"{UPLOADS}?uploadType=multipart", sent, body)
    yield _probe(upload, _value(NAME, "name"), _value(TYPE, "contentType"),
                 _value("pear", "metadata", "fruit"), _value(str(len(DATA)), "size"))  # fmt: skip
    kind = expect_header(FILE, "content-type", TYPE, part=True)
    yield _probe(get_request(f"{_path(NAME)}?alt=media"), expect_body(FILE, DATA), kind)
    half = get_request(f"{_path(NAME)}?alt=media&half", (b"range", b"bytes=2-"))
    place = expect_header(FILE, "content-range", f"bytes 2-{len(DATA) - 1}/{len(DATA)}")
    yield _probe(half, expect_body(FILE, DATA[2:]), place, status=206)


def _resumable_probes() -> Iterator[Probe]:
    """An object that comes in two pieces."""
    begin = Request("POST", f"{UPLOADS}?uploadType=resumable&name={LONG}")
    yield http_probe(
        begin, expect_status(200, FILE), setting="itself", stores={"upload": "location"}
    )
    total = PIECE + len(DATA)
    for start, data in ((0, bytes(PIECE)), (PIECE, DATA)):
        content_range = f"bytes {start}-{start + len(data) - 1}/{total}"
        piece = Request("PUT", "${upload}", ((b"content-range", content_range.encode()),), data)
        if start + len(data) < total:
            stored_range = expect_header(FILE, "range", f"bytes=0-{PIECE - 1}")
            yield _probe(piece, stored_range, status=308, label="a piece")
        else:
            yield _probe(piece, _value(str(total), "size"), label="the last piece")


def _copy_probes() -> Iterator[Probe]:
    """An object copied, unless there is one already."""
    url = f"{_path(NAME)}/rewriteTo/b/{BUCKET}/o/{COPY}?ifGenerationMatch=0"
    size = str(len(DATA))
    yield _probe(Request("POST", url), _value(True, "done"), _value(size, "objectSize"),
                 _value(size, "totalBytesRewritten"), _value(TYPE, "resource", "contentType"),
                 _value(COPY, "resource", "name"))  # fmt: skip
    yield error_probe(Request("POST", f"{url}&again"), "precondition")


def _list_probes() -> Iterator[Probe]:
    """Objects by the beginning of their names, by folder, page by page, and of them some fields."""
    yield _probe(get_request(f"{OBJECTS}?prefix=folder/"), _value(NAME, "items", 0, "name"))
    folders = get_request(f"{OBJECTS}?delimiter=/")
    yield _probe(folders, _value("folder/", "prefixes", 0), _value(COPY, "items", 0, "name"))
    page = get_request(f"{OBJECTS}?maxResults=1")
    first = (expect_status(200, FILE), _value(COPY, "items", 0, "name"))
    yield http_probe(page, *first, setting="itself", stores={"page": "nextPageToken"})
    following = get_request(f"{OBJECTS}?maxResults=1&pageToken=${{page}}")
    yield _probe(following, _value(NAME, "items", 0, "name"))
    fields = get_request(f"{OBJECTS}?fields=items(name)&maxResults=1")
    yield _probe(fields, _value([{"name": COPY}], "items"))
    for name in spec.read("surfaces/storage.json")["narrowed"]["value"]:
        yield error_probe(get_request(f"{OBJECTS}?{name}=true"), "unsupported")


def _change_probes() -> Iterator[Probe]:
    """An object with other properties, and without any; then removed, if it is still the same."""
    other = json.dumps({"contentType": "image/png"}).encode()
    changed = (_value("image/png", "contentType"), _value("2", "metageneration"))
    yield _probe(Request("PUT", _path(COPY), (), other), *changed)
    remove = Request("DELETE", f"{_path(COPY)}?ifMetagenerationMatch=1")
    yield error_probe(remove, "precondition")
    yield _probe(Request("DELETE", f"{_path(COPY)}?ifMetagenerationMatch=2"), status=204)
    same = get_request(f"{_path(NAME)}?ifMetagenerationNotMatch=1")
    yield _probe(same, status=304)
    for number, properties in enumerate(INVALID_PROPERTIES):
        change = Request("PATCH", _path(NAME), (), json.dumps(properties).encode())
        yield error_probe(change, "bad_upload", label=f"properties {number}", uri="")
    gone = get_request(_path(COPY))
    yield error_probe(gone, "missing_object", bucket=BUCKET, name=COPY)


def _path(name: str) -> str:
    return f"{OBJECTS}/{quote(name, safe='')}"


def _value(expected: object, *path: str | int) -> Expectation:
    return expect_json(FILE, expected, *path)


def _probe(
    request: Request, *expectations: Expectation, status: int = 200, label: str = ""
) -> Probe:
    expected = (expect_status(status, FILE), *expectations)
    return http_probe(request, *expected, label=label, setting="itself")

"""Probes of Cloud Storage: objects written and read, errors, and pictures of `:predict` in it."""

import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from hashlib import md5
from urllib.parse import quote

from imagen_fake import spec
from imagen_fake.contract.bodies.body import set_value
from imagen_fake.contract.bodies.rejected_case import rejected_case
from imagen_fake.contract.bodies.repair import minimal_body
from imagen_fake.contract.bodies.sample_models import first_operation, generate_operation
from imagen_fake.contract.exchange import Request
from imagen_fake.contract.facts.schemas import task_schema
from imagen_fake.contract.probes.expectations import (
    expect_body,
    expect_header,
    expect_json,
    expect_status,
)
from imagen_fake.contract.probes.model_lists import get_request
from imagen_fake.contract.probes.probe import Expectation, Probe, http_probe, predict_probe
from imagen_fake.contract.targets.settings import MAX_BODY_BYTES

FILE = "surfaces/storage.json#"
BUCKET, NAME, DATA = "contract-kit", "folder/apple.txt", b"a red apple"
BUCKETS = "/storage/v1/b"
UPLOADS = f"/upload/storage/v1/b/{BUCKET}/o"
OBJECT = f"{BUCKETS}/{BUCKET}/o/{quote(NAME, safe='')}"
DOWNLOAD = f"/download{OBJECT}?alt=media"
MAX_BUCKET_NAME = 222
"""Characters of the longest name of a bucket, with dots."""


def storage_probes() -> Iterator[Probe]:
    """The probes of buckets and objects, in order, then of errors."""
    yield from _round_trip_probes()
    yield from _name_probes()
    yield from _error_probes()
    yield from _picture_probes()


def _round_trip_probes() -> Iterator[Probe]:
    """A bucket, an object in it, its bytes, and the same bucket and object once more."""
    bucket = create_bucket(BUCKET)
    defaults = spec.read("surfaces/storage.json")["defaults"]["value"]
    properties = [expect_json(f"{FILE}/defaults", value, name) for name, value in defaults.items()]
    created = _success_probe(bucket, expect_json(FILE, BUCKET, "name"), *properties)
    yield replace(created, prepares=True)
    yield error_probe(bucket, "taken_bucket")
    upload = _upload(NAME)
    size = expect_json(FILE, str(len(DATA)), "size")
    digest = b64encode(md5(DATA, usedforsecurity=False).digest()).decode()
    checksum = expect_json(FILE, digest, "md5Hash")
    yield _success_probe(upload, expect_json(FILE, NAME, "name"), size, checksum)
    new = replace(upload, url=f"{upload.url}&ifGenerationMatch=0")
    yield error_probe(new, "precondition")
    storage_class = expect_json(f"{FILE}/defaults", defaults["storageClass"], "storageClass")
    yield _success_probe(get_request(OBJECT), expect_json(FILE, BUCKET, "bucket"), storage_class)
    yield _success_probe(get_request(DOWNLOAD), expect_body(FILE, DATA))
    metadata = json.dumps({"cacheControl": "no-store", "contentLanguage": "en"}).encode()
    version = expect_json(FILE, "2", "metageneration")
    yield _success_probe(Request("PATCH", OBJECT, (), metadata), version)
    header = expect_header(f"{FILE}/headers", "cache-control", "no-store")
    yield _success_probe(get_request(f"{DOWNLOAD}&ifMetagenerationMatch=2"), header)
    yield error_probe(get_request(DOWNLOAD, (b"range", b"bytes=1000-")), "range")


def _name_probes() -> Iterator[Probe]:
    """The shortest and the longest names there are, and invalid ones."""
    bucket, name = f"{FILE}/names/bucket", f"{FILE}/names/object"
    long = ".".join(["a" * 63] * 3 + ["b" * (MAX_BUCKET_NAME - 192)])
    for valid in ("abc", long):
        label, created = f"a bucket of {len(valid)} letters", expect_status(200, bucket)
        yield http_probe(create_bucket(valid), created, label=label, setting="itself")
    for invalid in ("ab", "Upper", "google", "1.2.3.4", f"{long}b"):
        status, label = expect_status(400, bucket), f"a bucket {invalid[:9]}"
        yield error_probe(create_bucket(invalid), "bad_bucket", status, label=label, bucket=invalid)
    most = spec.read("surfaces/storage.json")["names"]["object"]["maxBytes"]
    yield http_probe(_upload("n" * most), expect_status(200, name), setting="itself")
    for invalid in ("..", ".well-known/acme-challenge/x", "n" * (most + 1), "a\nb"):
        status, label = expect_status(400, name), f"an object {invalid[:9]!r}"
        yield error_probe(_upload(invalid), "bad_name", status, label=label, name=invalid)


def _error_probes() -> Iterator[Probe]:
    """What does not exist, cannot be read, or may not be written."""
    yield error_probe(get_request(f"{BUCKETS}/contract-kit-nowhere"), "missing_bucket")
    missing = get_request(f"{BUCKETS}/{BUCKET}/o/missing.png")
    yield error_probe(missing, "missing_object", name="missing.png")
    unknown = Request("PUT", f"{UPLOADS}?uploadType=resumable&upload_id=unknown", (), DATA)
    yield error_probe(unknown, "missing_upload")
    multipart = (b"content-type", b"multipart/related; boundary=x")
    bad = Request("POST", f"{UPLOADS}?uploadType=multipart", (multipart,), DATA)
    yield error_probe(bad, "bad_upload")
    bad = get_request(f"{OBJECT}?ifGenerationMatch=x")
    yield error_probe(bad, "bad_parameter", uri="ifGenerationMatch")
    for query, parameter in (("uploadType=x&name=a", "uploadType"), ("name=a&name=b", "name")):
        bad = Request("POST", f"{UPLOADS}?{query}", (), DATA)
        yield error_probe(bad, "bad_parameter", uri=parameter)
    content_range = (b"content-range", b"bytes here")
    yield error_probe(replace(unknown, headers=(content_range,)), "bad_range", uri="bytes here")
    wrong = replace(_upload(NAME), headers=((b"x-goog-hash", b"md5=AAAA"),))
    yield error_probe(wrong, "bad_hash")
    yield error_probe(Request("POST", f"{OBJECT}/compose", (), b"{}"), "unsupported")
    large = replace(_upload("large"), body=bytes(MAX_BODY_BYTES + 1))
    yield error_probe(large, "too_large", setting="small bodies")
    yield error_probe(create_bucket(BUCKET), "denied", setting="no room", name="")


def _picture_probes() -> Iterator[Probe]:
    """Predictions with pictures in a bucket: every way in which they cannot be read or written."""
    most = task_schema("upscale")["$defs"]["media"]["x-max-bytes"]["value"]
    heavy = _success_probe(replace(_upload("heavy"), body=bytes(most + 1)))
    yield replace(heavy, prepares=True)
    operation = first_operation("upscale")
    for name, error in (
        (f"{BUCKET}/missing.png", "storage_missing_object"),
        (f"{BUCKET}/heavy", "storage_too_large"),
        ("contract-kit-nowhere/apple.png", "storage_missing_bucket"),
        (f"{BUCKET}/..", "storage_bad_name"),
        ("Upper/apple.png", "storage_bad_bucket"),
    ):
        image = {"gcsUri": f"gs://{name}"}
        body = set_value(operation, minimal_body(operation), ("instances", 0, "image"), image)
        case = rejected_case(operation, f"gs://{name}: {error}", error, body)
        yield predict_probe(case, setting="itself")
    operation = generate_operation("vertex")
    uri = f"gs://{BUCKET}"
    body = set_value(operation, minimal_body(operation), ("parameters", "storageUri"), uri)
    yield predict_probe(rejected_case(operation, "no room", "storage_denied", body),
                        setting="no room")  # fmt: skip
    away = rejected_case(operation, "Cloud Storage is unavailable", "storage_unavailable")
    yield predict_probe(away, setting="itself", header="error=storage_unavailable")


def create_bucket(bucket: str) -> Request:
    """The request that makes a bucket."""
    body = json.dumps({"name": bucket}).encode()
    return Request("POST", f"{BUCKETS}?project=contract-kit", (), body)


def _upload(name: str) -> Request:
    return Request("POST", f"{UPLOADS}?uploadType=media&name={quote(name, safe='')}", (), DATA)


def _success_probe(request: Request, *expectations: Expectation) -> Probe:
    return http_probe(request, expect_status(200, FILE), *expectations, setting="itself")


def error_probe(
    request: Request, reason: str, *expectations: Expectation, label: str = "",
    setting: str = "itself", bucket: str = BUCKET, name: str = NAME, uri: str = "",
) -> Probe:  # fmt: skip
    """A refusal: its status twice, its reason, its message."""
    refusal = spec.read("surfaces/storage.json")["refusals"][reason]
    pointer = f"{FILE}/refusals/{reason}"
    words = {"uri": uri or f"gs://{bucket}/{name}", "bucket": bucket, "name": name}
    return http_probe(
        request,
        expect_status(refusal["code"], pointer),
        expect_json(pointer, refusal["code"], "error", "code"),
        expect_json(pointer, refusal["message"].format(**words), "error", "message"),
        expect_json(pointer, refusal["reason"], "error", "errors", 0, "reason"),
        *expectations,
        label=f"{reason} {label}".strip(),
        setting=setting,
    )

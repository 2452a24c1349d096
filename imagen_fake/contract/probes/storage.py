"""Probes of Cloud Storage: objects there and back, refusals, and pictures of `:predict` in it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from imagen_fake import spec
from imagen_fake.contract.bodies.body import placed
from imagen_fake.contract.bodies.chosen import doing, painting
from imagen_fake.contract.bodies.form import Form
from imagen_fake.contract.bodies.rules import plain_body
from imagen_fake.contract.bodies.touch import error_text
from imagen_fake.contract.exchange import Broken, Case, Request
from imagen_fake.contract.probes.judges import headed, holds, status, written
from imagen_fake.contract.probes.lists import get
from imagen_fake.contract.probes.probing import Judge, Probe, looking, predicting
from imagen_fake.contract.targets.settings import SMALL

FILE = "surfaces/storage.json#"
BUCKET, NAME, DATA = "contract-kit", "folder/apple.txt", b"a red apple"
BUCKETS = "/storage/v1/b"
UPLOADS = f"/upload/storage/v1/b/{BUCKET}/o"
OBJECT = f"{BUCKETS}/{BUCKET}/o/{quote(NAME, safe='')}"
DOWNLOAD = f"/download{OBJECT}?alt=media"
LARGEST = 222
"""Characters of the longest name of a bucket, with dots."""

UPSCALE = doing("upscale")
IMAGE = ("instances", 0, "image")


def of_storage() -> Iterator[Probe]:
    """The probes of buckets and objects, in order, then of what is refused."""
    yield from _there_and_back()
    yield from _names()
    yield from _refusals()
    yield from _of_pictures()


def _there_and_back() -> Iterator[Probe]:
    """A bucket, an object in it, its bytes, and the same bucket and object once more."""
    made = _made(BUCKET)
    usual = spec.read("surfaces/storage.json")["defaults"]["value"]
    properties = [holds(f"{FILE}/defaults", value, name) for name, value in usual.items()]
    yield _found(made, holds(FILE, BUCKET, "name"), *properties)
    yield _refused(made, "taken_bucket", name="a bucket twice")
    put = Request("POST", f"{UPLOADS}?uploadType=media&name={quote(NAME, safe='')}", (), DATA)
    yield _found(put, holds(FILE, NAME, "name"), holds(FILE, str(len(DATA)), "size"))
    new = Request("POST", f"{put.url}&ifGenerationMatch=0", (), DATA)
    yield _refused(new, "precondition")
    of_class = holds(f"{FILE}/defaults", usual["storageClass"], "storageClass")
    yield _found(get(OBJECT), holds(FILE, BUCKET, "bucket"), of_class)
    yield _found(get(DOWNLOAD), written(FILE, DATA))
    told = json.dumps({"cacheControl": "no-store", "contentLanguage": "en"}).encode()
    yield _found(Request("PATCH", OBJECT, (), told), holds(FILE, "2", "metageneration"))
    sent = headed(f"{FILE}/headers", "cache-control", "no-store")
    yield _found(get(f"{DOWNLOAD}&ifMetagenerationMatch=2"), sent)
    beyond = get(DOWNLOAD, (b"range", b"bytes=1000-"))
    yield _refused(beyond, "range", name="a range beyond the end")


def _names() -> Iterator[Probe]:
    """The shortest and the longest names there are, and those that are none."""
    bucket, name = f"{FILE}/names/bucket", f"{FILE}/names/object"
    long = ".".join(["a" * 63] * 3 + ["b" * (LARGEST - 192)])
    for taken in ("abc", long):
        there = status(200, bucket)
        yield looking(f"a bucket of {len(taken)} letters", _made(taken), there, setting="itself")
    for wrong in ("ab", "Upper", "google", "1.2.3.4", f"{long}b"):
        judge = status(400, bucket)
        yield _refused(_made(wrong), "bad_bucket", judge, name=f"a bucket {wrong[:9]}",
                       bucket=wrong)  # fmt: skip
    most = spec.read("surfaces/storage.json")["names"]["object"]["maxBytes"]
    longest = Request("POST", f"{UPLOADS}?uploadType=media&name={'n' * most}", (), DATA)
    yield looking("the longest name of an object", longest, status(200, name), setting="itself")
    for wrong in ("..", ".well-known/acme-challenge/x", "n" * (most + 1), "a\nb"):
        put = Request("POST", f"{UPLOADS}?uploadType=media&name={quote(wrong, safe='')}", (), DATA)
        judge = status(400, name)
        yield _refused(put, "bad_name", judge, name=f"an object {wrong[:9]!r}", kept=wrong)


def _refusals() -> Iterator[Probe]:
    """What is not there, cannot be read, or may not be written."""
    nowhere = f"{BUCKETS}/contract-kit-nowhere"
    yield _refused(get(nowhere), "missing_bucket")
    missing = get(f"{BUCKETS}/{BUCKET}/o/missing.png")
    yield _refused(missing, "missing_object", kept="missing.png")
    unknown = Request("PUT", f"{UPLOADS}?uploadType=resumable&upload_id=unknown", (), DATA)
    yield _refused(unknown, "missing_upload")
    kind = (b"content-type", b"multipart/related; boundary=x")
    broken = Request("POST", f"{UPLOADS}?uploadType=multipart", (kind,), DATA)
    yield _refused(broken, "bad_upload")
    odd = get(f"{OBJECT}?ifGenerationMatch=x")
    yield _refused(odd, "bad_parameter", uri="ifGenerationMatch")
    for query, parameter in (("uploadType=x&name=a", "uploadType"), ("name=a&name=b", "name")):
        put = Request("POST", f"{UPLOADS}?{query}", (), DATA)
        yield _refused(put, "bad_parameter", uri=parameter)
    part = (b"content-range", b"bytes here")
    yield _refused(replace(unknown, headers=(part,)), "bad_range", uri="bytes here")
    named = f"{UPLOADS}?uploadType=media&name={quote(NAME, safe='')}"
    wrong = Request("POST", named, ((b"x-goog-hash", b"md5=AAAA"),), DATA)
    yield _refused(wrong, "bad_hash")
    yield _refused(Request("POST", f"{OBJECT}/compose", (), b"{}"), "unsupported")
    large = Request("POST", f"{UPLOADS}?uploadType=media&name=large", (), bytes(SMALL + 1))
    yield _refused(large, "too_large", setting="small bodies")
    yield _refused(_made(BUCKET), "denied", name="a bucket without room", setting="no room",
                   kept="")  # fmt: skip


def _of_pictures() -> Iterator[Probe]:
    """Predictions with pictures in a bucket: every way in which they are not to be had."""
    most = spec.task_schema("upscale")["$defs"]["media"]["x-max-bytes"]["value"]
    put = Request("POST", f"{UPLOADS}?uploadType=media&name=heavy", (), bytes(most + 1))
    yield _found(put)
    for name, error in (
        (f"{BUCKET}/missing.png", "storage_missing_object"),
        (f"{BUCKET}/heavy", "storage_too_large"),
        ("contract-kit-nowhere/apple.png", "storage_missing_bucket"),
        (f"{BUCKET}/..", "storage_bad_name"),
        ("Upper/apple.png", "storage_bad_bucket"),
    ):
        body = placed(UPSCALE, plain_body(UPSCALE), IMAGE, {"gcsUri": f"gs://{name}"})
        yield predicting(_predicted(UPSCALE, f"gs://{name}", body, error), setting="itself")
    form = painting("vertex")
    body = placed(form, plain_body(form), ("parameters", "storageUri"), f"gs://{BUCKET}")
    yield predicting(_predicted(form, "no room", body, "storage_denied"), setting="no room")
    yield predicting(
        _predicted(form, "Cloud Storage is away", plain_body(form), "storage_unavailable"),
        setting="itself",
        header="error=storage_unavailable",
    )


def _predicted(form: Form, name: str, body: Any, error: str) -> Case:
    named = f"vertex {form.model} {form.task}: {name}: {error}"
    facts = frozenset({error_text(form, error)})
    told = Broken("storage", "", error)
    return Case(named, "vertex", form.model, form.task, body, told, facts)


def _made(bucket: str) -> Request:
    body = json.dumps({"name": bucket}).encode()
    return Request("POST", f"{BUCKETS}?project=contract-kit", (), body)


def _found(request: Request, *judges: Judge) -> Probe:
    named = f"{request.method} {request.url}"
    return looking(named, request, status(200, FILE), *judges, setting="itself")


def _refused(
    request: Request, reason: str, *judges: Judge, name: str = "", setting: str = "itself",
    bucket: str = BUCKET, kept: str = NAME, uri: str = "",
) -> Probe:  # fmt: skip
    """A refusal: its status twice, its reason, its words."""
    known = spec.read("surfaces/storage.json")["refusals"][reason]
    pointer = f"{FILE}/refusals/{reason}"
    told = {"uri": uri or f"gs://{bucket}/{kept}", "bucket": bucket, "name": kept}
    message = known["message"].format(**told)
    return looking(
        f"{name or f'{request.method} {request.url}'}: {reason}",
        request,
        status(known["code"], pointer),
        holds(pointer, known["code"], "error", "code"),
        holds(pointer, message, "error", "message"),
        holds(pointer, known["reason"], "error", "errors", 0, "reason"),
        *judges,
        setting=setting,
    )

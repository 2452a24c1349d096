import os
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from imagen_fake.storage.metadata import Properties
from tests.storing import OBJECTS, Served, path_of

HELLO = "gs://pictures/a"
MEDIA = f"/download{path_of('a')}?alt=media"


def test_a_resource_and_its_bytes_tell_the_same(gcs: Served) -> None:
    gcs.storage.write(HELLO, b"hello", "image/png")
    told, media = gcs.ask(path_of("a")).json, gcs.ask(MEDIA)
    assert media.headers["x-goog-hash"] == f"crc32c={told['crc32c']},md5={told['md5Hash']}"
    assert media.headers["etag"] == f'"{told["etag"]}"'
    assert media.headers["x-goog-generation"] == told["generation"]
    assert media.headers["x-goog-metageneration"] == told["metageneration"] == "1"
    assert (
        parsedate_to_datetime(media.headers["last-modified"]).isoformat()[:19]
        == (told["updated"][:19])
    )
    assert (told["crc32c"], told["md5Hash"]) == ("mnG7TA==", "XUFAKrxLKna5cZ2REBfFkg==")


def test_properties_become_headers_of_the_bytes(gcs: Served) -> None:
    gcs.storage.write(HELLO, b"hello", "image/png")
    told = {"cacheControl": "no-store", "contentDisposition": 'attachment; filename="a.png"',
            "contentEncoding": "x-own", "contentLanguage": "de"}  # fmt: skip
    gcs.storage.update(HELLO, lambda _: Properties("image/x", told, {"who": "me"}))
    media, shown = gcs.ask(MEDIA), gcs.ask(path_of("a")).json
    named = {"cache-control": "no-store", "content-language": "de", "content-encoding": "x-own",
             "content-disposition": told["contentDisposition"],
             "content-type": "image/x"}  # fmt: skip
    assert {name: media.headers[name] for name in named} == named
    assert media.headers["x-goog-stored-content-encoding"] == "x-own"
    assert {**shown, **told} == shown
    assert shown["metadata"] == {"who": "me"}


@pytest.mark.parametrize("size", [0, 1, 2**20, 2**20 + 1, 3 * 2**20])
def test_bytes_of_any_size_come_whole(gcs: Served, size: int) -> None:
    gcs.storage.write(HELLO, os.urandom(size))
    reply = gcs.ask(MEDIA)
    assert reply.headers["content-length"] == str(size)
    assert reply.body == gcs.storage.read(HELLO, size)


def test_a_head_has_the_headers_and_no_bytes(gcs: Served) -> None:
    gcs.storage.write(HELLO, b"hello")
    reply = gcs.ask(MEDIA, method="HEAD")
    assert (reply.headers["content-length"], reply.body) == ("5", b"")


def test_a_range_behind_the_end_tells_how_long_the_object_is(gcs: Served) -> None:
    gcs.storage.write(HELLO, b"hello")
    reply = gcs.ask(MEDIA, range="bytes=5-")
    assert (reply.status, reply.headers["content-range"]) == (416, "bytes */5")


def test_a_range_of_another_version_is_the_whole(gcs: Served) -> None:
    gcs.storage.write(HELLO, b"hello")
    headers = gcs.ask(MEDIA).headers
    for name in ("etag", "last-modified"):
        reply = gcs.ask(MEDIA, range="bytes=1-2", if_range=str(headers[name]))
        assert (reply.status, reply.body) == (206, b"el")
    for other in ('"other"', "Mon, 01 Jan 2001 00:00:00 GMT"):
        reply = gcs.ask(MEDIA, range="bytes=1-2", if_range=other)
        assert (reply.status, reply.body) == (200, b"hello")


@pytest.mark.parametrize("path", [MEDIA, f"{path_of('a')}?", f"{path_of('a')}?alt=media"])
def test_conditions_of_a_reader(gcs: Served, path: str) -> None:
    stored = gcs.storage.write(HELLO, b"hello")
    etag, now = stored.version.etag, stored.generation
    for query, headers, status in (
        (f"&ifGenerationMatch={now}", {}, 200),
        (f"&ifGenerationMatch={now - 1}", {}, 412),
        (f"&ifGenerationNotMatch={now}", {}, 304),
        ("&ifMetagenerationMatch=2", {}, 412),
        ("&ifMetagenerationNotMatch=1", {}, 304),
        (f"&generation={now - 1}", {}, 404),
        ("&ifGenerationMatch=x", {}, 400),
        ("", {"if_match": f'"{etag}"'}, 200),
        ("", {"if_match": '"x"'}, 412),
        ("", {"if_none_match": f'"{etag}"'}, 304),
        ("", {"if_none_match": '"x"'}, 200),
    ):
        reply = gcs.ask(f"{path}{query}", **headers)
        assert (query, headers, reply.status) == (query, headers, status)
        assert status != 304 or reply.body == b""


def test_only_the_fields_that_are_asked_for_are_told(gcs: Served) -> None:
    gcs.storage.write(HELLO, b"hello")
    assert gcs.ask(f"{path_of('a')}?fields=name,size").json == {"name": "a", "size": "5"}
    assert gcs.ask(f"{OBJECTS}?fields=items(name)").json == {"items": [{"name": "a"}]}
    assert gcs.ask(f"{OBJECTS}?fields=items(").status == 400


@pytest.mark.parametrize("kind", ["pipe", "folder", "link", "socket"])
def test_what_a_hand_put_there_is_answered_at_once(gcs: Served, kind: str, tmp_path: Path) -> None:
    from tests.storage.test_files import make

    gcs.storage.create("pictures")
    make(kind, tmp_path / "storage" / "pictures" / "a")
    expected = 403 if kind == "link" else 404
    assert [gcs.ask(path).status for path in (MEDIA, path_of("a"))] == [expected] * 2
    assert "items" not in gcs.ask(OBJECTS).json


def test_buckets_have_a_second_place(gcs: Served) -> None:
    gcs.storage.write(HELLO, b"hello")
    for path in ("", "/pictures", "/pictures/o", "/pictures/o/a"):
        assert gcs.ask(f"/b{path}").json == gcs.ask(f"/storage/v1/b{path}").json

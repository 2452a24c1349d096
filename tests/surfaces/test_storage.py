import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from shutil import rmtree
from urllib.parse import quote, urlsplit

import pytest

from imagen_fake.server.http import serve_in_thread
from imagen_fake.storage.embedded import Storage
from imagen_fake.surfaces.storage import routes
from tests.http import Reply, call
from tests.listening import listening
from tests.storing import fetch

LIMIT = 1000
OBJECTS = "/storage/v1/b/pictures/o"
UPLOAD = "/upload/storage/v1/b/pictures/o"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("storage")


@pytest.fixture(autouse=True)
def storage(root: Path) -> Storage:
    """The storage behind the server, empty."""
    for bucket in root.iterdir():
        rmtree(bucket)
    return Storage(root)


@pytest.fixture(scope="module")
def at(root: Path) -> Iterator[str]:
    with listening(routes(Storage(root), largest_upload=LIMIT)) as url:
        yield url


def error(reply: Reply) -> tuple[int, str, str]:
    told = reply.json["error"]
    [detail] = told["errors"]
    assert told["code"] == reply.status
    assert (detail["message"], detail["domain"]) == (told["message"], "global")
    return reply.status, detail["reason"], told["message"]


def begun(at: str, name: str) -> str:
    """The path of a resumable upload that has begun."""
    body = json.dumps({"name": name}).encode()
    asked = {"X-Upload-Content-Type": "image/png"}
    reply = call(at, f"{UPLOAD}?uploadType=resumable", body, **asked)
    location = urlsplit(str(reply.headers["location"]))
    assert f"http://{location.netloc}" == at
    return f"{location.path}?{location.query}"


def sent(at: str, path: str, data: bytes, place: str) -> Reply:
    return call(at, path, data, "PUT", **{"Content-Range": f"bytes {place}"})


NAMES = ["a.png", "a/b.png", "a//b", "../up", "a b?c#d%2F", "é\U0001f34e", "a/"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("path", [f"/download{OBJECTS}", OBJECTS])
def test_an_object_of_any_name_is_downloaded(
    at: str, storage: Storage, path: str, name: str
) -> None:
    storage.write(f"gs://pictures/{name}", b"data", "image/png")
    reply = call(at, f"{path}/{quote(name, safe='')}?alt=media")
    assert (reply.status, reply.body) == (200, b"data")
    assert reply.headers["content-type"] == "image/png"


@pytest.mark.parametrize("name", NAMES)
def test_what_is_known_of_an_object_is_told(at: str, storage: Storage, name: str) -> None:
    stored = storage.write(f"gs://pictures/{name}", b"hello", "image/png")
    told = call(at, f"{OBJECTS}/{quote(name, safe='')}?projection=noAcl&prettyPrint=false").json
    assert (told["kind"], told["bucket"], told["name"]) == ("storage#object", "pictures", name)
    assert (told["size"], told["contentType"]) == ("5", "image/png")
    assert told["md5Hash"] == "XUFAKrxLKna5cZ2REBfFkg=="
    assert told["generation"] == str(stored.generation)
    assert call(at, told["mediaLink"].removeprefix(at)).body == b"hello"


def test_a_download_tells_its_hash_and_generation(at: str, storage: Storage) -> None:
    stored = storage.write("gs://pictures/a", b"hello")
    headers = call(at, f"/download{OBJECTS}/a?alt=media").headers
    assert headers["x-goog-hash"] == "crc32c=mnG7TA==,md5=XUFAKrxLKna5cZ2REBfFkg=="
    assert headers["x-goog-generation"] == str(stored.generation)


def test_another_generation_is_missing(at: str, storage: Storage) -> None:
    stored = storage.write("gs://pictures/a", b"")
    path = f"{OBJECTS}/a?generation="
    assert call(at, f"{path}{stored.generation}").status == 200
    assert call(at, f"{path}{stored.generation + 1}").status == 404


@pytest.mark.parametrize(
    ("asked", "data", "told"),
    [
        ("bytes=0-1", b"he", "bytes 0-1/5"),
        ("bytes=3-", b"lo", "bytes 3-4/5"),
        ("bytes=3-99", b"lo", "bytes 3-4/5"),
        ("bytes=-2", b"lo", "bytes 3-4/5"),
        ("bytes=-9", b"hello", "bytes 0-4/5"),
    ],
)
def test_a_range_is_answered_with_that_part(
    at: str, storage: Storage, asked: str, data: bytes, told: str
) -> None:
    storage.write("gs://pictures/a", b"hello")
    reply = call(at, f"/download{OBJECTS}/a?alt=media", Range=asked)
    assert (reply.status, reply.body, reply.headers["content-range"]) == (206, data, told)


@pytest.mark.parametrize("asked", ["bytes=5-", "bytes=3-2", "bytes=-0"])
def test_a_range_with_nothing_in_it_is_refused(at: str, storage: Storage, asked: str) -> None:
    storage.write("gs://pictures/a", b"hello")
    reply = call(at, f"/download{OBJECTS}/a?alt=media", Range=asked)
    assert error(reply)[:2] == (416, "requestedRangeNotSatisfiable")


@pytest.mark.parametrize("asked", ["bytes=-", "bytes=a-b", "lines=1-2", "bytes=0-1,3-4"])
def test_a_range_that_is_not_understood_is_ignored(at: str, storage: Storage, asked: str) -> None:
    storage.write("gs://pictures/a", b"hello")
    reply = call(at, f"/download{OBJECTS}/a?alt=media", Range=asked)
    assert (reply.status, reply.body) == (200, b"hello")


def test_a_bucket_that_was_made_is_there(at: str) -> None:
    made = call(at, "/storage/v1/b?project=p", {"name": "pictures"})
    assert (made.status, made.json["name"]) == (200, "pictures")
    assert call(at, "/storage/v1/b/pictures").json == made.json


def test_buckets_are_listed(at: str, storage: Storage) -> None:
    for name in ("pictures", "abc"):
        storage.create(name)
    assert [item["name"] for item in call(at, "/storage/v1/b?project=p").json["items"]] == [
        "abc",
        "pictures",
    ]


def test_a_bucket_is_made_once(at: str) -> None:
    call(at, "/storage/v1/b", {"name": "pictures"})
    assert error(call(at, "/storage/v1/b", {"name": "pictures"}))[:2] == (409, "conflict")


@pytest.mark.parametrize("body", [{"name": "No"}, {}, {"name": "../../x"}])
def test_a_bucket_against_the_rules_is_refused(at: str, body: object) -> None:
    assert error(call(at, "/storage/v1/b", body))[:2] == (400, "invalid")


@pytest.mark.parametrize("body", [b"", b"[]", b"{"])
def test_a_body_that_is_no_object_is_refused(at: str, body: bytes) -> None:
    assert call(at, "/storage/v1/b", body, "POST").status == 400


@pytest.mark.parametrize("path", ["/storage/v1/b/missing", "/storage/v1/b/missing/o/a"])
def test_a_bucket_that_is_missing_is_refused(at: str, path: str) -> None:
    assert error(call(at, path)) == (404, "notFound", "The specified bucket does not exist.")


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_an_object_that_is_missing_is_refused(at: str, storage: Storage, method: str) -> None:
    storage.create("pictures")
    reply = call(at, f"{OBJECTS}/a%2Fb", method=method)
    assert error(reply) == (404, "notFound", "No such object: pictures/a/b")


def test_a_deleted_object_is_gone(at: str, storage: Storage) -> None:
    storage.write("gs://pictures/a/b", b"")
    reply = call(at, f"{OBJECTS}/a%2Fb", method="DELETE")
    assert (reply.status, reply.body) == (204, b"")
    assert storage.list("pictures").objects == ()


def test_a_list_has_objects_and_folders(at: str, storage: Storage) -> None:
    for name in ("a.png", "b/c.png", "b/d.png"):
        storage.write(f"gs://pictures/{name}", b"")
    told = call(at, f"{OBJECTS}?delimiter=/").json
    assert [item["name"] for item in told["items"]] == ["a.png"]
    assert told["prefixes"] == ["b/"]
    told = call(at, f"{OBJECTS}?prefix=b/").json
    assert [item["name"] for item in told["items"]] == ["b/c.png", "b/d.png"]


@pytest.mark.parametrize("query", ["startOffset=b", "matchGlob=a*", "versions=true"])
def test_a_list_that_the_service_would_narrow_down_is_refused(
    at: str, storage: Storage, query: str
) -> None:
    storage.write("gs://pictures/a", b"")
    told = error(call(at, f"{OBJECTS}?{query}"))
    assert told[:2] == (501, "notImplemented")
    harmless = f"{query.partition('=')[0]}="
    assert call(at, f"{OBJECTS}?{harmless}").json["items"][0]["name"] == "a"


def test_buckets_are_listed_by_their_beginning(at: str, storage: Storage) -> None:
    for name in ("pictures", "abc"):
        storage.create(name)
    items = call(at, "/storage/v1/b?project=p&prefix=pic").json["items"]
    assert [item["name"] for item in items] == ["pictures"]


def test_a_list_goes_on_with_its_token(at: str, storage: Storage) -> None:
    for name in "aéz":
        storage.write(f"gs://pictures/{name}", b"")
    first = call(at, f"{OBJECTS}?maxResults=2").json
    second = call(at, f"{OBJECTS}?maxResults=2&pageToken={quote(first['nextPageToken'])}").json
    assert [item["name"] for item in first["items"] + second["items"]] == ["a", "z", "é"]
    assert "nextPageToken" not in second


def test_a_simple_upload_is_stored(at: str, storage: Storage) -> None:
    path = f"{UPLOAD}?uploadType=media&name=a%2Fb.png"
    reply = call(at, path, b"data", **{"Content-Type": "image/png"})
    assert (reply.status, reply.json["name"], reply.json["size"]) == (200, "a/b.png", "4")
    stored, data = fetch(storage, "gs://pictures/a/b.png")
    assert (stored.content_type, data) == ("image/png", b"data")


@pytest.mark.parametrize("quoted", ["==x==", '"==x=="'])
@pytest.mark.parametrize("data", [b"data", b"", b"\r\n--a\r\n\r\n", b"x--==x=="])
def test_a_multipart_upload_is_stored(at: str, storage: Storage, quoted: str, data: bytes) -> None:
    head = b'--==x==\r\ncontent-type: application/json\r\n\r\n{"name": "a/b.png"}\r\n'
    body = head + b"--==x==\r\nContent-Type: image/png\r\n\r\n" + data + b"\r\n--==x==--"
    asked = {"Content-Type": f"multipart/related; boundary={quoted}"}
    assert call(at, f"{UPLOAD}?uploadType=multipart", body, **asked).status == 200
    stored, kept = fetch(storage, "gs://pictures/a/b.png")
    assert (stored.content_type, kept) == ("image/png", data)


@pytest.mark.parametrize("content_type", ["multipart/related; boundary=x", "image/png", ""])
def test_a_multipart_upload_without_its_parts_is_refused(at: str, content_type: str) -> None:
    reply = call(at, f"{UPLOAD}?uploadType=multipart", b"?", **{"Content-Type": content_type})
    assert error(reply)[:2] == (400, "badContent")


def test_a_resumable_upload_is_stored_with_its_last_part(at: str, storage: Storage) -> None:
    path = begun(at, "a/b.png")
    first = sent(at, path, b"12345", "0-4/*")
    assert (first.status, first.headers["range"]) == (308, "bytes=0-4")
    last = sent(at, path, b"6789", "5-8/9")
    assert (last.status, last.json["size"], last.json["crc32c"]) == (200, "9", "4waSgw==")
    stored, data = fetch(storage, "gs://pictures/a/b.png")
    assert (stored.content_type, data) == ("image/png", b"123456789")


def test_a_resumable_upload_tells_how_much_it_has(at: str) -> None:
    path = begun(at, "a")
    assert sent(at, path, b"", "*/9").headers["range"] is None
    sent(at, path, b"12345", "0-4/9")
    assert sent(at, path, b"", "*/9").headers["range"] == "bytes=0-4"


def test_a_part_that_is_sent_again_counts_once(at: str, storage: Storage) -> None:
    path = begun(at, "a")
    for _ in range(2):
        sent(at, path, b"12345", "0-4/9")
    sent(at, path, b"6789", "5-8/9")
    assert storage.read("gs://pictures/a", LIMIT) == b"123456789"


def test_a_part_behind_a_gap_is_not_taken(at: str) -> None:
    assert sent(at, begun(at, "a"), b"6789", "5-8/9").headers["range"] is None


@pytest.mark.parametrize("data", [b"", b"data"])
def test_a_resumable_upload_in_one_part_is_stored(at: str, storage: Storage, data: bytes) -> None:
    assert call(at, begun(at, "a"), data, "PUT").status == 200
    assert storage.read("gs://pictures/a", LIMIT) == data


@pytest.mark.parametrize("place", ["*/4", "*/*", "0-3/4", "0-*/*", "0-*/4"])
def test_an_upload_that_ended_answers_with_its_object(
    at: str, storage: Storage, place: str
) -> None:
    path = begun(at, "a")
    done = call(at, path, b"data", "PUT")
    again = sent(at, path, b"" if place.startswith("*") else b"dead", place)
    assert (again.status, again.json) == (200, done.json)
    assert storage.read("gs://pictures/a", LIMIT) == b"data"


def test_an_upload_that_was_cancelled_takes_no_more(at: str, storage: Storage) -> None:
    path = begun(at, "a")
    sent(at, path, b"12345", "0-4/9")
    assert call(at, path, method="DELETE").status == 499
    assert error(sent(at, path, b"6789", "5-8/9"))[:2] == (499, "clientClosedRequest")
    assert error(sent(at, path, b"", "*/9"))[0] == 499
    assert not storage.has("pictures")


def test_an_upload_can_be_cancelled_again_but_not_one_that_nobody_began(at: str) -> None:
    path = begun(at, "a")
    assert call(at, path, method="DELETE").status == 499
    assert error(call(at, path, method="DELETE"))[:2] == (499, "clientClosedRequest")
    unknown = f"{UPLOAD}?uploadType=resumable&upload_id={'a' * 64}"
    assert error(call(at, unknown, method="DELETE"))[0] == 404


@pytest.mark.parametrize("kind", ["", "x", "Media", "resumable%20"])
def test_an_unknown_kind_of_upload_is_refused(at: str, storage: Storage, kind: str) -> None:
    reply = call(at, f"{UPLOAD}?uploadType={kind}&name=a", b"data")
    assert error(reply)[:2] == (400, "invalidParameter")
    assert "uploadType" in reply.message
    assert not storage.has("pictures")


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("POST", f"{UPLOAD}?uploadType=media&name=a&name=b", "name"),
        ("POST", f"{UPLOAD}?uploadType=media&name=a&uploadType=media", "uploadType"),
        ("GET", "/storage/v1/b/pictures/o?prefix=a&prefix=b", "prefix"),
        ("DELETE", "/storage/v1/b/pictures/o/a?ifGenerationMatch=1&ifGenerationMatch=2", "ifGen"),
    ],
)
def test_a_parameter_that_is_there_twice_is_refused(
    at: str, storage: Storage, method: str, path: str, name: str
) -> None:
    storage.write("gs://pictures/a", b"old")
    reply = call(at, path, b"data" if method == "POST" else None, method)
    assert error(reply)[:2] == (400, "invalidParameter")
    assert name in reply.message
    assert storage.read("gs://pictures/a", LIMIT) == b"old"


@pytest.mark.parametrize("name", [1, 1.5, True, None, ["a"], {"a": 1}])
def test_a_name_that_is_no_text_names_nothing(at: str, storage: Storage, name: object) -> None:
    assert error(call(at, "/storage/v1/b", {"name": name}))[0] == 400
    assert error(call(at, f"{UPLOAD}?uploadType=resumable", {"name": name}))[0] == 400
    assert [*storage.folder.root.glob("[!.]*")] == []


def test_an_upload_that_ended_cannot_be_cancelled(at: str, storage: Storage) -> None:
    path = begun(at, "a")
    call(at, path, b"data", "PUT")
    call(at, path, method="DELETE")
    assert call(at, path, b"", "PUT").status == 200
    assert storage.read("gs://pictures/a", LIMIT) == b"data"


def test_an_upload_that_is_too_large_is_refused(at: str, storage: Storage) -> None:
    reply = call(at, f"{UPLOAD}?uploadType=media&name=a", bytes(LIMIT + 1))
    assert error(reply)[:2] == (413, "uploadTooLarge")
    assert not storage.has("pictures")


def test_a_resumable_upload_that_grows_too_large_is_refused(at: str) -> None:
    path = begun(at, "a")
    sent(at, path, bytes(LIMIT), f"0-{LIMIT - 1}/*")
    assert error(sent(at, path, b"x", f"{LIMIT}-{LIMIT}/*"))[:2] == (413, "uploadTooLarge")


@pytest.mark.parametrize("kind", ["media", "resumable"])
def test_an_upload_without_a_good_name_is_refused(at: str, kind: str) -> None:
    reply = call(at, f"{UPLOAD}?uploadType={kind}&name=..", b"{}")
    assert error(reply)[:2] == (400, "invalid")


def test_a_content_type_that_is_no_header_is_refused(at: str) -> None:
    body = {"name": "a", "contentType": "a/b\r\nx: y"}
    assert error(call(at, f"{UPLOAD}?uploadType=resumable", body))[:2] == (400, "badContent")


def test_an_upload_that_must_be_the_first_is_refused_as_the_second(at: str) -> None:
    path = f"{UPLOAD}?uploadType=media&name=a&ifGenerationMatch=0"
    assert call(at, path, b"one").status == 200
    assert error(call(at, path, b"two"))[:2] == (412, "conditionNotMet")


SERVING = """
import sys, pathlib
from imagen_fake.storage.embedded import Storage
from imagen_fake.surfaces.storage import routes
from tests.listening import listening

with listening(routes(Storage(pathlib.Path(sys.argv[1])), largest_upload=10**6)) as url:
    print(url, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def two(tmp_path: Path) -> Iterator[list[str]]:
    """The URLs of two processes that serve one folder."""
    command = [sys.executable, "-c", SERVING, str(tmp_path)]
    with ExitStack() as stack:
        servers = [
            stack.enter_context(
                subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            )
            for _ in range(2)
        ]
        yield [server.stdout.readline().strip() for server in servers if server.stdout]
        for server in servers:
            server.terminate()


def at_once(work: Callable[[int], object], count: int = 8) -> None:
    """Do some work in so many threads, begun together."""
    start = threading.Barrier(count)

    def begin(number: int) -> None:
        start.wait()
        work(number)

    threads = [threading.Thread(target=begin, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_one_of_many_makes_an_object_new_at_two_servers_of_one_folder(two: list[str]) -> None:
    for turn in range(10):
        statuses: list[int] = []
        path = f"{UPLOAD}?uploadType=media&name={turn}&ifGenerationMatch=0"
        at_once(lambda n, p=path, s=statuses: s.append(call(two[n % 2], p, b"data").status))  # type: ignore[misc] # bound at once
        assert sorted(statuses) == [200] + [412] * 7


def test_writers_deleters_and_listers_at_two_servers_meet_no_error(two: list[str]) -> None:
    seen: list[tuple[str, int]] = []

    def work(number: int) -> None:
        at = two[number % 2]
        for turn in range(12):
            name = f"{turn % 3}"
            path = f"{UPLOAD}?uploadType=media&name={name}"
            kind = f"image/{number}"
            data = bytes([number]) * 2000
            seen.append(("write", call(at, path, data, **{"Content-Type": kind}).status))
            seen.append(("list", call(at, OBJECTS).status))
            read = call(at, f"{OBJECTS}/{name}?alt=media")
            if read.status == 200:
                assert read.headers["content-type"] == f"image/{read.body[0]}"
            seen.append(("read", read.status))
            if number % 4 == 0:
                seen.append(("delete", call(at, f"{OBJECTS}/{name}", method="DELETE").status))

    at_once(work)
    allowed = {"write": {200}, "list": {200}, "read": {200, 404}, "delete": {204, 404}}
    assert len(seen) == 8 * 36 + 2 * 12
    assert {kind: status for kind, status in seen if status not in allowed[kind]} == {}


def test_an_upload_goes_on_at_another_server_of_the_folder(two: list[str]) -> None:
    path = begun(two[0], "a")
    assert sent(two[0], path, b"12345", "0-4/9").status == 308
    assert sent(two[1], path, b"", "*/9").headers["range"] == "bytes=0-4"
    assert sent(two[1], path, b"6789", "5-8/9").status == 200
    assert call(two[0], f"{OBJECTS}/a?alt=media").body == b"123456789"


PREDICT = "/v1/projects/p/locations/us-central1/publishers/google/models/imagen-4.0-generate-001"


def test_predictions_beside_resets_meet_no_error_of_the_storage() -> None:
    statuses: list[int] = []
    body = {
        "instances": [{"prompt": "an apple"}],
        "parameters": {"storageUri": "gs://pictures/out", "sampleCount": 2},
    }
    with serve_in_thread() as url:

        def work(number: int) -> None:
            for _ in range(15):
                if number == 0:
                    statuses.append(call(url, "/_fake/reset", b"", "POST").status)
                else:
                    statuses.append(call(url, f"{PREDICT}:predict", body).status)

        at_once(work, 5)
        call(url, "/_fake/reset", b"", "POST")
        assert call(url, "/storage/v1/b").json["items"] == []
    assert len(statuses) == 75
    assert not {status for status in statuses if status >= 500 or status == 404}

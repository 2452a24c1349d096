import json
import resource
import socket
import subprocess
import sys
from pathlib import Path
from threading import Barrier, Thread
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imagen_fake.storage.commits import HIDDEN, STAGING
from imagen_fake.storage.embedded import Storage
from imagen_fake.storage.folder import Folder
from tests.http import Reply
from tests.storing import LIMIT, UPLOAD, Served, path_of, related
from tests.unmeasured import unmeasured

A = "gs://pictures/a"
DATA = bytes(range(256)) * 20


def media(gcs: Served, data: bytes, query: str = "", **headers: str) -> Reply:
    return gcs.ask(f"{UPLOAD}?uploadType=media&name=a{query}", data, **headers)


def left(gcs: Served) -> list[str]:
    """Files on their way in the folder of a storage."""
    staging = gcs.storage.folder.root / HIDDEN / STAGING
    return [file.name for file in staging.glob("*/*") if file.name != ".alive"]


@given(cuts=st.lists(st.integers(0, len(DATA)), max_size=5), data=st.data())
@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_parts_in_any_form_come_to_the_whole(
    gcs: Served, cuts: list[int], data: st.DataObject
) -> None:
    """Every part may be sent again, or with more before it: what has come stays as it came."""
    path = gcs.begun("a", contentType="image/png")
    ends = sorted({*cuts, len(DATA)} - {0})
    acknowledged = 0
    for end in ends:
        start = data.draw(st.integers(0, acknowledged))
        junk = bytes(acknowledged - start) + DATA[acknowledged:end]
        total = data.draw(st.sampled_from(["*", str(len(DATA))]))
        if end == len(DATA):
            place = data.draw(
                st.sampled_from([f"{start}-*/*", f"{start}-*/{end}", f"{start}-{end - 1}/{end}"])
            )
        else:
            place = f"{start}-{end - 1}/{total}"
        reply = gcs.sent(path, junk, place)
        acknowledged = end
        assert reply.status == (200 if end == len(DATA) else 308)
        assert end == len(DATA) or reply.headers["range"] == f"bytes=0-{end - 1}"
    assert gcs.storage.read(A, LIMIT) == DATA


def test_a_last_part_without_an_end_is_put_behind_what_has_come(gcs: Served) -> None:
    """As Node's client sends it."""
    path = gcs.begun("a")
    assert gcs.sent(path, DATA[:1000], "0-999/*").status == 308
    assert gcs.sent(path, DATA[1000:], f"1000-*/{len(DATA)}").json["size"] == str(len(DATA))
    assert gcs.storage.read(A, LIMIT) == DATA


def test_a_part_before_the_last_may_leave_its_end_open(gcs: Served) -> None:
    path = gcs.begun("a")
    reply = gcs.sent(path, DATA[:1000], f"0-*/{len(DATA)}")
    assert (reply.status, reply.headers["range"]) == (308, "bytes=0-999")


@pytest.mark.parametrize("place", ["*/*", f"*/{len(DATA)}"])
def test_a_question_tells_what_has_come_and_ends_nothing(gcs: Served, place: str) -> None:
    path = gcs.begun("a")
    gcs.sent(path, DATA[:9], "0-8/*")
    reply = gcs.sent(path, b"", place)
    assert (reply.status, reply.headers["range"]) == (308, "bytes=0-8")


@pytest.mark.parametrize(
    "place",
    ["", "0-4", "0-4/", "0-4/x", "x-4/9", "4-0/9", "0-4/4", "0-5/9", "0-3/9", "-4/9", "0-/9",
     "*-4/9", "0-4/9 ", "0 - 4/9", "*", "/9", "\u0660-\u0664/\u0669", "0-4/9,5-8/9",
     "0" * 19 + "-4/9"],
)  # fmt: skip
def test_a_place_that_is_not_understood_is_refused_and_takes_nothing(
    gcs: Served, place: str
) -> None:
    path = gcs.begun("a")
    reply = gcs.sent(path, b"12345", place.encode().decode("latin-1"))
    assert reply.status == 400
    assert gcs.sent(path, b"", "*/*").headers["range"] is None
    assert not gcs.storage.has("pictures")


def test_more_than_the_whole_is_refused_and_takes_nothing(gcs: Served) -> None:
    path = gcs.begun("a")
    gcs.sent(path, b"12345", "0-4/9")
    assert gcs.sent(path, b"6789xx", "5-*/9").status == 400
    assert gcs.sent(path, b"6789", "5-8/9").status == 200
    assert gcs.storage.read(A, LIMIT) == b"123456789"


SUMS = {"md5": "XUFAKrxLKna5cZ2REBfFkg==", "crc32c": "mnG7TA=="}
OTHER_SUMS = {"md5": "rL0Y20zC+Fzt72VPzMSk2A==", "crc32c": "AAAAAA=="}


@pytest.mark.parametrize("kind", ["media", "multipart", "resumable", "described"])
@pytest.mark.parametrize("name", ["md5", "crc32c"])
def test_data_with_another_checksum_is_refused(gcs: Served, kind: str, name: str) -> None:
    for value, status in ((OTHER_SUMS[name], 400), (SUMS[name], 200)):
        told, sent = {{"md5": "md5Hash"}.get(name, name): value}, f"{name}={value}"
        if kind == "described":
            reply = gcs.sent(gcs.begun("a", **told), b"hello", "0-*/*")
        elif kind == "resumable":
            reply = gcs.sent(gcs.begun("a"), b"hello", "0-*/*", x_goog_hash=sent)
        elif kind == "multipart":
            body, content_type = related({"name": "a", **told}, b"hello")
            reply = gcs.ask(f"{UPLOAD}?uploadType=multipart", body, content_type=content_type)
        else:
            reply = media(gcs, b"hello", x_goog_hash=sent)
        assert reply.status == status
        assert (gcs.storage.has("pictures"), left(gcs)) == (status == 200, [])


def test_the_md5_of_http_counts_too(gcs: Served) -> None:
    assert media(gcs, b"hello", content_md5=OTHER_SUMS["md5"]).status == 400
    assert media(gcs, b"hello", content_md5=SUMS["md5"]).status == 200


def test_properties_are_stored_with_every_kind_of_upload(gcs: Served) -> None:
    told = {"name": "a", "cacheControl": "no-store", "metadata": {"who": "me"}}
    body, content_type = related(told, DATA)
    gcs.ask(f"{UPLOAD}?uploadType=multipart", body, content_type=content_type)
    one = gcs.storage.stat(A).properties
    gcs.sent(gcs.begun(**told, contentType="image/png"), DATA, "0-*/*")  # type: ignore[arg-type] # the name is a text
    assert gcs.storage.stat(A).properties == one
    assert (one.content_type, one.headers, one.metadata) == (
        "image/png", {"cacheControl": "no-store"}, {"who": "me"},
    )  # fmt: skip


def test_an_upload_is_a_secret_that_fits_one_object_only(gcs: Served) -> None:
    paths = {gcs.begun("a") for _ in range(3)}
    keys = {path.rpartition("upload_id=")[2] for path in paths}
    assert len(keys) == 3
    assert all(len(key) >= 32 for key in keys)
    key = keys.pop()
    for path in (
        f"{UPLOAD}?uploadType=resumable&upload_id=1",
        f"{UPLOAD}?uploadType=resumable&upload_id={'0' * 64}",
        f"{UPLOAD}?uploadType=resumable&upload_id=../uploads/{key}",
        f"{UPLOAD}?uploadType=resumable&name=other&upload_id={key}",
        f"{UPLOAD.replace('pictures', 'others')}?uploadType=resumable&upload_id={key}",
    ):
        assert gcs.sent(path, DATA, "0-*/*").status == 404
    assert gcs.sent(f"{UPLOAD}?name=a&upload_id={key}", DATA, "0-*/*").status == 200


@pytest.mark.parametrize("kind", ["media", "resumable"])
def test_one_of_many_writers_of_a_new_object_wins(gcs: Served, kind: str) -> None:
    for turn in range(5):
        statuses: list[int] = []
        start = Barrier(8)
        name = f"a{turn}"

        def write(name: str = name, statuses: list[int] = statuses, start: Barrier = start) -> None:
            query = "&ifGenerationMatch=0"
            path = gcs.begun(name, query) if kind == "resumable" else ""
            start.wait()
            if kind == "resumable":
                reply = gcs.sent(path, DATA, "0-*/*")
            else:
                reply = gcs.ask(f"{UPLOAD}?uploadType=media&name={name}{query}", DATA)
            statuses.append(reply.status)

        threads = [Thread(target=write) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(statuses) == [200] + [412] * 7


def test_a_generation_that_was_read_can_be_replaced_once(gcs: Served) -> None:
    generation = media(gcs, b"one").json["generation"]
    query = f"&ifGenerationMatch={generation}"
    assert media(gcs, b"one", query).status == 200
    assert media(gcs, b"one", query).status == 412
    assert media(gcs, b"one", f"&ifGenerationNotMatch={generation}").status == 200
    assert media(gcs, b"one", "&ifGenerationMatch=x").status == 400
    assert media(gcs, b"one", "&ifMetagenerationMatch=1").status == 200


def test_an_upload_that_began_before_a_reset_writes_nothing_after_it(gcs: Served) -> None:
    path = gcs.begun("a")
    gcs.sent(path, b"12345", "0-4/9")
    gcs.storage.folder.reset()
    assert gcs.sent(path, b"6789", "5-8/9").status == 404
    assert not gcs.storage.has("pictures")


def test_a_body_that_a_reset_overtakes_writes_nothing(gcs: Served) -> None:
    address = urlsplit(gcs.url)
    head = f"POST {UPLOAD}?uploadType=media&name=a HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"
    with socket.create_connection((address.hostname, address.port), timeout=10) as client:
        client.sendall(head.encode() + b"12345")
        wait_for_upload(gcs)
        gcs.storage.folder.reset()
        client.sendall(b"6789")
        assert client.recv(12) == b"HTTP/1.1 200"
    assert not gcs.storage.has("pictures")


def wait_for_upload(gcs: Served) -> None:
    """Return once a file is on its way."""
    while not left(gcs):
        gcs.ask("/storage/v1/b")


@pytest.mark.parametrize("kind", ["media", "multipart", "resumable"])
def test_an_upload_that_breaks_off_has_no_effect(gcs: Served, kind: str) -> None:
    media(gcs, b"old")
    address = urlsplit(gcs.url)
    body, content_type = (
        related({"name": "a"}, DATA[:200]) if kind == "multipart" else (DATA[:200], "image/png")
    )
    path = gcs.begun("a") if kind == "resumable" else f"{UPLOAD}?uploadType={kind}&name=a"
    method = "PUT" if kind == "resumable" else "POST"
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    for end in range(0, len(body), 10):
        with socket.create_connection((address.hostname, address.port), timeout=10) as client:
            client.sendall(head.encode() + body[:end])
    while left(gcs):
        gcs.ask("/storage/v1/b")
    assert gcs.storage.read(A, LIMIT) == b"old"
    assert kind != "resumable" or gcs.sent(path, b"", "*/*").headers["range"] is None


@pytest.mark.parametrize("length", ["said", "unsaid"])
def test_a_body_that_is_too_large_leaves_nothing(gcs: Served, length: str) -> None:
    data = bytes(LIMIT + 1)
    if length == "said":
        assert media(gcs, data).status == 413
    else:
        address = urlsplit(gcs.url)
        head = f"POST {UPLOAD}?uploadType=media&name=a HTTP/1.1\r\nHost: x\r\n"
        head += "Transfer-Encoding: chunked\r\n\r\n"
        with socket.create_connection((address.hostname, address.port), timeout=10) as client:
            client.sendall(head.encode() + f"{len(data):x}\r\n".encode() + data + b"\r\n0\r\n\r\n")
            assert client.recv(12) == b"HTTP/1.1 413"
    assert left(gcs) == []
    assert not gcs.storage.has("pictures")


FULL = """
import json, pathlib, resource, sys
from imagen_fake.testing.in_process import InProcess
from imagen_fake.contract.exchange import Request
from imagen_fake.state.state import State
from imagen_fake.config import Config

fake = InProcess(State(Config(storage=pathlib.Path(sys.argv[1]))))
upload = "/upload/storage/v1/b/pictures/o?uploadType=media&name="
models = "/v1/projects/p/locations/us-central1/publishers/google/models/"
model = models + "imagen-4.0-generate-001:predict"
body = {"instances": [{"prompt": "an apple"}], "parameters": {"storageUri": "gs://pictures/out"}}
kept = fake.ask(Request("POST", upload + "kept", (), b"kept")).status
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
full = [
    fake.ask(Request("POST", upload + "a", (), bytes(60_000))),
    fake.ask(Request("POST", upload + "kept", (), bytes(60_000))),
    fake.ask(Request("POST", model, (), json.dumps(body).encode())),
]
listed = json.loads(fake.ask(Request("GET", "/storage/v1/b/pictures/o", (), b"")).body)
print(json.dumps([kept, [answer.status for answer in full], full[0].body.decode(),
                  [item["name"] + item["size"] for item in listed["items"]]]))
fake.close()
"""


def test_a_full_disk_is_an_answer_and_leaves_nothing(gcs: Served) -> None:
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
    folder = gcs.storage.folder.root
    command = [sys.executable, "-c", FULL, str(folder)]
    told = subprocess.run(
        command, env=unmeasured(), capture_output=True, text=True, check=True
    ).stdout
    kept, statuses, text, names = json.loads(told)
    assert (kept, statuses, names) == (200, [503, 503, 503], ["kept4"])
    assert json.loads(text)["error"]["errors"][0]["reason"] == "backendError"
    with Folder(folder).stage():
        pass
    assert left(gcs) == []
    assert {file.name for file in (folder / "pictures").iterdir()} == {"kept", ".kept.json"}


SERVED = """
import pathlib, resource, sys
from imagen_fake.storage.embedded import Storage
from imagen_fake.surfaces.storage import routes
from tests.listening import listening

with listening(routes(Storage(pathlib.Path(sys.argv[1])), largest_upload=2**28)) as url:
    print(url, flush=True)
    for _ in sys.stdin:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(most if sys.platform == "darwin" else most * 1024, flush=True)
"""
MANY = 64 * 2**20


def test_large_objects_pass_through_memory_in_pieces(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SERVED, str(tmp_path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin
        assert server.stdout
        output = server.stdout
        url = output.readline().strip()

        def most() -> int:
            """The most bytes of memory that the server has had."""
            assert server.stdin
            server.stdin.write("\n")
            server.stdin.flush()
            return int(output.readline())

        there = Served(url, Storage(tmp_path))
        media(there, bytes(2**21))
        body, content_type = related({"name": "a"}, bytes(MANY))
        before = most()
        path = there.begun("a")
        assert media(there, bytes(MANY)).status == 200
        assert (
            there.ask(f"{UPLOAD}?uploadType=multipart", body, content_type=content_type).status
            == 200
        )
        assert there.sent(path, bytes(MANY // 2), f"0-*/{MANY}").status == 308
        assert there.sent(path, bytes(MANY // 2), f"{MANY // 2}-*/{MANY}").status == 200
        assert len(there.ask(f"/download{path_of('a')}").body) == MANY
        assert there.ask(f"{path_of('a')}/copyTo/b/others/o/b", b"").status == 200
        assert most() - before < MANY // 2
        server.terminate()

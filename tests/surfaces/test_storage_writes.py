import socket
from threading import Barrier, Thread
from urllib.parse import urlsplit

import pytest

from tests.storing import Served, fetch, path_of

A, B = "gs://pictures/a/b c", "gs://others/d e/f"
COPY = "/b/others/o/d%20e%2Ff"


def test_a_patch_changes_what_it_names(gcs: Served) -> None:
    stored = gcs.storage.write(A, b"hello", "image/png")
    path = path_of("a/b c")
    one = {"cacheControl": "no-store", "metadata": {"a": "1", "b": "2"}}
    assert gcs.ask(path, one, "PATCH").json["metadata"] == {"a": "1", "b": "2"}
    told = gcs.ask(path, {"metadata": {"a": None, "c": "3"}}, "PATCH").json
    assert (told["metadata"], told["cacheControl"]) == ({"b": "2", "c": "3"}, "no-store")
    assert (told["contentType"], told["metageneration"]) == ("image/png", "3")
    assert told["generation"] == str(stored.generation)
    gone = gcs.ask(path, {"metadata": None, "cacheControl": None}, "PATCH").json
    assert not {"metadata", "cacheControl"} & gone.keys()
    assert gcs.storage.read(A, 9) == b"hello"


def test_an_update_leaves_nothing_that_it_does_not_name(gcs: Served) -> None:
    gcs.storage.write(A, b"hello", "image/png")
    path = path_of("a/b c")
    gcs.ask(path, {"cacheControl": "no-store", "metadata": {"a": "1"}}, "PATCH")
    told = gcs.ask(path, {"contentType": "image/x"}, "PUT").json
    assert told["contentType"] == "image/x"
    assert not {"metadata", "cacheControl"} & told.keys()


@pytest.mark.parametrize(
    "told",
    [{"contentType": 1}, {"contentType": "a\r\nb"}, {"cacheControl": "é"}, {"metadata": []},
     {"metadata": {"a": 1}}, {"metadata": {"a": {}}}, {"metadata": {"a": "\ud800"}},
     {"metadata": {"\udc00": "a"}}],
)  # fmt: skip
@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_properties_that_are_none_change_nothing(gcs: Served, told: object, method: str) -> None:
    before = gcs.storage.write(A, b"hello", "image/png")
    assert gcs.ask(path_of("a/b c"), told, method).status == 400
    assert gcs.storage.stat(A) == before


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_what_is_not_there_has_no_properties(gcs: Served, method: str) -> None:
    gcs.storage.create("pictures")
    assert gcs.ask(path_of("a"), {}, method).status == 404


def test_a_description_is_bounded(gcs: Served) -> None:
    gcs.storage.write(A, b"hello")
    assert gcs.ask(path_of("a/b c"), {"metadata": {"a": "x" * 70_000}}, "PATCH").status == 413
    assert gcs.ask("/storage/v1/b", b"[" * 60_000, "POST").status == 400


@pytest.mark.parametrize("kind", ["rewriteTo", "copyTo"])
def test_a_copy_has_the_data_and_the_properties(gcs: Served, kind: str) -> None:
    gcs.storage.write(A, b"hello", "image/png")
    gcs.ask(path_of("a/b c"), {"metadata": {"a": "1"}}, "PATCH")
    told = gcs.ask(f"{path_of('a/b c')}/{kind}{COPY}", b"").json
    if kind == "rewriteTo":
        assert (told["done"], told["objectSize"], told["totalBytesRewritten"]) == (True, "5", "5")
        told = told["resource"]
    assert (told["bucket"], told["name"], told["metadata"]) == ("others", "d e/f", {"a": "1"})
    stored, data = fetch(gcs.storage, B)
    assert (stored.content_type, stored.metageneration, data) == ("image/png", 1, b"hello")


def test_a_copy_may_be_described_anew(gcs: Served) -> None:
    gcs.storage.write(A, b"hello", "image/png")
    gcs.ask(path_of("a/b c"), {"metadata": {"a": "1"}}, "PATCH")
    told = gcs.ask(f"{path_of('a/b c')}/copyTo{COPY}", {"metadata": {"b": "2"}}).json
    assert (told["contentType"], told["metadata"]) == ("image/png", {"b": "2"})


def test_names_that_look_like_paths_of_copies_are_names(gcs: Served) -> None:
    name = "a/copyTo/b/others/o/c"
    gcs.storage.write(f"gs://pictures/{name}", b"hello")
    assert gcs.ask(path_of(name)).json["name"] == name
    assert gcs.ask(f"{path_of(name)}/copyTo{COPY}", b"").status == 200
    assert gcs.storage.read(B, 9) == b"hello"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/compose", 501),
        ("/copyTo/b/x/o/a", 400),
        ("/copyTo/b/others/o/..", 400),
        (f"/copyTo{COPY}?sourceGeneration=1", 404),
        (f"/copyTo{COPY}?ifSourceGenerationMatch=1", 412),
        (f"/copyTo{COPY}?ifGenerationMatch=1", 412),
        (f"/copyTo{COPY}?ifGenerationMatch=x", 400),
    ],
)
def test_a_copy_that_is_refused_writes_nothing(gcs: Served, path: str, status: int) -> None:
    gcs.storage.write(A, b"hello")
    assert gcs.ask(f"{path_of('a/b c')}{path}", b"").status == status
    assert not gcs.storage.has("others") or gcs.storage.version(B) is None


@pytest.mark.parametrize(
    ("method", "body"), [("DELETE", None), ("PATCH", {"contentType": "x"}), ("PUT", {})]
)
def test_conditions_of_a_writer(gcs: Served, method: str, body: object) -> None:
    stored = gcs.storage.write(A, b"hello")
    path, now = path_of("a/b c"), stored.generation
    for query, headers, status in (
        (f"ifGenerationMatch={now - 1}", {}, 412),
        (f"ifGenerationNotMatch={now}", {}, 412),
        ("ifMetagenerationMatch=2", {}, 412),
        ("ifMetagenerationNotMatch=1", {}, 412),
        (f"generation={now - 1}", {}, 404),
        ("", {"if_match": '"x"'}, 412),
        ("", {"if_none_match": stored.version.etag}, 412),
    ):
        assert gcs.ask(f"{path}?{query}", body, method, **headers).status == status
        assert gcs.storage.stat(A) == stored
    done = gcs.ask(f"{path}?ifGenerationMatch={now}&ifMetagenerationMatch=1", body, method)
    assert done.status in (200, 204)


def test_a_bucket_is_made_by_one_of_many(gcs: Served) -> None:
    statuses: list[int] = []
    start = Barrier(8)

    def make() -> None:
        start.wait()
        statuses.append(gcs.ask("/storage/v1/b", {"name": "pictures"}).status)

    threads = [Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] + [409] * 7


@pytest.mark.parametrize("method", ["PATCH", "PUT", "POST", "DELETE"])
def test_a_change_that_breaks_off_has_no_effect(gcs: Served, method: str) -> None:
    before = gcs.storage.write(A, b"hello", "image/png")
    address, raw = urlsplit(gcs.url), b'{"contentType": "image/other"}'
    path = path_of("a/b c") + ("/copyTo" + COPY if method == "POST" else "")
    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(raw)}\r\n\r\n"
    for end in range(0, len(raw), 3):
        with socket.create_connection((address.hostname, address.port), timeout=10) as client:
            client.sendall(head.encode() + raw[:end])
            client.shutdown(socket.SHUT_WR)
            assert client.recv(1) == b""
    assert gcs.storage.stat(A) == before
    assert gcs.storage.buckets() == ("pictures",)

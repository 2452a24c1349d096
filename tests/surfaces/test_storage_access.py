"""Who may ask Cloud Storage where credentials are checked."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from imagen_fake.auth.credentials import api_key
from imagen_fake.config import Config
from imagen_fake.server.http import serve_in_thread
from imagen_fake.state.state import State
from tests.http import Reply, call

BUCKETS, OBJECTS = "/storage/v1/b", "/storage/v1/b/pictures/o"
UPLOAD = "/upload/storage/v1/b/pictures/o"
OBJECT = f"{OBJECTS}/a.txt"
MODE = ("any", "issued")

ASKED = [
    ("GET", BUCKETS, "storage.buckets.list"),
    ("POST", BUCKETS, "storage.buckets.create"),
    ("GET", f"{BUCKETS}/pictures", "storage.buckets.get"),
    ("GET", OBJECTS, "storage.objects.list"),
    ("GET", OBJECT, "storage.objects.get"),
    ("HEAD", OBJECT, "storage.objects.get"),
    ("GET", f"/download{OBJECT}", "storage.objects.get"),
    ("GET", "/b/pictures/o/a.txt", "storage.objects.get"),
    ("DELETE", OBJECT, "storage.objects.delete"),
    ("PATCH", OBJECT, "storage.objects.update"),
    ("POST", f"{UPLOAD}?uploadType=media&name=a.txt", "storage.objects.create"),
]


@pytest.fixture(scope="module", params=MODE)
def at(request: pytest.FixtureRequest) -> Iterator[str]:
    with serve_in_thread(Config(auth=request.param)) as url:
        yield url


@pytest.fixture(scope="module")
def state() -> State:
    return State(Config(auth="issued", denied=frozenset({"mallory"})))


@pytest.fixture(scope="module")
def issued(state: State) -> Iterator[str]:
    with serve_in_thread(state=state) as url:
        yield url


def bearer(state: State, principal: str, seconds: int = 60) -> dict[str, str]:
    token = state.access.signer.issue("access", principal, seconds)
    return {"Authorization": f"Bearer {token}"}


def challenge(reply: Reply) -> str:
    return str(reply.headers["www-authenticate"])


@pytest.mark.parametrize(("method", "path", "permission"), ASKED)
def test_nobody_is_asked_for_a_token_in_cloud_storages_words(
    at: str, method: str, path: str, permission: str
) -> None:
    reply = call(at, path, b"x" if method == "POST" else None, method)
    assert reply.status == 401
    assert challenge(reply) == 'Bearer realm="https://accounts.google.com/"'
    if method == "HEAD":
        return
    error = reply.json["error"]
    (detail,) = error["errors"]
    assert error["code"] == 401
    assert error["message"].startswith(f"Anonymous caller does not have {permission} access to the")
    assert detail == {
        "message": error["message"], "domain": "global", "reason": "required",
        "locationType": "header", "location": "Authorization",
    }  # fmt: skip


def test_an_api_key_is_nobody_in_cloud_storage(issued: str, state: State) -> None:
    reply = call(issued, f"{OBJECTS}?key={api_key(state.access)}")
    assert (reply.status, reply.json["error"]["errors"][0]["reason"]) == (401, "required")


@pytest.mark.parametrize("token", ["ya29.somebody-elses", "x"])
def test_a_token_of_somebody_elses_is_invalid(issued: str, token: str) -> None:
    reply = call(issued, OBJECTS, Authorization=f"Bearer {token}")
    error = reply.json["error"]
    assert (reply.status, error["message"]) == (401, "Invalid Credentials")
    assert error["errors"][0]["reason"] == "authError"
    assert challenge(reply).endswith('error="invalid_token"')


def test_a_token_that_has_expired_is_invalid(issued: str, state: State) -> None:
    reply = call(issued, OBJECTS, **bearer(state, "alice", -1))
    assert (reply.status, reply.json["error"]["message"]) == (401, "Invalid Credentials")


def test_a_denied_account_is_told_what_it_may_not_do(issued: str, state: State) -> None:
    reply = call(issued, OBJECT, **bearer(state, "mallory"))
    error = reply.json["error"]
    assert (reply.status, error["errors"][0]["reason"]) == (403, "forbidden")
    assert error["message"].startswith("mallory does not have storage.objects.get access to the")


def test_who_has_a_token_reads_and_writes(issued: str, state: State) -> None:
    shown = bearer(state, "alice")
    call(issued, f"{UPLOAD}?uploadType=media&name=mine.txt", b"mine", **shown)
    reply = call(issued, f"{OBJECTS}/mine.txt?alt=media", **shown)
    assert (reply.status, reply.body) == (200, b"mine")


def test_the_url_of_an_upload_is_a_credential(issued: str, state: State) -> None:
    begun = call(issued, f"{UPLOAD}?uploadType=resumable&name=p.txt", {}, **bearer(state, "alice"))
    place = urlsplit(str(begun.headers["location"]))
    part = call(issued, f"{place.path}?{place.query}", b"parts", "PUT")
    assert (part.status, part.json["size"]) == (200, "5")
    guessed = call(issued, f"{UPLOAD}?uploadType=resumable&upload_id=1", b"parts", "PUT")
    assert guessed.status == 404


def test_nothing_is_written_without_a_token(tmp_path: Path) -> None:
    with serve_in_thread(Config(auth="any", storage=tmp_path)) as url:
        call(url, f"{UPLOAD}?uploadType=media&name=a.txt", b"x")
        assert not [file for file in tmp_path.rglob("*") if file.name.startswith("a")]


def test_where_it_is_off_nobody_is_asked(url: str) -> None:
    assert call(url, BUCKETS).status == 200

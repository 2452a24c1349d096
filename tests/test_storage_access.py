"""Who may ask Cloud Storage where credentials are wanted: refusals in its own shape."""

from typing import Any

import pytest

from imagen_fake.config import Config
from imagen_fake.server import serving
from imagen_fake.state import State
from tests.http import call

LIST = "/storage/v1/b"
UPLOAD = "/upload/storage/v1/b/pictures/o?uploadType=media&name=a.txt"


def detail(reply: Any) -> Any:
    (told,) = reply.json["error"]["errors"]
    return told


@pytest.mark.parametrize("mode", ["any", "issued"])
@pytest.mark.parametrize("path", [LIST, "/b", f"{LIST}/pictures/o", f"{LIST}/pictures/o/a.txt"])
def test_a_caller_without_a_token_is_refused_as_cloud_storage_does(mode: Any, path: str) -> None:
    with serving(Config(auth=mode)) as url:
        reply = call(url, path)
    assert (reply.status, detail(reply)["reason"]) == (401, "required")
    assert detail(reply)["location"] == "Authorization"
    assert "storage." in reply.json["error"]["message"]


def test_an_upload_without_a_token_is_refused_and_writes_nothing() -> None:
    with serving(Config(auth="any")) as url:
        assert call(url, UPLOAD, b"x").status == 401
        assert call(url, LIST, authorization="Bearer any").json.get("items", []) == []


def test_any_token_will_do_where_any_is_asked_and_an_issued_one_where_that_is() -> None:
    with serving(Config(auth="any")) as url:
        assert call(url, UPLOAD, b"x", authorization="Bearer any").json["name"] == "a.txt"
    state = State(Config(auth="issued"))
    token = state.access.signer.issue("access", state.access.account)
    with serving(state=state) as url:
        assert call(url, LIST, authorization="Bearer any").status == 401
        assert call(url, UPLOAD, b"x", authorization=f"Bearer {token}").json["name"] == "a.txt"


def test_a_denied_account_is_forbidden() -> None:
    state = State(Config(auth="issued", denied=frozenset({"mallory"})))
    token = state.access.signer.issue("access", "mallory")
    with serving(state=state) as url:
        reply = call(url, LIST, authorization=f"Bearer {token}")
    assert (reply.status, detail(reply)["reason"]) == (403, "forbidden")


def test_where_credentials_are_ignored_storage_asks_for_none(url: str) -> None:
    assert call(url, LIST).status == 200

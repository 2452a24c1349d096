import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from imagen_fake import __version__
from imagen_fake.app import create_app, error_response
from imagen_fake.config import Config
from imagen_fake.server.http import serve_in_thread
from imagen_fake.testing import asgi, messages
from tests.http import call
from tests.sweep import sweep

PREDICT = "/v1/projects/p/locations/l/publishers/google/models/imagen-3.0-generate-002:predict"


def test_health_says_that_it_answers(url: str) -> None:
    assert call(url, "/_fake/health").json == {"status": "ok", "version": __version__}


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("POST", "/v1/nothing"), ("DELETE", "/v1beta1/x/y"), ("GET", "/v3/models")],
)
def test_an_unknown_path_is_googles_404_and_says_which(url: str, method: str, path: str) -> None:
    error = call(url, path, method=method).json["error"]
    assert (error["code"], error["status"]) == (404, "NOT_FOUND")
    assert f"{method} {path}." in error["message"]


def slashed() -> Iterator[tuple[str, str]]:
    """Every path with a slash after it that is not a path of its own, and its methods."""
    routes = [route for route in create_app().routes if isinstance(route, Route)]
    for route in routes:
        path = re.sub(r"{\w+(:\w+)?}", "x", route.path) + "/"
        if not any(other.path_regex.match(path) for other in routes):
            yield from ((method, path) for method in sorted(route.methods or ()))


@sweep(("method", "path"), [*slashed()])
def test_a_trailing_slash_is_a_404_in_json_on_every_path(url: str, method: str, path: str) -> None:
    body = b"{}" if method in {"POST", "PUT", "PATCH"} else None
    reply = call(url, path, body, method)
    assert reply.status == 404
    assert reply.headers["location"] is None
    if method != "HEAD":
        assert reply.json.keys() & {"error", "message"}


def test_a_slash_that_is_missing_is_not_put_in_either(url: str) -> None:
    reply = call(url, "/computeMetadata/v1")
    assert (reply.status, reply.headers["location"]) == (404, None)
    assert "GET /computeMetadata/v1." in reply.message


@pytest.mark.parametrize("path", ["/storage/v1/b/x/o/", "/b/x/o/"])
def test_an_object_without_a_name_is_refused_in_json(url: str, path: str) -> None:
    reply = call(url, path)
    assert (reply.status, reply.headers["location"]) == (400, None)
    assert reply.json["error"]["code"] == 400


def test_a_post_to_the_bare_base_url_says_which_two_settings_are_missing(url: str) -> None:
    reply = call(url, "/", {"instances": []})
    assert reply.status == 404
    assert "`project` and `location`" in reply.message


def test_another_method_is_refused_with_the_one_to_use(url: str) -> None:
    reply = call(url, PREDICT)
    assert (reply.status, reply.headers["allow"]) == (405, "POST")
    assert "use POST" in reply.message


def test_a_path_that_is_known_still_refuses_other_methods(url: str) -> None:
    asked = {"instances": [{"prompt": "a known path"}], "parameters": {"sampleCount": 1}}
    first = call(url, PREDICT, asked)
    assert [call(url, PREDICT).status for _ in range(2)] == [405, 405]
    assert call(url, PREDICT, asked).body == first.body


def asked_to_store(name: str, **parameters: object) -> object:
    stored = {"sampleCount": 1, "storageUri": f"gs://pictures/{name}", **parameters}
    return {"instances": [{"prompt": "a red apple"}], "parameters": stored}


def test_a_picture_that_was_stored_is_downloaded(url: str) -> None:
    (told,) = call(url, PREDICT, asked_to_store("download")).json["predictions"]
    listed = call(url, "/storage/v1/b/pictures/o?prefix=download/").json["items"]
    assert [f"gs://pictures/{item['name']}" for item in listed] == [told["gcsUri"]]
    reply = call(url, listed[0]["mediaLink"].removeprefix(url))
    assert (reply.headers["content-type"], reply.body[:4]) == ("image/png", b"\x89PNG")


@pytest.mark.parametrize("spelling", ["gs://", "gs:\\/\\/", "\\u0067s://"])
def test_an_equal_request_stores_again_however_it_is_spelled(url: str, spelling: str) -> None:
    body = json.dumps(asked_to_store("again")).replace("gs://", spelling).encode()
    first = call(url, PREDICT, body)
    (item,) = call(url, "/storage/v1/b/pictures/o?prefix=again/").json["items"]
    call(url, item["selfLink"].removeprefix(url), method="DELETE")
    assert call(url, PREDICT, body).body == first.body
    assert call(url, item["selfLink"].removeprefix(url)).status == 200


def test_a_large_request_is_stored_too(url: str) -> None:
    body = asked_to_store("large", negativePrompt="x" * 70_000)
    assert "gcsUri" in call(url, PREDICT, body).json["predictions"][0]


def test_each_fake_has_a_storage_of_its_own(url: str, tmp_path: Path) -> None:
    with serve_in_thread(Config(storage=tmp_path)) as other:
        call(other, PREDICT, asked_to_store("other"))
        assert call(other, "/storage/v1/b/pictures/o?prefix=other/").json["items"]
        assert (tmp_path / "pictures").is_dir()
        listed = call(url, "/storage/v1/b/pictures/o?prefix=other/")
        assert listed.status == 404 or "items" not in listed.json


def request() -> Request:
    scope: dict[str, Any] = {
        "type": "http", "method": "POST", "path": "/x", "headers": [], "server": ("h", 1),
        "query_string": b"", "scheme": "http", "app": create_app(),
    }  # fmt: skip
    return Request(scope)


@pytest.mark.anyio
async def test_a_bug_is_googles_500_and_logged_with_its_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        response = await error_response(request(), ZeroDivisionError("secret"))
    assert response.status_code == 500
    assert b"Internal error encountered." in response.body
    assert b"secret" not in response.body
    assert caplog.records[0].exc_info


@pytest.mark.anyio
async def test_a_page_may_read_even_the_answer_of_a_bug() -> None:
    async def broken(request: Request) -> Response:
        raise ZeroDivisionError(request.url.path)

    app = create_app()
    app.router.routes.insert(0, Route("/broken", broken))
    sent: list[Any] = []

    async def keep(message: Any) -> None:
        sent.append(message)

    async def nothing() -> Any:
        return {"type": "http.request"}

    scope = {**request().scope, "method": "GET", "path": "/broken"}
    with pytest.raises(ZeroDivisionError):
        await app({**scope, "headers": [(b"origin", b"https://example.org")]}, nothing, keep)
    assert sent[0]["status"] == 500
    assert (b"access-control-allow-origin", b"*") in sent[0]["headers"]


def test_a_page_may_reach_into_the_network_of_its_reader(url: str) -> None:
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST",
             "Access-Control-Request-Private-Network": "true"}  # fmt: skip
    reply = call(url, PREDICT, method="OPTIONS", **asked)
    assert (reply.status, reply.headers["access-control-allow-private-network"]) == (200, "true")


def test_who_is_no_page_gets_no_cors_headers(url: str) -> None:
    headers = call(url, "/_fake/health").headers
    assert not [name for name in headers if name.lower().startswith("access-control")]


MOUNTED = "/other/app"
REQUESTS = [
    ("GET", "/_fake/pictures/gone.png", b""), ("GET", "/_fake/nothing", b""), ("POST", "/", b"{}"),
    ("DELETE", "/_fake/health", b""), ("POST", "/v1/images/edits", b"{}"), ("GET", "/nothing", b""),
    ("GET", "/v1beta/openai/nothing", b""), ("GET", "/v1/images/generations", b""),
    ("POST", "/v1/images/generations", b"{}"), ("POST", PREDICT, b"{}"), ("GET", PREDICT, b""),
    ("GET", "/v1/publishers/google/models/none", b""), ("GET", "/v1beta/models/none", b""),
    ("GET", "/storage/v1/b/none/o/none", b""), ("GET", "/_fake/calls/1", b""),
    ("POST", "/upload/storage/v1/b/pictures/o?uploadType=media&name=a", b"not gzip"),
]  # fmt: skip


OWN = re.compile(rb'"(requestId|id|mediaLink|generation|etag|timeCreated|updated)": ?"[^"]*"')
"""What no two objects, and no two paths, have in common."""


@pytest.mark.parametrize("auth", ["off", "any"])
@pytest.mark.parametrize(("method", "path", "body"), REQUESTS)
def test_below_another_application_answers_are_the_same(
    auth: Any, method: str, path: str, body: bytes
) -> None:
    headers = [(b"content-encoding", b"gzip")] if body == b"not gzip" else []
    bare, inner = (create_app(Config(auth=auth)) for _ in range(2))
    mounted = Starlette(routes=[Mount(MOUNTED, app=inner)])
    answers, entered = [], []
    for app, root in ((bare, ""), (mounted, MOUNTED)):
        url = f"http://localhost{root}"
        answer = asgi.ask(app, messages.Request(method, url + path, headers, body))
        shown = OWN.sub(b"", answer.body)
        answers.append((answer.status, shown.replace(root.encode(), b"")))
        calls = asgi.ask(app, messages.Request("GET", f"{url}/_fake/calls"))
        entered.append([one["path"].removeprefix(root) for one in json.loads(calls.body)["calls"]])
    assert answers[0] == answers[1]
    assert entered[0] == entered[1]

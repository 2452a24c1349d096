"""What pages may ask of a fake on a real socket, and by which names."""

import json
import socket
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.app import create_app
from imagen_fake.config import Config, ConfigError
from imagen_fake.hosts import web_origin
from imagen_fake.middleware.cross_origin import TrustPolicy
from imagen_fake.middleware.guards import STORAGE_PATHS, is_guarded
from imagen_fake.server.http import serve_in_thread, trust
from imagen_fake.state.state import State
from imagen_fake.testing.in_process import InProcess
from imagen_fake.testing.messages import Request
from tests.http import Reply, call
from tests.sweep import sweep

MODELS = "/v1/projects/p/locations/l/publishers/google/models"
PREDICT = f"{MODELS}/imagen-4.0-generate-001:predict"
GEMINI = "/v1beta/models/imagen-4.0-generate-001:predict"
APPLE = {"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 1}}
EVIL = "https://evil.example"

OTHERS = [
    EVIL, "http://evil.example", "null", "", "file://", "chrome-extension://abcdefgh",
    "moz-extension://localhost", "http://localhost.evil.example", "http://127.0.0.1.evil.example",
    "http://0x7f.1", "http://2130706433", "http://127.1", "http://localhost@evil.example",
    "http://evil.example#localhost", "http://evil.example/localhost", "http://evil.example:80",
    "https://localhost,evil.example", "http://localhost http://evil.example", "ftp://localhost",
    "http://localhost/", "http://0.0.0.0:3000", "http://192.168.0.1", "http://evil-localhost",
    "http://[::1]evil.example", "http://[::2]", "//localhost", "localhost", "http://",
    "http:localhost", "http://host.docker.internal:8787",
]  # fmt: skip
OURS = [
    "http://localhost:3000", "https://localhost", "http://app.localhost:1", "http://127.0.0.1:5173",
    "http://127.9.9.9", "http://[::1]:3000", "HTTP://LOCALHOST:3000", "http://localhost.:3000",
]  # fmt: skip

ASKED = [
    ("GET", "/_fake/calls"), ("POST", "/_fake/reset"), ("PATCH", "/_fake/config"),
    ("DELETE", "/_fake/rules"), ("GET", "/_fake/nothing"), ("GET", "/_fake/openapi.json"),
    ("GET", "/storage/v1/b"), ("POST", "/upload/storage/v1/b/pictures/o"), ("GET", "/b/pictures/o"),
    ("GET", "/b"), ("GET", "/download/storage/v1/b/pictures/o/a"), ("POST", "/token"),
    ("POST", "/oauth2/v4/token"), ("POST", "/v1/token"),
    ("POST", "/v1/projects/-/serviceAccounts/a:generateAccessToken"),
    ("GET", "/computeMetadata/v1/instance/service-accounts/default/token"), ("GET", "/"),
    ("HEAD", "/_fake/calls"), ("OPTIONS", "/_fake/rules"), ("PUT", "/storage/v1/b/pictures/o/a"),
]  # fmt: skip


@sweep("method", ["GET", "POST"])
@sweep("origin", OTHERS)
def test_a_foreign_page_may_not_ask_for_what_is_the_fakes(
    url: str, origin: str, method: str
) -> None:
    path = "/_fake/calls" if method == "GET" else "/_fake/rules"
    body = None if method == "GET" else {"directives": "error=503"}
    before = call(url, "/_fake/rules").json
    reply = call(url, path, body, Origin=origin)
    assert (reply.status, reply.json["error"]["status"]) == (403, "PERMISSION_DENIED")
    assert reply.headers["access-control-allow-origin"] is None
    assert call(url, "/_fake/rules").json == before


@sweep(("method", "path"), ASKED)
@sweep(
    "page",
    [
        {"Origin": EVIL}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "whatever"},
    ],
    ids=str,
)  # fmt: skip
def test_no_guarded_path_answers_a_foreign_page(
    url: str, method: str, path: str, page: dict[str, str]
) -> None:
    reply = call(url, path, method=method, **page, **{"Metadata-Flavor": "Google"})
    assert reply.status == 403
    assert reply.headers["cross-origin-resource-policy"] == "same-origin"
    assert not [name for name in reply.headers if name.lower().startswith("access-control")]
    assert method == "HEAD" or reply.message.startswith("imagen-fake: a page of ")


@pytest.mark.parametrize("path", ["/_fake/rules", "/storage/v1/b", "/token"])
def test_a_foreign_page_is_refused_before_it_can_send(url: str, path: str) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x",
             "Access-Control-Request-Private-Network": "true"}  # fmt: skip
    reply = call(url, path, method="OPTIONS", Origin=EVIL, **asked)
    assert reply.status == 403
    assert not [name for name in reply.headers if name.lower().startswith("access-control")]
    own = call(url, path, method="OPTIONS", Origin="http://localhost:3000", **asked)
    assert own.status == 200
    assert own.headers["access-control-allow-origin"] == "http://localhost:3000"


def test_a_page_is_refused_before_its_body_is_read(url: str) -> None:
    with connected(url) as wire:
        head = f"POST /_fake/reset HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\n"
        wire.sendall(f"{head}Origin: {EVIL}\r\nContent-Length: 1000000\r\n\r\n".encode())
        assert wire.recv(100).startswith(b"HTTP/1.1 403 ")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_header_turns_one_method_into_another(url: str, method: str) -> None:
    named = {"X-HTTP-Method-Override": "DELETE", "X-HTTP-Method": "DELETE"}
    call(url, "/_fake/rules/override", {"directives": "error=503 model=imagen-3*"}, method="PUT")
    call(url, "/_fake/rules/override", None, method, **named)
    assert call(url, "/_fake/rules/override", method="DELETE").status == 200


@sweep("origin", OURS)
def test_a_page_of_this_machine_may_ask_everything(url: str, origin: str) -> None:
    reply = call(url, "/_fake/calls", Origin=origin)
    assert "calls" in reply.json
    assert reply.headers["access-control-allow-origin"] == origin
    assert "Origin" in reply.headers["vary"]
    assert reply.headers["access-control-allow-credentials"] is None


@pytest.mark.parametrize("site", [None, "none", "same-origin"])
def test_who_is_no_page_or_the_fakes_own_may_ask_everything(url: str, site: str | None) -> None:
    reply = call(url, "/_fake/calls", **({"Sec-Fetch-Site": site} if site else {}))
    assert "calls" in reply.json
    assert reply.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("first", [EVIL, "http://localhost:3000"])
def test_two_origins_are_none_of_ours(url: str, first: str) -> None:
    twice = [("Origin", first), ("Origin", "http://localhost:3000")]
    assert raw(url, "/_fake/calls", twice)[0] == 400
    headers = {b"host": ["localhost"], b"origin": [value for _, value in twice]}
    assert not TrustPolicy().allows_origin("http", headers)


@given(st.text(st.characters(codec="latin-1", exclude_categories=["Cc"])))
def test_any_origin_is_read_and_only_loopback_is_trusted(text: str) -> None:
    headers = {b"host": ["evil.example"], b"origin": [text], b"sec-fetch-site": list[str]()}
    found = web_origin(text)
    trusted = TrustPolicy(checks_host=True).allows_origin("http", headers)
    assert not trusted or (found is not None and "evil" not in found[1])


def test_stored_files_run_no_scripts_as_pages_of_the_fake(url: str) -> None:
    script = b"<script>fetch('/_fake/calls')</script>"
    path = "/upload/storage/v1/b/pictures/o?uploadType=media&name=page.html"
    call(url, path, script, **{"Content-Type": "text/html"})
    reply = call(url, "/download/storage/v1/b/pictures/o/page.html?alt=media")
    assert (reply.body, reply.headers["content-security-policy"]) == (script, "sandbox")
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert all(is_guarded(place) for place in STORAGE_PATHS)


@pytest.mark.parametrize("path", [PREDICT, GEMINI])
@pytest.mark.parametrize("origin", [EVIL, "null"])
def test_the_services_own_routes_stay_open_to_pages(url: str, path: str, origin: str) -> None:
    reply = call(url, path, APPLE, Origin=origin, **{"Sec-Fetch-Site": "cross-site"})
    assert len(reply.json["predictions"]) == 1
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["access-control-allow-credentials"] is None
    assert reply.headers["cross-origin-resource-policy"] is None


def test_linked_pictures_are_shown_by_any_page(url: str) -> None:
    body = {"model": "imagen-3.0-generate-002", "prompt": "a red apple", "response_format": "url"}
    (made,) = call(url, "/v1/images/generations", body, Origin=EVIL).json["data"]
    reply = call(url, urlsplit(made["url"]).path, **{"Sec-Fetch-Site": "cross-site"})
    assert (reply.status, reply.headers["content-type"]) == (200, "image/png")
    assert reply.headers["cross-origin-resource-policy"] is None


STORED_AT = {"sampleCount": 1, "storageUri": "gs://pictures/page"}
CAPTIONED = {"instances": [{"image": {"gcsUri": "gs://pictures/private.png"}}]}
NAMING: list[tuple[str, Any]] = [
    (PREDICT, {**APPLE, "parameters": STORED_AT}),
    (PREDICT, {**APPLE, "parameters": {"storage_uri": "gs://pictures/page"}}),
    (f"{MODELS}/imagetext@001:predict", CAPTIONED),
    (
        f"{MODELS}/imagetext@001:predict",
        {"instances": [{"image": {"gcs_uri": "gs://pictures/private.png"}}]},
    ),
    (
        f"{MODELS}/imagen-4.0-upscale-preview:predict",
        {
            "instances": [{"prompt": "", "image": {"gcsUri": "gs://pictures/private.png"}}],
            "parameters": {"mode": "upscale", "upscaleConfig": {"upscaleFactor": "x2"}},
        },
    ),
    (
        f"{MODELS}/imagen-3.0-capability-001:predict",
        {
            "instances": [
                {
                    "prompt": "a cat",
                    "referenceImages": [
                        {
                            "referenceType": "REFERENCE_TYPE_RAW",
                            "referenceId": 1,
                            "referenceImage": {"gcsUri": "gs://pictures/private.png"},
                        }
                    ],
                }
            ],
            "parameters": {"editMode": "EDIT_MODE_DEFAULT", "sampleCount": 1},
        },
    ),
]


@pytest.mark.parametrize("page", [{"Origin": EVIL}, {"Sec-Fetch-Site": "cross-site"}], ids=str)
@pytest.mark.parametrize(("path", "body"), NAMING)
def test_a_foreign_page_may_not_name_objects(
    tmp_path: Path, path: str, body: Any, page: dict[str, str]
) -> None:
    with serve_in_thread(Config(storage=tmp_path)) as url:
        reply = call(url, path, body, **page)
        assert (reply.status, reply.json["error"]["status"]) == (403, "PERMISSION_DENIED")
        assert "may not name objects of Cloud Storage" in reply.message
        assert call(url, "/_fake/calls").json["calls"][-1]["status"] == 403
        assert not list(tmp_path.rglob("*.png"))
        asked_here = call(url, path, body, Origin="http://localhost:3000")
        assert "may not name objects" not in asked_here.body.decode()


def test_every_field_that_names_objects_is_listed() -> None:
    file = Path(__file__).parent.parent.parent / "schemas" / "surfaces" / "storage.json"
    known = json.loads(file.read_text(encoding="utf-8"))["fields"]["value"]
    found = set()
    for task in (file.parent.parent / "tasks").iterdir():
        found |= set(uri_fields(json.loads(task.read_text(encoding="utf-8"))))
    assert found == set(known)


def uri_fields(node: Any) -> Iterator[str]:
    """The names of properties whose values begin with `gs://`, or end in Uri."""
    if isinstance(node, dict):
        properties = node.get("properties")
        for name in properties if isinstance(properties, dict) else ():
            if name.lower().endswith(("uri", "uriprefix")):
                yield name
        for child in node.values():
            yield from uri_fields(child)
    elif isinstance(node, list):
        for child in node:
            yield from uri_fields(child)


@sweep(
    "host",
    [
        "evil.example", "evil.example:8787", "localhost.evil.example", "127.0.0.1.evil.example",
        "0x7f.1", "0.0.0.0:8787", "192.168.0.1", "localhost@evil.example", "", "a b", "[::2]",
        "host.docker.internal:8787", "evil.example:8787, localhost",
    ],
)  # fmt: skip
@sweep("path", ["/_fake/calls", PREDICT, "/nothing", "/_fake/pictures/x"])
def test_a_name_that_dns_may_have_led_here_is_refused(url: str, host: str, path: str) -> None:
    status, body = raw(url, path, [("Host", host)])
    assert status == 403
    assert "a name that a page may have led here" in json.loads(body)["error"]["message"]


def test_every_host_header_is_checked(url: str) -> None:
    twice = [("Host", "localhost"), ("Host", "evil.example")]
    assert raw(url, "/_fake/health", twice)[0] == 400
    assert not TrustPolicy(checks_host=True).allows_host({b"host": [name for _, name in twice]})


@sweep(
    "host",
    [
        "localhost", "LOCALHOST:1", "localhost.:8787", "app.localhost", "127.0.0.1:9", "127.3.2.1",
        "[::1]:8787", "us-central1-aiplatform.googleapis.com", "metadata.google.internal",
        "storage.googleapis.com:443", "api.aimlapi.com",
    ],
)  # fmt: skip
def test_names_of_this_machine_and_of_the_service_are_taken(url: str, host: str) -> None:
    status, body = raw(url, "/_fake/health", [("Host", host)])
    assert (status, json.loads(body)["status"]) == (200, "ok")


def test_a_call_without_a_host_is_no_browsers(url: str) -> None:
    with connected(url) as wire:
        wire.sendall(b"GET /_fake/health HTTP/1.0\r\n\r\n")
        assert wire.recv(100).startswith(b"HTTP/1.1 200 ")


def test_a_page_that_gave_the_fake_its_own_name_is_foreign() -> None:
    with serve_in_thread(host="0.0.0.0") as url:
        named = [("Host", "evil.example:8787"), ("Origin", "http://evil.example:8787")]
        assert raw(url, "/_fake/calls", named)[0] == 403
        assert raw(url, "/_fake/calls", named[:1])[0] == 200
        address = urlsplit(url).netloc
        named = [("Host", address), ("Origin", f"http://{address}")]
        assert raw(url, "/_fake/calls", named)[0] == 200


def test_hosts_are_checked_everywhere_once_one_is_allowed() -> None:
    with serve_in_thread(Config(allow_hosts=("fake.test",)), host="0.0.0.0") as url:
        statuses = [
            raw(url, "/_fake/health", [("Host", host)])[0]
            for host in ("fake.test:1", "localhost", "evil.example")
        ]
    assert statuses == [200, 200, 403]


def test_more_pages_and_hosts_are_let_in() -> None:
    allowed = Config(
        allow_origins=("https://App.test", "chrome-extension://abc", "null"),
        allow_hosts=("host.docker.internal", "*.lan"),
    )
    with serve_in_thread(allowed) as url:
        for origin in (
            "https://app.test",
            "https://app.test:443",
            "chrome-extension://abc",
            "null",
        ):
            assert call(url, "/_fake/calls", Origin=origin).status == 200
        for origin in ("http://app.test", "https://app.test:8443", "chrome-extension://abd", EVIL):
            assert call(url, "/_fake/calls", Origin=origin).status == 403
        own = [("Host", "x.lan:8787"), ("Origin", "http://x.lan:8787")]
        assert raw(url, "/_fake/calls", own)[0] == 200
        assert raw(url, "/_fake/calls", [own[0], ("Origin", "http://y.lan:8787")])[0] == 403
        assert raw(url, "/_fake/calls", [own[0], ("Origin", "http://x.lan:8788")])[0] == 403
        assert raw(url, "/_fake/calls", [own[0], ("Origin", "https://x.lan:8787")])[0] == 403
        body = {**APPLE, "parameters": STORED_AT}
        assert call(url, PREDICT, body, Origin="https://app.test").status == 200


@pytest.mark.parametrize(
    "origin", ["", "*", "app.test", "https://app.test/", "https://a@b", "http://*.test", "https://"]
)
def test_what_is_no_origin_cannot_be_allowed(origin: str) -> None:
    with pytest.raises(ConfigError, match="no origin to allow"):
        create_app(Config(allow_origins=(origin,)))


def test_names_of_the_certificate_are_taken() -> None:
    trusted = trust(Config(), "127.0.0.1", ["fake.test"])
    headers = {b"host": ["fake.test:8787"], b"origin": list[str](), b"sec-fetch-site": list[str]()}
    assert trusted.allows_host(headers)
    assert not trust(Config(), "127.0.0.1").allows_host(headers)


@pytest.mark.parametrize("path", ["/_fake/calls", "/storage/v1/b"])
def test_in_process_nothing_is_checked(path: str) -> None:
    fake = InProcess(State(Config()))
    try:
        headers = ((b"host", b"evil.example"), (b"origin", EVIL.encode()))
        assert fake.ask(Request("GET", f"https://evil.example{path}", headers)).status == 200
    finally:
        fake.close()


def connected(url: str) -> socket.socket:
    """A socket that is connected to a server."""
    place = urlsplit(url)
    return socket.create_connection((str(place.hostname), int(place.port or 0)), 30)


def raw(url: str, path: str, headers: list[tuple[str, str]]) -> tuple[int, bytes]:
    """The status and the body of an answer to these headers and no others."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
    named = any(name == "Host" for name, _ in headers)
    try:
        connection.putrequest("GET", path, skip_host=named, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        connection.endheaders()
        reply = connection.getresponse()
        return reply.status, reply.read()
    finally:
        connection.close()


def test_a_reply_of_the_guard_is_json_in_the_fakes_words(url: str) -> None:
    reply: Reply = call(url, "/_fake/calls", Origin=EVIL)
    assert reply.message == (
        "imagen-fake: a page of the origin 'https://evil.example' may not ask for /_fake/calls;"
        " to let it, start the fake with --allow-origin and its origin."
    )


@pytest.mark.parametrize(
    ("path", "headers", "entered"),
    [
        (PREDICT, {"Host": "evil.example"}, [(403, PREDICT)]),
        ("/nothing", {"Host": "evil.example"}, [(403, "/nothing")]),
        ("/_fake/calls", {"Host": "evil.example"}, []),
        ("/_fake/calls", {"Origin": EVIL}, []),
        ("/storage/v1/b", {"Origin": EVIL}, []),
        ("/token", {"Sec-Fetch-Site": "cross-site"}, []),
    ],
)
def test_what_is_refused_is_found_in_the_journal_unless_it_was_for_the_fake(
    path: str, headers: dict[str, str], entered: list[tuple[int, str]]
) -> None:
    state = State()
    with serve_in_thread(state=state) as url:
        assert call(url, path, APPLE, "POST", **headers).status == 403
    assert [(called.status, called.path) for called in state.journal] == entered


def test_a_refusal_has_the_shape_of_the_path(url: str) -> None:
    openais = call(url, "/v1beta/openai/images/generations", APPLE, Host="evil.example")
    resellers = call(url, "/v1/images/generations", APPLE, Host="evil.example")
    assert (openais.status, resellers.status) == (403, 403)
    assert openais.json["error"].keys() == {"message", "type", "param", "code"}
    assert resellers.json.keys() == {"message", "path", "requestId", "statusCode", "timestamp"}


@pytest.mark.parametrize(
    ("host", "advice"),
    [
        ("evil.example", "--allow-host evil.example."),
        ("evil.example:8787", "--allow-host evil.example."),
        ("[2001:DB8::1]:80", "--allow-host 2001:db8::1."),
        ("", None),
        ("localhost,evil.example", None),
        ("[::2", None),
    ],
)
def test_a_refusal_names_the_host_to_allow_if_it_is_one(
    url: str, host: str, advice: str | None
) -> None:
    status, body = raw(url, "/_fake/calls", [("Host", host)])
    message = json.loads(body)["error"]["message"]
    assert status == 403
    assert message.endswith(advice or "a name that a page may have led here.")
    assert ("--allow-host" in message) is (advice is not None)
    if advice:
        named = message.removesuffix(".").rpartition(" ")[2]
        with serve_in_thread(Config(allow_hosts=(named,))) as let:
            assert raw(let, "/_fake/calls", [("Host", host)])[0] == 200

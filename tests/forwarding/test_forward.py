"""`serve --forward`: what a fake does not answer goes on to one other origin."""

import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, IncompleteRead
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import urlsplit

import pytest
import trustme

from imagen_fake.auth.access import Access
from imagen_fake.auth.credential import UnsignedIssuer
from imagen_fake.config import Config, ConfigError
from imagen_fake.forwarding.headers import has_fakes_own
from imagen_fake.forwarding.upstream import Upstream
from imagen_fake.server.http import serve_in_thread
from imagen_fake.state.state import State
from tests.forwarding.origin import Answer, Origin, saying, serving
from tests.http import Reply, call
from tests.sweep import sweep

GEMINI = "/v1beta/models/gemini-2.5-pro:generateContent"
IMAGEN = "/v1beta/models/imagen-4.0-generate-001:predict"
PICTURE = {"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 1}}


@contextmanager
def connected(url: str) -> Iterator[HTTPConnection]:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
    try:
        yield connection
    finally:
        connection.close()


class Pair:
    """A fake and the origin behind it."""

    def __init__(self, url: str, origin: Origin, state: State) -> None:
        self.url, self.origin, self.state = url, origin, state

    def call(self, path: str = GEMINI, body: Any = None, **more: str) -> Reply:
        return call(self.url, path, body, **more)

    def ask(self, message: bytes) -> bytes:
        """All that is answered to bytes as they are, until the connection ends.

        The end of what is sent may be taken for a client that has left, before all went on.
        """
        parts = urlsplit(self.url)
        with socket.create_connection((str(parts.hostname), int(parts.port or 0)), 30) as wire:
            wire.sendall(message)
            if b"Connection: close" not in message:
                wire.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: wire.recv(2**16), b""))


@contextmanager
def pair(
    answer: Answer | None = None, *, credentials: bool = False, config: Config | None = None
) -> Iterator[Pair]:
    with serving(answer or saying()) as origin:
        state = State(config)
        upstream = Upstream.parse(origin.url, credentials=credentials)
        with serve_in_thread(state=state, forward=upstream) as url:
            yield Pair(url, origin, state)


@pytest.fixture
def both() -> Iterator[Pair]:
    with pair() as made:
        yield made


def test_what_is_not_the_fakes_goes_on_and_comes_back(both: Pair) -> None:
    reply = both.call(f"{GEMINI}?alt=sse&x=%2F", {"contents": ["é"]})
    assert (reply.status, reply.json) == (200, {"from": "upstream"})
    assert both.origin.target == f"{GEMINI}?alt=sse&x=%2F"
    assert json.loads(both.origin.body) == {"contents": ["é"]}
    assert reply.headers["x-imagen-fake-forwarded"] == both.origin.url
    assert len(reply.headers.get_all("date", [])) == 1


def test_what_is_the_fakes_does_not(both: Pair) -> None:
    assert len(both.call(IMAGEN, PICTURE).json["predictions"]) == 1
    for path in ("/v1beta/models", "/_fake/none", "/storage/v1/b", "/v1beta/models/x:predict"):
        assert "x-imagen-fake-forwarded" not in both.call(path).headers
    assert both.origin.received == []


@sweep("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])
def test_every_method_goes_on(method: str) -> None:
    with pair() as both:
        reply = both.call("/v1/chat/completions", method=method)
        assert both.origin.received[0].startswith(f"{method} /v1/chat/completions ".encode())
        assert reply.body == (b"" if method == "HEAD" else b'{"from": "upstream"}')


TARGETS = [
    "//evil.test/x", "//evil.test/x?y", "/a%2Fb%2f..%2Fc", "/a/../../b", "/%00%0d%0a",
    "/@evil.test", "/x?next=//evil.test", "/x?a=1&&b==&=c", "/x?", "/\\evil.test", "/x;key=1",
]  # fmt: skip


@pytest.mark.parametrize("target", TARGETS)
def test_a_path_goes_to_the_one_origin_as_it_was_written(target: str, both: Pair) -> None:
    message = f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    assert b"200 OK" in both.ask(message.encode())
    assert both.origin.target == target.removesuffix("?")
    assert both.origin.headers["host"] == both.origin.url.removeprefix("http://")


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("http://evil.test/x?y", "/x?y"),
        ("http://evil.test:1//x", "//x"),
        ("http://user:pw@evil.test/x", "/x"),
        ("*", "*"),
    ],
)
def test_the_host_of_an_absolute_target_leads_nowhere(
    target: str, expected: str, both: Pair
) -> None:
    both.ask(f"OPTIONS {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    assert (both.origin.target, len(both.origin.received)) == (expected, 1)
    assert both.origin.headers["host"] == both.origin.url.removeprefix("http://")


GET, POST = (b"%b /x HTTP/1.1\r\nHost: localhost\r\n" % method for method in (b"GET", b"POST"))
CHUNKED = b"Transfer-Encoding: chunked"


@pytest.mark.parametrize(
    "message",
    [
        b"GET http://evil.test HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET evil.test:80 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"CONNECT evil.test:443 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: evil.test\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: localhost@evil.test\r\n\r\n",
        b"GET /x\r\ny HTTP/1.1\r\nHost: localhost\r\n\r\n",
        GET + b"Host: evil.test\r\n\r\n",
        GET + b"A : b\r\n\r\n",
        GET + b"A: b\n\rInjected: c\r\n\r\n",
        GET + b"A: b\x00c\r\n\r\n",
        POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        POST + b"Content-Length: 5\r\n" + CHUNKED + b"\r\n\r\n0\r\n\r\n",
        POST + b"Content-Length: +5\r\n\r\nabcde",
        POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        POST + CHUNKED + b", gzip\r\n\r\n0\r\n\r\n",
    ],
    ids=repr,
)
def test_what_servers_may_read_in_two_ways_is_refused_here(message: bytes, both: Pair) -> None:
    answer = both.ask(message)
    assert answer.split(b" ")[1] in (b"400", b"403", b"404", b"501"), answer
    assert both.origin.received == []


def test_one_request_is_one_request_for_the_upstream(both: Pair) -> None:
    inner = b"GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
    chunk = b"%x\r\n%b\r\n0\r\n" % (len(inner), inner)
    for body in (
        b"Content-Length: %d\r\n\r\n" % len(inner) + inner,
        CHUNKED + b"\r\n\r\n" + chunk + b"\r\n",
        CHUNKED.upper() + b"\r\n\r\n" + chunk + b"Content-Length: 3\r\n\r\n",
    ):
        both.ask(POST + b"Connection: close\r\n" + body)
        assert both.origin.body in (inner, chunk + b"\r\n")
        assert both.origin.ended.get(timeout=30) == b""


SECRETS = {
    "authorization": "Bearer s3cret", "x-goog-api-key": "s3cret", "cookie": "a=s3cret",
    "x-api-key": "s3cret", "api-key": "s3cret", "x-firebase-appcheck": "s3cret",
}  # fmt: skip
QUERY = "?a=1&key=s3cret&%6Bey=s3cret&KEY=s3cret&access_token=s3cret&x=1;key=s3cret&b=key"


@pytest.mark.parametrize("credentials", [False, True])
def test_credentials_go_on_only_if_that_is_wanted(credentials: bool) -> None:
    answer = saying(b"", b"200 OK", b"Set-Cookie: a=s3cret", b"X-Other: 1")
    with pair(answer, credentials=credentials) as both:
        reply = both.call(f"{GEMINI}{QUERY}", {}, **SECRETS)
        if credentials:
            assert both.origin.target == f"{GEMINI}{QUERY}"
            assert {**SECRETS, **both.origin.headers} == both.origin.headers
            assert reply.headers["set-cookie"] == "a=s3cret"
        else:
            assert both.origin.target == f"{GEMINI}?a=1&b=key"
            assert b"s3cret" not in both.origin.received[0]
            assert "set-cookie" not in reply.headers
        assert reply.headers["x-other"] == "1"


def tokens() -> Iterator[tuple[str, str]]:
    """Where a fake's token may stand, and how."""
    signed, unsigned = (one.issue("access", "alice") for one in (Access().signer, UnsignedIssuer()))
    for token in (signed, unsigned):
        yield "authorization", f"Bearer {token}"
        yield "x-goog-api-key", token
        yield "cookie", f"a=1; token={token}; b=2"
        yield "x-anything", token
        yield "?", f"a=1&access_token={token}"
        yield "?", f"any={token.replace('.', '%2E')}"


@pytest.mark.parametrize("credentials", [False, True])
def test_a_token_of_the_fake_never_leaves(credentials: bool) -> None:
    with pair(credentials=credentials) as both:
        for name, value in tokens():
            reply = both.call(f"{GEMINI}?{value}") if name == "?" else both.call(**{name: value})
            removed = name in SECRETS or "access_token" in value
            assert reply.status == (200 if removed and not credentials else 403)
            if reply.status == 403:
                assert "a credential that imagen-fake has issued" in reply.message
                assert value not in reply.message
        for received in both.origin.received:
            assert not has_fakes_own([(b"all", received)], b"")
        assert len(both.origin.received) == (0 if credentials else 8)


def test_what_is_for_the_next_hop_alone_stays_here(both: Pair) -> None:
    hop = {
        "Connection": "keep-alive, X-Named, x-other", "X-Named": "1", "X-Other": "1",
        "TE": "trailers", "Keep-Alive": "timeout=5", "Proxy-Authorization": "Basic x",
        "Proxy-Connection": "x", "Trailer": "x", "X-Imagen-Fake": "error=503",
        "X-Imagen-Fake-Project": "p",
    }  # fmt: skip
    assert both.call(body={}, **hop, **{"X-Kept": "1", "User-Agent": "mine"}).status == 200
    kept = set(both.origin.headers) - {"host", "via", "accept-encoding", "content-length"}
    assert kept == {"x-kept", "user-agent"}
    assert both.origin.headers["via"].startswith("1.1 imagen-fake-")


def test_connection_cannot_take_the_length_or_the_host_away(both: Pair) -> None:
    both.call(body={"a": 1}, Connection="content-length, host, transfer-encoding")
    assert (both.origin.body, both.origin.headers["content-length"]) == (b'{"a": 1}', "8")
    assert both.origin.headers["host"] == both.origin.url.removeprefix("http://")


def test_of_a_response_only_what_is_for_the_client_comes_back() -> None:
    lines = (
        b"Connection: close, X-Named", b"X-Named: 1", b"Keep-Alive: 5", b"Proxy-Authenticate: x",
        b"Strict-Transport-Security: max-age=9", b'Alt-Svc: h3=":443"', b"X-Imagen-Fake: 9.9",
        b"Access-Control-Allow-Origin: *", b"Date: yesterday", b"X-Kept: 1", b"X-Kept: 2",
        b"Content-Encoding: gzip",
    )  # fmt: skip
    with pair(saying(b"\x1f\x8b", b"418 I'm a teapot", *lines)) as both:
        reply = both.call()
    assert (reply.status, reply.body) == (418, b"\x1f\x8b")
    assert reply.headers.get_all("x-kept") == ["1", "2"]
    assert set(map(str.lower, reply.headers)) == {
        "date", "x-kept", "content-encoding", "content-length", "x-imagen-fake-forwarded",
        "content-security-policy", "cross-origin-resource-policy", "x-content-type-options",
    }  # fmt: skip


def test_a_page_of_the_upstream_is_none_of_the_fakes_origin() -> None:
    page = (b"Content-Type: text/html", b"Content-Security-Policy: default-src *")
    with pair(saying(b"<script>", b"200 OK", *page, b"X-Content-Type-Options: x")) as both:
        headers = both.call("/page").headers
    assert headers.get_all("content-security-policy") == ["default-src *", "sandbox"]
    assert headers.get_all("x-content-type-options") == ["nosniff"]


def test_a_redirect_is_the_clients_to_follow(both: Pair) -> None:
    answer = saying(b"", b"302 Found", b"Location: https://evil.test/x")
    with pair(answer) as both:
        reply = both.call()
        assert (reply.status, reply.headers["location"]) == (302, "https://evil.test/x")
        assert len(both.origin.received) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.test"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://localhost.evil.test"},
    ],
)  # fmt: skip
def test_foreign_pages_are_refused(headers: dict[str, str], both: Pair) -> None:
    reply = both.call(body={}, **headers)
    assert reply.status == 403
    assert "may not ask for what http://localhost:" in reply.message
    assert both.origin.received == []


def test_pages_of_this_machine_and_of_allowed_origins_are_not() -> None:
    with pair(config=Config(allow_origins=("https://app.test",))) as both:
        for origin in ("http://localhost:3000", "https://app.test"):
            reply = both.call(body={}, Origin=origin)
            assert (reply.status, reply.headers["access-control-allow-origin"]) == (200, "*")


def test_a_body_is_bounded_by_what_is_said_and_by_what_comes() -> None:
    with pair(config=Config(max_body_bytes=1000)) as both:
        assert both.call(body=b"x" * 1000).status == 200
        reply = both.call(body=b"x" * 1001)
        assert (reply.status, "1000 bytes" in reply.message) == (400, True)
        assert len(both.origin.received) == 1
        chunk = b"1f5\r\n" + b"x" * 501 + b"\r\n"
        head = b"POST /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        answer = both.ask(head + chunk * 2 + b"0\r\n\r\n")
        assert b"1000 bytes" in answer
        assert b"x" * 1001 not in both.origin.received[-1]


def test_the_journal_notes_a_call_without_its_body(both: Pair) -> None:
    both.call(f"{GEMINI}?key=s3cret", {"secret": "s3cret"}, Authorization="Bearer s3cret")
    both.call(body={}, Origin="https://evil.test")
    calls = call(both.url, "/_fake/calls?surface=forwarded").json["calls"]
    assert [(one["path"], one["status"]) for one in calls] == [(GEMINI, 200), (GEMINI, 403)]
    details = call(both.url, f"/_fake/calls/{calls[0]['number']}").body
    assert b"s3cret" not in details
    assert [one.surface for one in both.state.journal] == ["forwarded", "forwarded"]


def authority(folder: Path, *names: str) -> tuple[ssl.SSLContext, Path]:
    ca = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(*names).configure_cert(context)
    ca.cert_pem.write_to_path(folder / "ca.pem")
    return context, folder / "ca.pem"


@pytest.mark.parametrize(
    ("name", "trusted", "status"),
    [("localhost", True, 200), ("localhost", False, 502), ("other.test", True, 502)],
)
def test_a_certificate_is_verified(
    name: str, trusted: bool, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, ca = authority(tmp_path, name)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(ca))
    with (
        serving(saying(), context) as origin,
        serve_in_thread(forward=Upstream.parse(origin.url)) as url,
    ):
        reply = call(url, GEMINI, {})
        assert reply.status == status
        assert status == 200 or "certificate" in reply.message.lower()
        assert len(origin.received) == (status == 200)


def test_certificates_that_cannot_be_read_are_told_at_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    with (
        pytest.raises(ConfigError, match="SSL_CERT_FILE"),
        serve_in_thread(forward=Upstream.parse("https://a.test")),
    ):
        pass


def test_a_fake_behind_a_fake_answers_and_a_circle_ends() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    circle = Upstream.parse(f"http://localhost:{port}")
    with (
        serve_in_thread(forward=circle) as first,
        serve_in_thread(port=port, forward=Upstream.parse(first)),
    ):
        reply = call(first, GEMINI, {})
    assert (reply.status, "sends back what is forwarded to it" in reply.message) == (403, True)


@pytest.mark.parametrize(
    "message",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n5\r\nde",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n",
    ],
)
def test_answers_that_break_off_break_off_for_the_client(message: bytes) -> None:
    def cut(wire: socket.socket, _: bytes) -> None:
        wire.sendall(message)
        wire.shutdown(socket.SHUT_WR)

    with pair(cut) as both, connected(both.url) as connection:
        connection.request("GET", GEMINI)
        with pytest.raises((ConnectionError, IncompleteRead)):
            connection.getresponse().read()


@pytest.mark.parametrize(
    "message",
    [
        b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nA: b\x00\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 40_000 + b"\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    ],
    ids=lambda message: repr(message)[:40],
)  # fmt: skip
def test_answers_that_are_no_http_are_told_in_words(message: bytes) -> None:
    def answer(wire: socket.socket, _: bytes) -> None:
        wire.sendall(message)
        wire.shutdown(socket.SHUT_WR)

    with pair(answer) as both:
        reply = both.call()
        assert reply.status == 502
        assert "cannot be asked" in reply.message
        assert list(both.state.errors) == []


def test_an_origin_that_is_not_there_is_told_in_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        upstream = Upstream.parse(f"http://127.0.0.1:{free.getsockname()[1]}")
    with serve_in_thread(forward=upstream) as url:
        reply = call(url, "/v1/chat/completions", {})
        assert (reply.status, f"{upstream} cannot be asked" in reply.message) == (502, True)


def test_pieces_come_as_they_are_sent_and_end_with_the_client() -> None:
    left, piece = Event(), b"9\r\ndata: 1\n\n\r\n"

    def stream(wire: socket.socket, _: bytes) -> None:
        wire.sendall(b"HTTP/1.1 200 OK\r\n" + CHUNKED + b"\r\n\r\n" + piece)
        left.wait(30)
        with suppress(OSError):
            while True:
                wire.sendall(piece)

    with pair(stream) as both:
        with connected(both.url) as connection:
            connection.request("POST", "/v1beta/models/gemini-2.5-pro:streamGenerateContent", b"{}")
            with connection.getresponse() as response:
                assert response.read(9) == b"data: 1\n\n"  # though there is no next one yet
        left.set()
        assert both.origin.ended.get(timeout=30) == b""


def test_a_client_that_leaves_before_the_answer_ends_the_call() -> None:
    with pair(lambda _wire, _request: None) as both:
        with connected(both.url) as connection:
            connection.request("POST", GEMINI, b"{}")
            both.origin.asked.wait(30)
        assert both.origin.ended.get(timeout=30) == b""

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from imagen_fake import serve
from imagen_fake.testing.control_client import ControlClient, ControlError
from imagen_fake.testing.fake import Fake


@pytest.fixture(scope="module")
def fake() -> Iterator[Fake]:
    with serve() as served:
        yield served


def test_a_project_narrows_down_what_can_be(fake: Fake) -> None:
    client = ControlClient(fake.url, "a")
    client.ask_project("POST", "rules", {"directives": "error=503", "name": None})
    assert [rule.project for rule in fake.rules] == ["a"]
    assert client.ask("GET", "config")["strict"] is False
    assert ControlClient(f"{fake.url}/", "b").ask_project("GET", "rules") == {"rules": []}


def test_a_refusal_has_the_words_of_the_fake(fake: Fake) -> None:
    with pytest.raises(ControlError, match=r"'eror=1' is no directive\. Did you mean error="):
        ControlClient(fake.url, None).ask("POST", "rules", {"directives": "eror=1"})


def test_no_proxy_is_asked(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert ControlClient(fake.url, None).ask("GET", "health")["status"] == "ok"


def test_where_nobody_listens_the_error_says_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    with pytest.raises(
        ConnectionError, match=f"no fake answers at {url}: .* Start `imagen-fake"
    ) as caught:
        ControlClient(url, None).ask("GET", "health")
    assert caught.value.__suppress_context__, "nothing but these words is shown"


@pytest.mark.parametrize("url", ["nowhere", "127.0.0.1:8787", "localhost:8787", "", "ftp://h"])
def test_an_address_without_a_scheme_is_told_what_one_looks_like(url: str) -> None:
    with pytest.raises(ConnectionError, match="A fake's URL is http://HOST:PORT"):
        ControlClient(url, None).ask("GET", "health")


@pytest.mark.parametrize("url", ["http://[", "http://localhost:x"])
def test_what_is_no_address_is_an_error_in_words(url: str) -> None:
    with pytest.raises(ConnectionError, match="no fake answers at "):
        ControlClient(url, None).ask("GET", "health")


class Stranger(BaseHTTPRequestHandler):
    """A server that is no fake: it says hello, and knows no more."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path.endswith("health") else 404)
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_: object) -> None:
        """Nothing."""


def test_a_server_that_is_no_fake_is_an_error_in_words() -> None:
    with HTTPServer(("127.0.0.1", 0), Stranger) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        with pytest.raises(ConnectionError, match="no fake answers at "):
            ControlClient(url, None).ask("GET", "health")
        with pytest.raises(ControlError, match=r"answered 404; is it a fake's address\?"):
            ControlClient(url, None).ask("GET", "calls")
        server.shutdown()

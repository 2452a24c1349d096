"""Playwright beside a served fake: what it asks itself, and what an app asks that it looks at."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import APIRequestContext, sync_playwright

import imagen_fake as imagen
from imagen_fake import Fake
from tests.beside.asking import PATH, ask, body


@pytest.fixture(scope="module")
def requests() -> Iterator[APIRequestContext]:
    """Playwright's own client; it needs no browser."""
    with sync_playwright() as playwright:
        context = playwright.request.new_context()
        yield context
        context.dispose()


@pytest.fixture(scope="session")
def app(imagen_fake_session: Fake) -> Iterator[str]:
    """A live server of the user's, started once, which asks the fake for pictures."""

    class App(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"%d pictures" % ask(imagen_fake_session.url, self.path))

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), App) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_its_client_asks_a_served_fake(requests: APIRequestContext, imagen_fake: Fake) -> None:
    answer = requests.post(imagen_fake.url + PATH, data=body())
    assert len(answer.json()["predictions"]) == 2
    imagen_fake.assert_called_once_with(prompt="a red apple")


def test_an_app_asks_the_fake_of_each_test(
    requests: APIRequestContext, app: str, imagen_fake: Fake
) -> None:
    assert requests.get(f"{app}/a-pear").text() == "2 pictures"
    imagen_fake.assert_called_once_with(prompt="/a-pear")


def test_over_tls_where_nobody_asks_who_signed(requests: APIRequestContext) -> None:
    with imagen.serve(tls=True) as fake:
        answer = requests.post(fake.url + PATH, data=body(), ignore_https_errors=True)
        assert answer.status == 200
    assert len(fake.calls) == 1

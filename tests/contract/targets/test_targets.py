"""Who can be asked, and how."""

import gc
import json
import warnings
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from imagen_fake.app import create_app
from imagen_fake.config import Config
from imagen_fake.contract.cassettes.scrub import Scrubber
from imagen_fake.contract.exchange import Request
from imagen_fake.contract.targets.targets import InProcessTarget, LearningTarget, UrlTarget
from imagen_fake.server.http import serve_in_thread
from tests.contract.sample_cases import IMAGEN_3, PLAIN, TOO_MANY, generate_case
from tests.sweep import sweep


@pytest.fixture
def url() -> Iterator[str]:
    with serve_in_thread(Config()) as address:
        yield address


def test_the_fake_in_process_and_at_a_url_give_the_same_body(url: str) -> None:
    there, here = UrlTarget(url), InProcessTarget()
    bodies = {target.ask(target.request(TOO_MANY)).body for target in (there, here)}
    there.close()
    here.close()
    assert len(bodies) == 1
    assert json.loads(bodies.pop())["error"]["status"] == "INVALID_ARGUMENT"


def test_a_url_is_asked_again_after_its_connection_was_closed(url: str) -> None:
    target = UrlTarget(url)
    request = target.request(generate_case(model=IMAGEN_3, sampleCount=0))
    first = target.ask(request).status
    target.close()
    assert (first, target.ask(request).status) == (400, 400)
    target.close()


def test_the_connections_of_requests_at_once_are_closed_together(url: str) -> None:
    target = UrlTarget(url)
    refused = target.request(generate_case(model=IMAGEN_3, sampleCount=0))
    assert {one.status for one in target.ask_together([refused] * 8)} == {400}
    with warnings.catch_warnings(record=True, action="always") as caught:
        target.close()
        del target
        gc.collect()
    assert [one for one in caught if issubclass(one.category, ResourceWarning)] == []


def test_what_may_be_billed_is_sent_once() -> None:
    heard = []

    class Dropping(BaseHTTPRequestHandler):
        """Reads a request, and leaves."""

        def do_POST(self) -> None:
            heard.append(self.path)
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Dropping) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        target = UrlTarget(f"http://127.0.0.1:{server.server_port}")
        request = target.request(PLAIN)
        with pytest.raises(ConnectionError):
            target.ask_once(request)
        once = len(heard)
        with pytest.raises(ConnectionError):
            target.ask(request)
        server.shutdown()
    assert (once, len(heard)) == (1, 3)


def test_a_url_where_nobody_listens_raises() -> None:
    target = UrlTarget("http://127.0.0.1:9", seconds=2)
    with pytest.raises(OSError, match="refused"):
        target.ask(target.request(TOO_MANY))


@pytest.mark.parametrize(
    ("path", "header"),
    [("/é", b"a"), ("/a b", b"a"), ("/a", b"a\r\nb: c"), ("/\ud800", b"a")],
)
def test_what_no_request_can_hold_has_no_answer(url: str, path: str, header: bytes) -> None:
    target = UrlTarget(url)
    with pytest.raises(ConnectionError):
        target.ask(Request("GET", target.url(path), ((b"x-odd", header),)))
    request = target.request(generate_case(model=IMAGEN_3, sampleCount=0))
    assert target.ask(request).status == 400
    target.close()


def test_a_url_is_its_own_place_where_nothing_needs_to_be_set(url: str) -> None:
    target = UrlTarget(url)
    assert target.configure("") is target
    assert target.configure("strict") is None
    assert target.url("/v1/models") == f"{url.rstrip('/')}/v1/models"


def test_only_the_fake_itself_can_be_set() -> None:
    fake, other = InProcessTarget(), InProcessTarget(create_app())
    strict = fake.configure("strict")
    assert strict is fake.configure("strict")
    assert strict is not fake.configure("")
    assert other.configure("") is None
    other.close()


@sweep(
    "url",
    ["http://walter:quietmoon@a.example", "http://walter%3Aquietmoon%40a.example/",
     "http://a.example/?key=quietmoon", "http://a.example/#quietmoon", "http://a.example:quietmoon",
     "ftp://quietmoon.example", "http:///quietmoon", "http://[quietmoon"],
)  # fmt: skip
def test_a_url_with_a_credential_or_none_is_refused_without_repeating_it(
    url: str,
) -> None:
    with pytest.raises(ValueError, match="The target") as refused:
        UrlTarget(url)
    assert "quietmoon" not in str(refused.value)


def test_a_scrubber_learns_from_probes_too() -> None:
    scrub = Scrubber()
    configured = LearningTarget(InProcessTarget(), scrub).configure("")
    assert configured is not None
    request = configured.request(TOO_MANY)
    assert b"Bearer contract-kit-credential-0123456789" in dict(request.headers).values()
    secret = "contract-kit-credential"  # noqa: S105 (its first half is learned, too)
    assert secret in scrub(f"my words: {secret}")
    configured.ask(request)
    assert secret not in scrub(f"my words: {secret}")

"""Who can be asked, and how."""

import json
from collections.abc import Iterator

import pytest

from imagen_fake.config import Config
from imagen_fake.contract.addresses import encoded, spelled
from imagen_fake.contract.exchange import Case
from imagen_fake.contract.targets import InProcessTarget, Target, UrlTarget
from imagen_fake.server import serving
from tests.contract.known import IMAGEN_3, TOO_MANY, generating


@pytest.fixture
def url() -> Iterator[str]:
    with serving(Config()) as address:
        yield address


@pytest.mark.parametrize(
    ("surface", "path"),
    [
        (
            "vertex",
            "/v1/projects/P/locations/L/publishers/google/models/imagegeneration@006:predict",
        ),
        ("gemini", "/v1beta/models/imagegeneration@006:predict"),
        ("aiml", "/v1/images/generations"),
        ("openai", "/v1/images/generations"),
    ],
)
def test_a_case_is_asked_where_its_surface_listens(surface: str, path: str) -> None:
    case = Case("any", surface, "imagegeneration@006", "generate", {})
    request = spelled(case, "https://host.example", "secret", "P", "L")
    assert (request.method, request.url) == ("POST", f"https://host.example{path}")


def test_gemini_is_shown_a_key_in_its_own_header() -> None:
    request = spelled(generating(surface="gemini"), "https://host.example", "secret")
    assert (b"x-goog-api-key", b"secret") in request.headers


def test_others_are_shown_a_bearer_token() -> None:
    request = spelled(generating(), "https://host.example", "secret")
    assert (b"authorization", b"Bearer secret") in request.headers


def test_bytes_are_sent_as_they_are() -> None:
    assert encoded(b"{broken") == b"{broken"


def test_half_a_surrogate_pair_can_be_sent() -> None:
    assert encoded({"a": "\ud800"}) == b'{"a": "\xed\xa0\x80"}'


def test_the_fake_in_process_and_at_a_url_give_the_same_body(url: str) -> None:
    there, here = UrlTarget(url), InProcessTarget()
    targets: list[Target] = [there, here]
    bodies = {target.ask(target.request(TOO_MANY)).body for target in targets}
    there.close()
    here.close()
    assert len(bodies) == 1
    assert json.loads(bodies.pop())["error"]["status"] == "INVALID_ARGUMENT"


def test_a_url_is_asked_again_after_its_connection_was_closed(url: str) -> None:
    target = UrlTarget(url)
    request = target.request(generating(model=IMAGEN_3, sampleCount=0))
    first = target.ask(request).status
    target.close()
    assert (first, target.ask(request).status) == (400, 400)
    target.close()


def test_a_url_where_nobody_listens_raises() -> None:
    target = UrlTarget("http://127.0.0.1:9", seconds=2)
    with pytest.raises(OSError, match="refused"):
        target.ask(target.request(TOO_MANY))

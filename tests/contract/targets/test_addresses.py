"""How a case is spelled as a request."""

import pytest

from imagen_fake.contract.exchange import Case
from imagen_fake.contract.targets.addresses import build_request, encode_body
from tests.contract.sample_cases import generate_case


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
    request = build_request(case, "https://host.example", "secret", "P", "L")
    assert (request.method, request.url) == ("POST", f"https://host.example{path}")


def test_gemini_is_shown_a_key_in_its_own_header() -> None:
    request = build_request(generate_case(surface="gemini"), "https://host.example", "secret")
    assert (b"x-goog-api-key", b"secret") in request.headers


def test_others_are_shown_a_bearer_token() -> None:
    request = build_request(generate_case(), "https://host.example", "secret")
    assert (b"authorization", b"Bearer secret") in request.headers


def test_bytes_are_sent_as_they_are() -> None:
    assert encode_body(b"{broken") == b"{broken"


def test_half_a_surrogate_pair_can_be_sent() -> None:
    assert encode_body({"a": "\ud800"}) == b'{"a": "\xed\xa0\x80"}'


def test_a_body_without_fields_is_asked_where_one_surface_is() -> None:
    case = Case("no object", "openai", "imagen-4.0-generate-001", "generate", "text")
    assert build_request(case, "").url == "/v1beta/openai/images/generations"

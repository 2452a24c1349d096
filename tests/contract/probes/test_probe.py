"""How a probe is asked: what was told before stands in it, and where it goes."""

from collections.abc import Mapping

import pytest

from imagen_fake.contract.exchange import Case, Request, Response
from imagen_fake.contract.probes.expectations import expect_status
from imagen_fake.contract.probes.probe import (
    Probe,
    build_request,
    http_probe,
    obstacle,
    predict_probe,
    store_variables,
)
from tests.contract.sample_cases import PLAIN

STATUS_FACT = "surfaces/vertex.json#/versions"


class Somewhere:
    """A place that is only told of."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = dict(variables)

    def ask(self, request: Request) -> Response:
        """Nothing is asked here."""
        raise ConnectionError(request.url)

    def request(self, case: Case) -> Request:
        """A request that names its case."""
        return Request("POST", f"https://host.example/{case.name}")

    def url(self, path: str) -> str:
        """The URL of a path."""
        return f"https://host.example{path}"


def sent(probe: Probe, **variables: str) -> Request:
    return build_request(probe, Somewhere(variables))


def test_a_path_is_asked_of_the_place() -> None:
    request = sent(http_probe(Request("GET", "/v1/models")))
    assert request.url == "https://host.example/v1/models"


def test_a_url_is_asked_as_it_is() -> None:
    url = "https://oauth2.googleapis.com/token"
    assert sent(http_probe(Request("POST", url))).url == url


def test_what_was_told_stands_in_the_url_the_headers_and_the_body() -> None:
    mark = Request("POST", "/${page}", ((b"authorization", b"Bearer ${page}"),), b"page=${page}")
    request = sent(http_probe(mark), page="7")
    assert request.url.endswith("/7")
    assert request.headers == ((b"authorization", b"Bearer 7"),)
    assert request.body == b"page=7"


def test_a_prediction_is_asked_as_its_case_is_with_directives_in_a_header() -> None:
    request = sent(predict_probe(PLAIN, header="filter=1"))
    assert request.url == f"https://host.example/{PLAIN.name}"
    assert request.headers == ((b"x-imagen-fake", b"filter=1"),)


def test_a_header_or_a_place_in_the_json_is_kept_and_nothing_where_neither_is() -> None:
    request = Request("GET", "/")
    keeps = {"place": "location", "first": "data/0/url", "none": "data/9/url"}
    told: dict[str, str] = {}
    body = b'{"data": [{"url": "https://a.example"}]}'
    response = Response(200, ((b"location", b"/there"),), body)
    probe = http_probe(request, expect_status(200, STATUS_FACT), stores=keeps)
    [difference] = store_variables(probe, response, told)
    assert told == {"place": "/there", "first": "https://a.example"}
    assert (difference.fact.pointer, difference.expected) == (STATUS_FACT, "a value of data/9/url")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://host.example/a?b=c", None),
        ("https://host.example/elsewhere/$(b)", None),
        ("https://host.example/${page}", "needs what an earlier answer did not hold"),
        ("https://elsewhere.example/a", "leads to another host"),
        ("http://host.example/a", "leads to another host"),
        ("https://host.example:8443/a", "leads to another host"),
        ("https://host.example.evil.example/a", "leads to another host"),
        ("https://user@host.example/a", "leads to another host"),
        ("https://[host.example/a", "leads to another host"),
        ("gs://bucket/a", "leads to another host"),
    ],
)
def test_a_service_is_sent_only_what_leads_to_it_and_is_filled_in(
    url: str, reason: str | None
) -> None:
    assert obstacle(Request("GET", url), Somewhere({})) == reason


def test_what_is_missing_in_a_header_or_a_body_is_seen() -> None:
    url = "https://host.example/a"
    missing = (
        Request("GET", url, ((b"authorization", b"Bearer ${token}"),)),
        Request("POST", url, (), b"{'a': '${assertion}'}"),
    )
    assert {obstacle(one, Somewhere({})) for one in missing} == {
        "needs what an earlier answer did not hold"
    }

"""The real services, as far as that can be told without asking them."""

import gc
import json
import sys
from collections.abc import Iterable
from types import ModuleType, SimpleNamespace

import pytest

from imagen_fake.contract.exchange import Request, Response
from imagen_fake.contract.suite import run
from imagen_fake.contract.targets.live import (
    LiveTarget,
    backoff,
    check_encrypted,
    default_token,
    retirement,
    retry_after,
    service,
    vertex,
)
from tests.contract.sample_cases import IMAGEN_4, generate_case

BUSY = Response(429, ((b"retry-after", b"7"),), b"{}")
FINE = Response(200, (), b"{}")


class Service:
    """Answers in a fixed order, and remembers what it was asked."""

    def __init__(self, answers: Iterable[Response]) -> None:
        self._answers = iter(answers)
        self.asked: list[Request] = []

    def __call__(self, request: Request) -> Response:
        self.asked.append(request)
        return next(self._answers)


def target(*answers: Response) -> tuple[LiveTarget, Service, list[float]]:
    service, slept = Service(answers), list[float]()
    asked = LiveTarget("live", "https://host.example", lambda: "secret", ("P", "L"), service,
                       slept.append)  # fmt: skip
    return asked, service, slept


def test_too_many_requests_are_waited_out_as_long_as_the_service_says() -> None:
    live, service, slept = target(BUSY, BUSY, FINE)
    response = live.ask(live.request(generate_case()))
    assert (response.status, slept, len(service.asked)) == (200, [7.0, 7.0], 3)


def test_patience_ends() -> None:
    live, service, slept = target(*[Response(429, (), b"{}")] * 9)
    assert live.ask(live.request(generate_case())).status == 429
    assert slept == [1.0, 2.0, 4.0, 8.0]
    assert len(service.asked) == 5


def test_a_refusal_is_not_repeated() -> None:
    live, service, _ = target(Response(400, (), b"{}"))
    live.ask(live.request(generate_case()))
    assert len(service.asked) == 1


def test_a_service_cannot_ask_for_more_than_a_minute() -> None:
    assert retry_after(Response(429, ((b"retry-after", b"86400"),), b""), 1.0) == 60.0


def test_a_date_to_wait_for_that_is_over_is_not_waited_for() -> None:
    past = ((b"retry-after", b"Wed, 21 Oct 2015 07:28:00 GMT"),)
    assert retry_after(Response(503, past, b""), 9.0) == 0.0


@pytest.mark.parametrize(
    "header",
    [
        "soon",
        "",
        "\xb2",
        "-1",
        "1e9",
        "7 ",
        "Wed, 99 Oct 2015 07:28:00 GMT",
        "Wed, 21 Oct 2015 07:28:00 +99999999999999",
        "0x7",
    ],
)
def test_what_is_no_time_is_not_obeyed(header: str) -> None:
    busy = Response(503, ((b"retry-after", header.encode("latin-1")),), b"")
    assert retry_after(busy, 9.0) == 9.0


def test_a_date_without_a_zone_is_one_of_greenwich() -> None:
    past = ((b"retry-after", b"Wed, 21 Oct 2015 07:28:00 -0000"),)
    assert retry_after(Response(503, past, b""), 9.0) == 0.0


def test_a_token_that_does_not_come_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    class TransportError(Exception):
        """As google-auth's, which need not be installed here."""

    class Unreachable:
        valid = False

        def refresh(self, _: object) -> None:
            raise TransportError("connection reset")

    replace_google_auth(monkeypatch, Unreachable(), TransportError)
    live = LiveTarget("live", "https://host.example", default_token())
    result = run(live, [generate_case("one"), generate_case("two")], [])
    assert list(result.unanswered) == ["one", "two"]
    assert "connection reset" in result.unanswered["one"]


@pytest.mark.parametrize("quota", ["quota-of-somebody", None])
def test_the_quota_project_of_default_credentials_is_sent(
    monkeypatch: pytest.MonkeyPatch, quota: str | None
) -> None:
    credentials = SimpleNamespace(valid=True, token="of-somebody", quota_project_id=quota)  # noqa: S106
    replace_google_auth(monkeypatch, credentials, OSError)
    service = Service([FINE])
    live = vertex("p", "us-central1", send=service)
    live.ask(live.request(generate_case()))
    headers = dict(service.asked[0].headers)
    assert headers.get(b"x-goog-user-project") == (quota and quota.encode())
    assert headers[b"authorization"] == b"Bearer of-somebody"


def replace_google_auth(
    monkeypatch: pytest.MonkeyPatch, credentials: object, transport_error: type[Exception]
) -> None:
    """Have these default credentials, whether google-auth is installed or not."""
    auth = ModuleType("google.auth")
    monkeypatch.setattr(auth, "default", lambda **_: (credentials, "P"), raising=False)
    for name, content in {
        "google": ModuleType("google"),
        "google.auth": auth,
        "google.auth.exceptions": SimpleNamespace(TransportError=transport_error),
        "google.auth.transport": ModuleType("google.auth.transport"),
        "google.auth.transport.requests": SimpleNamespace(Request=object),
    }.items():
        monkeypatch.setitem(sys.modules, name, content)
    monkeypatch.setattr(sys.modules["google"], "auth", auth, raising=False)


def test_pauses_double() -> None:
    first, *rest = backoff()
    assert rest == [first * 2, first * 4, first * 8]


@pytest.mark.parametrize(
    ("surface", "host"), [("gemini", "googleapis.com"), ("aiml", "aimlapi.com")]
)
def test_keys_are_sent_to_their_service_alone(surface: str, host: str) -> None:
    live = service(surface, "a-key-of-somebody")
    request = live.request(generate_case(surface=surface))
    assert host in request.url
    assert any(b"a-key-of-somebody" in value for _, value in request.headers)


def refusal(message: str, status: int = 404) -> Response:
    error = {"code": status, "message": message, "status": "NOT_FOUND"}
    return Response(status, (), json.dumps({"error": error}).encode())


def test_a_retired_model_is_gone_since_its_last_day() -> None:
    words = f"Publisher Model `projects/p/models/{IMAGEN_4}` not found."
    told = retirement(generate_case(), refusal(words))
    assert told is not None
    assert "2026-08-17" in told
    assert words in told


def test_another_404_is_not_a_model_that_is_gone() -> None:
    assert retirement(generate_case(), refusal("Not found: POST /")) is None


def test_a_model_that_answers_is_there() -> None:
    assert retirement(generate_case(), FINE) is None


def test_a_static_token_goes_to_what_stands_in_for_the_service() -> None:
    live = vertex("p", "us-central1", "a-static-token", "http://127.0.0.1:8787")
    request = live.request(generate_case())
    assert request.url.startswith("http://127.0.0.1:8787/v1/projects/p/locations/us-central1/")
    assert (b"authorization", b"Bearer a-static-token") in request.headers
    assert live.name == "vertex at http://127.0.0.1:8787"
    assert vertex("p", "us-central1", "a-static-token").name == "vertex"


@pytest.mark.parametrize("url", ["http://10.0.0.7", "http://host.example:80", "nowhere"])
def test_a_token_is_not_sent_in_clear_text_to_another_machine(url: str) -> None:
    with pytest.raises(ValueError, match=r"by https alone|is no URL"):
        check_encrypted(url)


def test_a_service_has_no_settings() -> None:
    live = vertex("p", "us-central1", "a-static-token", "https://host.example")
    assert live.configure("strict") is None
    assert live.configure("") is live
    assert live.variables == {
        "token": "a-static-token", "project": "p", "location": "us-central1"
    }  # fmt: skip


def test_the_connection_of_a_service_can_be_closed(url: str) -> None:
    live = vertex("p", "us-central1", "a-static-token", url)
    first = live.ask(live.request(generate_case(sampleCount=0))).status
    live.close()
    gc.collect()  # a socket that is left open is a warning, which is an error
    assert (first, live.ask(live.request(generate_case(sampleCount=0))).status) == (400, 400)
    live.close()

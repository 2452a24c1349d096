"""What is taken out of a text, and what stays."""

import base64
import json

import pytest

from imagen_fake.contract.cassettes.scrub import (
    ScrubbedError,
    Scrubber,
    scrub_json,
    scrub_request,
    scrub_response,
    scrubber,
)
from imagen_fake.contract.cassettes.secrets import is_identifying
from imagen_fake.contract.exchange import Request, Response
from tests.sweep import sweep

ANSWER = Response(200, (), b"")
NOTHING = scrubber(Request("GET", "https://a.example/"), ANSWER)


@sweep(
    ("text", "left"),
    [
        ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer REDACTED"),
        ("ya29.a0AfH6SMBx", "REDACTED"),
        ("key=AIza" + "x" * 35, "key=REDACTED"),
        ("eyJhbGciOiJSUzI1NiJ9.eyJpc3Mi.sig", "REDACTED"),
        ("ask some.body+1@mail.example.com now", "ask EMAIL now"),
        (
            "`projects/my-project/locations/us-central1/m`",
            "`projects/PROJECT/locations/us-central1/m`",
        ),
        ("overview?project=my-project", "overview?project=PROJECT"),
        ("consumer project_number:348715329010", "consumer project_number:PROJECT"),
        ("not been used in project my-project-1 before", "not been used in project PROJECT before"),
        ("Request ID: 7f3a9c21", "Request ID: REDACTED"),
        ("id 1254b061-b433-4a3f-9c8d-0123456789ab", "id REDACTED"),
        ("gs://mine/1756970940506/sample_0.png", "gs://bucket/0/sample_0.png"),
    ],
)
def test_what_looks_like_a_secret_is_taken_out(text: str, left: str) -> None:
    assert NOTHING(text) == left


@sweep(
    "text",
    [
        "a siamese cat",
        "Support codes: 56562880, 64151117",
        "imagegeneration@005",
        "Publisher Model was not found or your project does not have access to it.",
        "Project or the user is not allowlisted to turn off child detection filter",
        "https://docs.cloud.google.com/vertex-ai/generative-ai/docs/deprecations",
        'Bearer realm="https://accounts.google.com/"',
        "type.googleapis.com/google.rpc.DebugInfo",
        "generativelanguage.googleapis.com/predict_requests_per_model_per_day_paid_tier_1",
    ],
)
def test_the_words_of_the_service_stay(text: str) -> None:
    assert NOTHING(text) == text


def test_a_secret_is_found_in_base64() -> None:
    text = base64.b64encode(b"somebody@mail.example.com").decode()
    assert NOTHING(f"see {text}") == "see REDACTED"


def test_a_cookie_is_looked_for_by_its_value_and_not_by_its_name() -> None:
    asked = Request("GET", "https://a.example/", ((b"Cookie", b"predictions=abcdefgh"),))
    scrub = scrubber(asked, ANSWER)
    assert scrub("predictions abcdefgh") == "predictions REDACTED"


def test_a_long_text_takes_no_long_time() -> None:
    assert len(NOTHING("a" * 1_000_000)) > 0


def test_user_and_password_in_a_url_are_dropped() -> None:
    asked = Request("GET", "https://somebody:password@a.example/v1?key=abcdefgh&alt=json")
    kept = scrub_request(asked, scrubber(asked, ANSWER))
    assert kept.url == "https://a.example/v1?alt=json"


def test_a_header_that_is_kept_is_scrubbed() -> None:
    answer = Response(401, ((b"WWW-Authenticate", b"Bearer realm, for a.b@c.example"),), b"")
    kept = scrub_response(answer, NOTHING)
    assert kept.headers == ((b"WWW-Authenticate", b"Bearer realm, for EMAIL"),)


@pytest.mark.parametrize("key", ["requestId", "request_id", "traceId", "email", "consumer"])
def test_fields_that_name_a_call_or_a_caller_are_hidden(key: str) -> None:
    assert is_identifying(key, "anything")
    assert scrub_json({key: "anything"}, NOTHING, lambda text, *_: text, "") == {key: "REDACTED"}


def test_leaves_are_told_their_field_and_their_place() -> None:
    seen: list[tuple[str, str, str]] = []

    def leaf(text: str, key: str, at: str) -> str:
        seen.append((text, key, at))
        return text

    scrub_json({"predictions": [{"prompt": "a cat"}]}, NOTHING, leaf, "response")
    assert seen == [("a cat", "prompt", "response/predictions/0/prompt")]


def test_an_error_shows_nothing_that_was_sent() -> None:
    scrub = Scrubber()
    scrub.learn(Request("GET", "https://a.example/", ((b"authorization", b"Bearer quietmoon"),)))
    with (
        pytest.raises(ScrubbedError, match="ValueError: no REDACTED here") as raised,
        scrub.errors(),
    ):
        raise ValueError("no quietmoon here")
    assert raised.value.__suppress_context__


@pytest.mark.parametrize(
    ("found", "left"),
    [
        ({"labels": {"quiet": "moon"}}, {"labels": {"quiet": "REDACTED"}}),
        (
            {"labels": [{"label": "cat", "score": 0.5}]},
            {"labels": [{"label": "cat", "score": 0.5}]},
        ),
        (
            {"vertex_credentials": {"a": ["moon", 7]}},
            {"vertex_credentials": {"a": ["REDACTED", 0]}},
        ),
        ({"projectNumber": 12345}, {"projectNumber": 0}),
        ({"x-goog-api-key": "moon"}, {"x-goog-api-key": "REDACTED"}),
    ],
)
def test_values_of_fields_that_name_a_caller_are_hidden(found: object, left: object) -> None:
    assert scrub_json(found, NOTHING, lambda text, *_: text, "") == left


@sweep("name", ["vertex_credentials", "api-key", "sessionToken", "private_key"])
@sweep("sent", [True, False])
def test_a_credential_in_a_body_is_hidden_wherever_it_comes_back(name: str, sent: bool) -> None:
    body = json.dumps({"parameters": {name: {"inner": ["quiet-moon-17"]}}}).encode()
    made = Scrubber()
    made.learn(
        Request("POST", "https://a.example/", (), body if sent else b""),
        Response(200, (), b"" if sent else body),
    )
    assert made("cannot read quiet-moon-17") == "cannot read REDACTED"


@pytest.mark.parametrize("name", ["api-key", "credentials_json", "sessionToken"])
def test_lists_below_the_name_of_a_credential_are_hidden(name: str) -> None:
    found = scrub_json({name: ["s3cr3t", {"a": "s3cr3t"}]}, str, lambda text, *_: text, "$")
    assert found == {name: ["REDACTED", {"a": "REDACTED"}]}

"""What an exchange shows to be secret is taken out wherever it comes back."""

import json

import pytest

from imagen_fake.contract.cassettes.scrub import Scrubber
from imagen_fake.contract.cassettes.secrets import IDENTIFYING, secrets
from imagen_fake.contract.exchange import Request, Response
from tests.sweep import sweep


@sweep("name", sorted(IDENTIFYING - {"labels"}))
@sweep("value", ["quiet-moon", 17171717])
@sweep("sent", [True, False])
def test_the_value_of_a_field_that_names_a_caller_is_hidden_in_prose(
    name: str, value: str | int, sent: bool
) -> None:
    body = json.dumps({"parameters": [{name.title(): value}, {"seed": 123456}]}).encode()
    made = Scrubber()
    made.learn(
        Request("POST", "https://a.example/", (), body if sent else b""),
        Response(200, (), b"" if sent else body),
    )
    assert made(f"no quota for {value}, with 123456") == "no quota for REDACTED, with 123456"


def test_the_words_of_labels_stay_in_prose() -> None:
    made = Scrubber()
    made.learn(Request("POST", "https://a.example/", (), b'{"labels": {"team": "lighthouse"}}'))
    assert made("a lighthouse") == "a lighthouse"


@pytest.mark.parametrize("spelled", ["userId", "user_id", "user-id", "USER ID", "\\u0075serId"])
def test_the_name_of_a_field_may_be_spelled_in_any_way(spelled: str) -> None:
    made = Scrubber()
    made.learn(
        Request("POST", "https://a.example/", (), b'{"%b": "quiet-moon"}' % spelled.encode())
    )
    assert made("no quota for quiet-moon") == "no quota for REDACTED"


@pytest.mark.parametrize("body", [b'{"key": ', b'"token":', b"[" * 5000 + b'"key":1'])
def test_a_body_that_is_no_json_teaches_nothing(body: bytes) -> None:
    made = Scrubber()
    made.learn(Request("POST", "https://a.example/", (), body))
    assert made("a plain text") == "a plain text"


def test_a_field_is_found_beside_a_large_picture() -> None:
    body = json.dumps({"image": "A" * 100_000, "userId": "somebody-4711", "more": "B" * 100_000})
    answer = Response(200, (), body.encode())
    assert list(secrets(Request("POST", "https://host/", (), b""), answer)) == ["somebody-4711"]

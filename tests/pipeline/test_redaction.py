import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.pipeline.redaction import (
    REDACTED,
    SECRET_BYTES,
    SECRET_TEXT,
    is_secret_name,
    redact,
    redact_error,
)
from imagen_fake.state.state import State
from imagen_fake.testing.in_process import InProcess
from imagen_fake.testing.messages import Request
from tests.cpu import slowest
from tests.sweep import sweep

PREDICT = "/v1/projects/p/locations/l/publishers/google/models/imagen-4.0-generate-001:predict"

SECRET = [
    "vertex_credentials", "vertexCredentials", "vertex-credentials", "credentials_json",
    "GOOGLE_APPLICATION_CREDENTIALS", "api_key", "api-key", "apiKey", "x-goog-api-key", "key",
    "access_key", "signingKey", "aws_secret_access_key", "secretAccessKey", "client_secret",
    "Authorization", "Proxy-Authorization", "auth", "token", "id_token", "refreshToken",
    "aws_session_token", "password", "passwd", "passphrase", "private_key", "private_key_id",
    "Set-Cookie", "jwt", "client_assertion", "pwd", "db_pwd", "userPwd", "pwd_hash", "pass",
    "db_pass", "smtp-pass", "dbPass", "pw", "passcode", "passkey", "bearer", "authBearer", "sig",
    "urlSig", "signature", "X-Goog-Signature", "X-Amz-Signature", "sid", "sessionid", "sessionId",
    "session_id", "PHPSESSIONID", "session_token", "sessionKey", "token_value", "accessTokenValue",
    "oauth", "basic_auth", "otp", "csrf", "X-XSRF", "accesskey", "encryptionkey",
]  # fmt: skip
HARMLESS = [
    "prompt", "seed", "sampleCount", "keyboard", "monkey", "tokens", "maxOutputTokens", "author",
    "authority", "compass", "passenger", "bypass", "bearers", "design", "signatures", "sidewalk",
    "session", "inside", "tokenValues", "assign", "nextPageToken", "pageToken",
    "bytesBase64Encoded", "instances", "storageUri",
]  # fmt: skip


@sweep("name", SECRET)
def test_credentials_are_told_by_their_names(name: str) -> None:
    for spelling in (name, name.lower(), name.upper()) if "_" in name or "-" in name else (name,):
        assert is_secret_name(spelling)


@sweep("name", HARMLESS)
def test_what_has_another_name_is_none(name: str) -> None:
    assert not is_secret_name(name)


def fields_of(schema: Any) -> Iterator[str]:
    """The names of all fields below a schema, in all their spellings."""
    if isinstance(schema, list):
        schema = dict(enumerate(schema))
    if isinstance(schema, dict):
        properties = schema.get("properties", {})
        yield from properties
        yield from schema.get("x-spellings", ())
        for below in schema.values():
            yield from fields_of(below)


def test_no_field_of_the_api_is_a_credential() -> None:
    files = sorted(Path(spec.__file__).parent.parent.glob("schemas/**/*.json"))
    names = {name for file in files for name in fields_of(json.loads(file.read_text("utf-8")))}
    assert {"prompt", "sampleCount", "personGeneration", "bytesBase64Encoded"} <= names
    assert [name for name in sorted(names) if is_secret_name(name)] == []


NAMES = st.sampled_from(SECRET) | st.builds(
    "{}{}{}".format, st.text(max_size=9), st.sampled_from(SECRET), st.text(max_size=9)
)


@given(NAMES.filter(is_secret_name), st.booleans(), st.sampled_from([None, 1]))
def test_every_such_name_is_found_in_the_bytes_of_a_body(
    name: str, escaped: bool, indent: int | None
) -> None:
    text = json.dumps({"a": [{name: "s3cr3t"}]}, ensure_ascii=escaped, indent=indent)
    assert SECRET_BYTES.search(text.encode(errors="surrogatepass"))
    assert "s3cr3t" not in redact(text)
    assert "s3cr3t" not in redact(json.dumps(text))


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN PRIVATE KEY-----\ns3cr3t",
        "ya29.s3cr3t",
        "AIzas3cr3t",
        "curl -H 'Authorization: Bearer s3cr3t'",
        "client_secret=s3cr3t&a=b",
        '{"vertex_\\u0063redentials": "s3cr3t"}',
    ],
)
def test_what_begins_as_a_credential_is_one(text: str) -> None:
    assert "s3cr3t" not in redact(text)
    assert len(redact(text)) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "a secret garden, a cookie on a plate, the key to the city",
        '{"instances": [{"prompt": "a monkey with a cookie"}], "parameters": {"seed": 5}}',
        "a password written on a wall",
        "",
    ],
)
def test_words_of_a_prompt_are_no_credential(text: str) -> None:
    assert redact(text) == text


LONGEST_KEPT = 2**16
"""Bytes of a body that are searched for names at once, while no other thread runs."""


ALL_NAMES = [
    "jwt",
    "pass ",
    "aPass" + " " * 64,
    "jwt\\",
    'jwt\\"',
    "jwt" + "\\" * 64,
    "jwt" + " " * 64,
    "jwt a b c",
    "token",
]


def test_a_body_that_is_all_names_is_searched_at_once() -> None:
    texts = [part * (LONGEST_KEPT // len(part)) for part in ALL_NAMES]
    seconds, text = slowest("imagen_fake.pipeline.redaction", "redact", texts)
    assert seconds < 0.1, text


NAMES_OF_FIELDS = ["password", "parameters.password", "api_key", "token", "vertex_credentials"]


def spoken_of(name: str) -> Iterator[str]:
    """What the service says of a field; of a value it says nothing."""
    known = spec.read("errors.json")
    fields = defaultdict(
        lambda: "7", name=name, expected="string", kind="integer", type="string", failed=""
    )
    for error in known["errors"].values():
        if "{name}" in error["message"] and "'{name}': {value}" not in error["message"]:
            yield error["message"].format_map(fields)
    yield f"{name} is not a known field, so it is ignored. parameters.seed: the last one counts."
    yield f"Invalid value at '{name}' (TYPE_INT32), see a: b"
    yield f"{name}: Cannot find field."


@pytest.mark.parametrize("name", NAMES_OF_FIELDS)
def test_an_error_that_only_names_a_field_stays(name: str) -> None:
    texts = list(spoken_of(name))
    assert len(texts) > 15
    assert [text for text in texts if redact_error(text) != text] == []


@sweep("name", NAMES_OF_FIELDS)
@sweep(
    "text",
    [
        "Invalid '{}': s3cr3t. Supported values: a, b.", "{}: s3cr3t", "{} = s3cr3t",
        "--{}=s3cr3t", "{{'{}': 's3cr3t'}}", '{{"{}" : "is s3cr3t"}}', "{}=isnt-s3cr3t",
    ],
)  # fmt: skip
def test_the_value_of_such_a_field_does_not(name: str, text: str) -> None:
    assert "s3cr3t" not in redact(text.format(name))
    assert "s3cr3t" not in redact_error(text.format(name))


PROSE = ["is", "missing", "invalid", "must be", "it is", "Expected", "a string", "5 given,", "-"]


@sweep("name", NAMES_OF_FIELDS)
@sweep("prose", PROSE)
def test_a_caller_who_writes_like_the_service_has_no_prose(name: str, prose: str) -> None:
    for text in (f"my {name}: {prose} s3cr3t", f'{{"{name}": {prose} s3cr3t}}'):
        shown = redact(text)
        assert shown == f"{text[: text.index(':') + 1]}{'*' * len(text.partition(':')[2])}"
        assert SECRET_BYTES.search(text.encode())


@pytest.mark.parametrize("text", ["my password for it: s3cr3t", "the api key is = s3cr3t"])
def test_a_value_may_be_a_few_words_away(text: str) -> None:
    assert "s3cr3t" not in redact(text)


def test_the_journal_shows_an_error_that_names_a_field_as_it_was_answered() -> None:
    state = State(Config())
    sent = json.dumps({"instances": [{"prompt": "a red apple"}], "password": "s3"}).encode()
    with closing(InProcess(state)) as fake:
        answered = fake.ask(Request("POST", f"http://localhost{PREDICT}", (), sent))
    (entry,) = state.journal
    assert entry.answer == json.loads(answered.body)
    problem = 'Invalid JSON payload received. Unknown name "password": Cannot find field.'
    assert entry.answer["error"]["message"] == problem
    assert entry.body["password"] == REDACTED


@pytest.mark.parametrize(
    "text", ["cookie" * 10_000, 'key"' * 15_000, "jwt\\" * 15_000, "pwd" * 20_000, "aPass" * 12_000]
)
def test_long_texts_are_searched_in_few_steps(text: str) -> None:
    # Every place is tried, each with no more than 264 characters after it.
    assert SECRET_TEXT.search(text) is None

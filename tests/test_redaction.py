import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.redaction import SECRET_BYTES, SECRET_KEY, SECRET_TEXT, masked

SECRET = [
    "vertex_credentials", "vertexCredentials", "vertex-credentials", "credentials_json",
    "GOOGLE_APPLICATION_CREDENTIALS", "api_key", "api-key", "apiKey", "x-goog-api-key", "key",
    "access_key", "signingKey", "aws_secret_access_key", "secretAccessKey", "client_secret",
    "Authorization", "Proxy-Authorization", "auth", "token", "id_token", "refreshToken",
    "aws_session_token", "password", "passwd", "passphrase", "private_key", "private_key_id",
    "Set-Cookie", "jwt", "client_assertion",
]  # fmt: skip
HARMLESS = [
    "prompt", "seed", "sampleCount", "keyboard", "monkey", "tokens", "maxOutputTokens", "author",
    "authority", "nextPageToken", "pageToken", "bytesBase64Encoded", "instances", "storageUri",
]  # fmt: skip


@pytest.mark.parametrize("name", SECRET)
def test_credentials_are_told_by_their_names(name: str) -> None:
    for spelling in (name, name.lower(), name.upper()):
        assert SECRET_KEY.fullmatch(spelling) or spelling in {"SIGNINGKEY", "signingkey"}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_has_another_name_is_none(name: str) -> None:
    assert not SECRET_KEY.fullmatch(name)


NAMES = st.sampled_from(SECRET) | st.builds(
    "{}{}{}".format, st.text(max_size=9), st.sampled_from(SECRET), st.text(max_size=9)
)


@given(NAMES.filter(SECRET_KEY.fullmatch), st.booleans(), st.sampled_from([None, 1]))
def test_every_such_name_is_found_in_the_bytes_of_a_body(
    name: str, escaped: bool, indent: int | None
) -> None:
    text = json.dumps({"a": [{name: "s3cr3t"}]}, ensure_ascii=escaped, indent=indent)
    assert SECRET_BYTES.search(text.encode(errors="surrogatepass"))
    assert "s3cr3t" not in masked(text)
    assert "s3cr3t" not in masked(json.dumps(text))


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
    assert "s3cr3t" not in masked(text)
    assert len(masked(text)) == len(text)


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
    assert masked(text) == text


@pytest.mark.parametrize("text", ["cookie" * 10_000, 'key"' * 15_000, "jwt\\" * 15_000])
def test_long_texts_are_searched_in_few_steps(text: str) -> None:
    # Every place is tried, each with no more than 264 characters after it.
    assert SECRET_TEXT.search(text) is None

"""What a caller shows, and why it may not pass."""

import pytest

from imagen_fake.auth.credential import Credential, Kind, TokenError, prefix


def test_a_credential_keeps_its_text_out_of_logs() -> None:
    assert "s3cret" not in repr(Credential("key", "s3cret"))


@pytest.mark.parametrize(("kind", "expected"), [("access", "ya29."), ("api_key", "AIza")])
def test_tokens_look_like_googles(kind: Kind, expected: str) -> None:
    assert prefix(kind).startswith(expected)


def test_a_token_error_says_why() -> None:
    assert TokenError("expired").reason == "expired"

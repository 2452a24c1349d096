"""What a caller shows, and why it may not pass."""

import json
from base64 import urlsafe_b64decode
from time import time

import pytest

from imagen_fake.auth.credential import Credential, Kind, TokenError, UnsignedIssuer, prefix


def test_a_credential_keeps_its_text_out_of_logs() -> None:
    assert "s3cret" not in repr(Credential("key", "s3cret"))


@pytest.mark.parametrize(("kind", "expected"), [("access", "ya29."), ("api_key", "AIza")])
def test_tokens_look_like_googles(kind: Kind, expected: str) -> None:
    assert prefix(kind).startswith(expected)


def test_a_token_error_says_why() -> None:
    assert TokenError("expired").reason == "expired"


KINDS: tuple[Kind, ...] = ("access", "refresh", "subject", "api_key")


@pytest.mark.parametrize("kind", KINDS)
def test_a_token_is_an_unsecured_jwt_behind_the_prefix_of_its_kind(kind: Kind) -> None:
    prefix = {"access": "ya29.", "refresh": "1//", "subject": "", "api_key": "AIza"}[kind]
    token = UnsignedIssuer().issue(kind, "alice", 60, actors=("bob",))
    assert token.startswith(prefix)
    header, claims, signature = token.removeprefix(prefix).split(".")
    assert json.loads(urlsafe_b64decode(header + "==")) == {"alg": "none", "typ": "JWT"}
    told = json.loads(urlsafe_b64decode(claims + "=="))
    assert (told["sub"], told["aud"], told["actors"]) == ("alice", kind, ["bob"])
    assert 0 <= told["exp"] - 60 - told["iat"] <= time()
    assert signature == ""


def test_no_two_tokens_are_equal() -> None:
    assert UnsignedIssuer().issue("access", "alice", 60) != UnsignedIssuer().issue(
        "access", "alice", 60
    )


def test_a_token_without_seconds_says_no_end() -> None:
    _, claims, _ = UnsignedIssuer().issue("subject", "alice").split(".")
    assert "exp" not in json.loads(urlsafe_b64decode(claims + "=="))


def test_a_jwt_of_anybody_is_for_its_issuer() -> None:
    header, claims = "eyJhbGciOiJSUzI1NiJ9", "eyJpc3MiOiJhbGljZSJ9"  # RS256, alice
    assert UnsignedIssuer().verify_assertion(f"{header}.{claims}.c2lnbmVk") == ("alice",)


@pytest.mark.parametrize("text", ["", "a", "a.b", "a.b.c", "..", "W10.W10.x", "e30.e30.x"])
def test_what_is_no_jwt_is_invalid(text: str) -> None:
    with pytest.raises(TokenError, match="invalid"):
        UnsignedIssuer().verify_assertion(text)

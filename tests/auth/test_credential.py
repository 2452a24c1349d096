"""What a caller shows, and why it may not pass."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path
from time import time

import jwt
import pytest

from imagen_fake.auth.access import Access
from imagen_fake.auth.credential import (
    Credential,
    Kind,
    TokenError,
    UnsignedIssuer,
    is_fakes_own,
    prefix,
)
from imagen_fake.auth.credentials import AdcRequest, service_account


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


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seconds", [60, -60, None])
def test_what_a_fake_has_issued_is_told_from_what_others_have(
    kind: Kind, seconds: int | None
) -> None:
    assert is_fakes_own(UnsignedIssuer().issue(kind, "alice", seconds))
    assert is_fakes_own(Access().signer.issue(kind, "alice", seconds))


def test_a_jwt_signed_by_an_account_of_a_fake_is_the_fakes() -> None:
    account = service_account(AdcRequest(Access(), "http://127.0.0.1", Path("adc.json")))
    claims = {"iss": account["client_email"], "sub": account["client_email"]}
    headers = {"kid": account["private_key_id"]}
    assert is_fakes_own(jwt.encode(claims, account["private_key"], "RS256", headers))
    assert not is_fakes_own(jwt.encode(claims, account["private_key"], "RS256", {"kid": "0" * 40}))


@pytest.mark.parametrize(
    "token",
    [
        "", ".", "..", "a.b.c", "ya29.a0AfB_byC", "AIza" + "x" * 35, "1//0g-abc", "é.é.é",
        jwt.encode({"iss": "https://accounts.google.com"}, "x" * 32, "HS256"),
        jwt.encode({"iss": "imagen-fake"}, "x" * 32, "HS256").rpartition(".")[0],
        "W10.W10.W10", "bnVsbA.bnVsbA.", "eyJraWQiOiA3fQ.e30.",
    ],
)  # fmt: skip
def test_no_other_token_is_the_fakes(token: str) -> None:
    assert not is_fakes_own(token)


def test_what_is_nested_without_end_is_no_token_of_the_fakes() -> None:
    assert not is_fakes_own(f"{urlsafe_b64encode(b'[' * 60_000).decode()}.e30.")

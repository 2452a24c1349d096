from base64 import urlsafe_b64encode
from itertools import permutations
from pathlib import Path
from time import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.auth.credential import Kind, TokenError, UnsignedIssuer
from imagen_fake.auth.tokens import LEEWAY_SECONDS, SECRET_BYTES, Signer, load_signer
from imagen_fake.config import ConfigError
from tests.sweep import sweep

MINE = Signer(b"m" * SECRET_BYTES)
OTHER = Signer(b"o" * SECRET_BYTES)
EMAIL = "somebody@project.iam.gserviceaccount.com"
LOOKS: dict[Kind, str] = {"access": "ya29.", "refresh": "1//", "api_key": "AIza", "subject": ""}


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def assertion(key: rsa.RSAPrivateKey, key_id: Any = None, **claims: Any) -> str:
    """A JWT as Google's clients sign it, with a key that MINE knows, unless the id is another."""
    now = int(time())
    claims = {"iss": EMAIL, "iat": now, "exp": now + 3600, "aud": "https://x/token", **claims}
    headers = {"kid": MINE.issue_key_id(EMAIL, key.public_key()) if key_id is None else key_id}
    return jwt.encode(claims, key, "RS256", headers)


@pytest.mark.parametrize("kind", LOOKS)
def test_a_token_looks_like_googles_and_names_its_principal(kind: Kind) -> None:
    token = MINE.issue(kind, EMAIL, 60)
    assert token.startswith(LOOKS[kind])
    assert MINE.principals(kind, token)[0] == EMAIL


def test_no_two_tokens_are_equal() -> None:
    assert MINE.issue("access", EMAIL, 60) != MINE.issue("access", EMAIL, 60)


@sweep(("kind", "other"), list(permutations(LOOKS, 2)))
def test_a_token_passes_for_nothing_but_what_it_is(kind: Kind, other: Kind) -> None:
    disguised = LOOKS[other] + MINE.issue(kind, EMAIL).removeprefix(LOOKS[kind])
    with pytest.raises(TokenError, match="invalid"):
        MINE.principals(other, disguised)[0]


def test_a_token_of_another_fake_is_invalid() -> None:
    with pytest.raises(TokenError, match="invalid"):
        MINE.principals("access", OTHER.issue("access", EMAIL, 60))[0]


@pytest.mark.parametrize("kind", LOOKS)
def test_an_unsigned_token_is_invalid(kind: Kind) -> None:
    with pytest.raises(TokenError, match="invalid"):
        MINE.principals(kind, UnsignedIssuer().issue(kind, EMAIL, 60))[0]


@pytest.mark.parametrize("kind", LOOKS)
def test_a_token_nested_without_end_is_invalid(kind: Kind) -> None:
    nested = urlsafe_b64encode(b"[" * 30_000).decode()
    with pytest.raises(TokenError, match="invalid"):
        MINE.principals(kind, f"{LOOKS[kind]}{nested}.x.x")[0]


def test_a_token_of_the_future_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imagen_fake.auth.credential.time", lambda: time() + 1e6)
    token = MINE.issue("access", EMAIL, 60)
    assert MINE.principals("access", token)[0] == EMAIL


def test_a_token_expires() -> None:
    with pytest.raises(TokenError, match="expired"):
        MINE.principals("access", MINE.issue("access", EMAIL, -1))[0]


def test_whoever_has_the_key_knows_the_token() -> None:
    assert Signer(MINE.secret).principals("access", MINE.issue("access", EMAIL, 60))[0] == EMAIL


@given(st.text() | st.text(alphabet="ey.JA-_=0").map(lambda end: f"ya29.{end}"))
def test_whatever_else_is_shown_is_invalid(text: str) -> None:
    with pytest.raises(TokenError, match="invalid"):
        MINE.bearer_principals(text)


def test_a_bearer_may_show_a_token() -> None:
    assert MINE.bearer_principals(MINE.issue("access", EMAIL)) == (EMAIL,)


def test_a_token_names_who_got_it_for_somebody_else() -> None:
    token = MINE.issue("access", "boss@example.com", 60, actors=("boss@example.com", EMAIL))
    assert MINE.principals("access", token)[0] == "boss@example.com"
    assert set(MINE.bearer_principals(token)) == {"boss@example.com", EMAIL}


@pytest.mark.parametrize("kind", ["refresh", "subject", "api_key", "key_id"])
def test_a_bearer_may_not_show_what_has_to_be_exchanged_first(kind: Kind) -> None:
    with pytest.raises(TokenError, match="invalid"):
        MINE.bearer_principals(MINE.issue(kind, EMAIL))


def test_a_jwt_of_a_known_key_is_verified(key: rsa.RSAPrivateKey) -> None:
    assert MINE.verify_assertion(assertion(key)) == (EMAIL,)
    assert MINE.bearer_principals(assertion(key, sub=EMAIL)) == (EMAIL,)


def test_a_jwt_may_act_for_somebody_else_but_tells_whose_key_signed_it(
    key: rsa.RSAPrivateKey,
) -> None:
    assert MINE.verify_assertion(assertion(key, sub="boss@example.com")) == (
        "boss@example.com",
        EMAIL,
    )
    named = MINE.verify_assertion(assertion(key, sub="boss@example.com", email="alias@example.com"))
    assert named == ("boss@example.com", EMAIL, "alias@example.com")


def test_a_jwt_that_another_key_signed_is_invalid(key: rsa.RSAPrivateKey) -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with pytest.raises(TokenError, match="invalid"):
        MINE.verify_assertion(assertion(stranger, MINE.issue_key_id(EMAIL, key.public_key())))


def test_a_key_that_another_fake_knows_is_invalid(key: rsa.RSAPrivateKey) -> None:
    with pytest.raises(TokenError, match="invalid"):
        MINE.verify_assertion(assertion(key, OTHER.issue_key_id(EMAIL, key.public_key())))


@pytest.mark.parametrize("key_id", ["", "0123456789abcdef", "a.b.c"])
def test_a_key_of_somebody_elses_is_invalid(key: rsa.RSAPrivateKey, key_id: str) -> None:
    with pytest.raises(TokenError, match="invalid"):
        MINE.verify_assertion(assertion(key, key_id))


def test_a_jwt_of_another_account_is_invalid(key: rsa.RSAPrivateKey) -> None:
    with pytest.raises(TokenError, match="invalid"):
        MINE.verify_assertion(assertion(key, iss="mallory@project.iam.gserviceaccount.com"))


def test_a_jwt_without_a_signature_is_invalid(key: rsa.RSAPrivateKey) -> None:
    claims = jwt.decode(assertion(key), options={"verify_signature": False})
    headers = {"kid": MINE.issue_key_id(EMAIL, key.public_key())}
    with pytest.raises(TokenError, match="invalid"):
        MINE.verify_assertion(jwt.encode(claims, "", "none", headers))


@pytest.mark.parametrize(
    ("issued", "expires"),
    [(-4000, -LEEWAY_SECONDS - 10), (LEEWAY_SECONDS + 100, LEEWAY_SECONDS + 200), (0, 3601)],
    ids=["over", "to come", "longer than an hour"],
)
def test_a_jwt_lives_for_an_hour_at_most(key: rsa.RSAPrivateKey, issued: int, expires: int) -> None:
    now = int(time())
    with pytest.raises(TokenError, match="expired"):
        MINE.verify_assertion(assertion(key, iat=now + issued, exp=now + expires))


def test_a_clock_may_be_off_a_little(key: rsa.RSAPrivateKey) -> None:
    now = int(time())
    ahead, behind = now + LEEWAY_SECONDS // 2, now - 3600 - LEEWAY_SECONDS // 2
    assert MINE.verify_assertion(assertion(key, iat=ahead, exp=ahead + 3600)) == (EMAIL,)
    assert MINE.verify_assertion(assertion(key, iat=behind, exp=behind + 3600)) == (EMAIL,)


@pytest.mark.parametrize("value", [float("inf"), float("nan"), "soon", [1], None, {}])
@pytest.mark.parametrize("claim", ["iat", "exp"])
def test_a_jwt_with_a_time_that_is_none_is_refused(
    key: rsa.RSAPrivateKey, claim: str, value: Any
) -> None:
    with pytest.raises(TokenError):
        MINE.verify_assertion(assertion(key, **{claim: value}))


def test_without_a_folder_every_signer_is_another() -> None:
    assert load_signer(None).secret != load_signer(None).secret


def test_a_folder_keeps_the_key_for_its_owner(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "keys"
    first = load_signer(folder)
    assert load_signer(folder).secret == first.secret
    (file,) = folder.iterdir()
    assert file.stat().st_mode & 0o077 == 0


def test_a_file_that_is_no_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "signing-key").write_bytes(b"short")
    with pytest.raises(ConfigError, match="no key of 32 bytes"):
        load_signer(tmp_path)


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="cannot be kept"):
        load_signer(tmp_path / "file")


def test_a_signer_does_not_show_its_key() -> None:
    assert "mmm" not in repr(MINE)

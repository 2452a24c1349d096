import json
import sys
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import time
from urllib.parse import urlencode
from urllib.request import urlopen

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

import imagen_fake
from imagen_fake.auth.access import Access
from imagen_fake.auth.credential import TokenError
from imagen_fake.config import AuthMode, Config
from imagen_fake.server.http import serve_in_thread
from imagen_fake.surfaces.oauth import routes
from tests.http import Reply, call
from tests.listening import listening
from tests.sweep import sweep

ACCESS = Access(Config(project="my-project", token_seconds=120))
STRICT = Access(Config(auth="issued"))
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
FOREIGN = "of-another"
IAM = "https://iamcredentials.googleapis.com"


@pytest.fixture(scope="module")
def at() -> Iterator[str]:
    with listening(routes(ACCESS)) as url:
        yield url


@pytest.fixture(scope="module")
def strict() -> Iterator[str]:
    with listening(routes(STRICT)) as url:
        yield url


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def sent(at: str, path: str = "/token", **form: str) -> Reply:
    return call(at, path, urlencode(form).encode())


def assertion(
    signed: rsa.RSAPrivateKey,
    known: rsa.RSAPrivateKey,
    lives: int = 3600,
    access: Access = ACCESS,
    **more: str,
) -> str:
    """A JWT signed with one key that says it is signed with another."""
    now = int(time())
    claims = {"iss": "alice", "iat": now, "exp": now + lives, **more}
    headers = {"kid": access.signer.issue_key_id("alice", known.public_key())}
    return jwt.encode(claims, signed, "RS256", headers)


def told(reply: Reply) -> tuple[int, str, str]:
    return reply.status, reply.json["error"], reply.json["error_description"]


def principal(reply: Reply) -> str:
    assert reply.status == 200
    assert (reply.json["token_type"], reply.json["expires_in"]) == ("Bearer", 120)
    assert "no-store" in str(reply.headers["cache-control"])
    return ACCESS.signer.principals("access", reply.json["access_token"])[0]


@pytest.mark.parametrize("path", ["/token", "/oauth2/v4/token"])
def test_a_signed_jwt_gets_a_token(at: str, key: rsa.RSAPrivateKey, path: str) -> None:
    form = {"grant_type": JWT_BEARER, "assertion": assertion(key, key)}
    assert principal(sent(at, path, **form)) == "alice"


def test_a_token_for_somebody_else_still_tells_who_got_it(at: str, key: rsa.RSAPrivateKey) -> None:
    form = {"grant_type": JWT_BEARER, "assertion": assertion(key, key, sub="boss")}
    token = sent(at, **form).json["access_token"]
    assert ACCESS.signer.principals("access", token)[0] == "boss"
    assert "alice" in ACCESS.signer.principals("access", token)


def test_a_jwt_that_another_key_signed_is_googles_invalid_grant(
    strict: str, key: rsa.RSAPrivateKey
) -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    reply = sent(strict, grant_type=JWT_BEARER, assertion=assertion(stranger, key))
    assert reply.status == 400
    assert reply.json == {
        "error": "invalid_grant",
        "error_description": "Invalid JWT Signature.",
    }


def test_a_jwt_for_longer_than_an_hour_is_refused(strict: str, key: rsa.RSAPrivateKey) -> None:
    reply = sent(strict, grant_type=JWT_BEARER, assertion=assertion(key, key, 7200, STRICT))
    status, error, description = told(reply)
    assert (status, error) == (400, "invalid_grant")
    assert "short-lived token (60 minutes)" in description


def test_a_refresh_token_gets_a_token(at: str) -> None:
    login = ACCESS.signer.issue("refresh", "bob")
    assert principal(sent(at, grant_type="refresh_token", refresh_token=login)) == "bob"


def test_a_foreign_refresh_token_is_refused(strict: str) -> None:
    reply = sent(strict, grant_type="refresh_token", refresh_token=FOREIGN)
    assert told(reply) == (400, "invalid_grant", "Token has been expired or revoked.")


def test_a_subject_token_is_exchanged(at: str) -> None:
    subject = ACCESS.signer.issue("subject", "carol")
    reply = sent(at, "/v1/token", grant_type=EXCHANGE, subject_token=subject)
    assert principal(reply) == "carol"
    assert reply.json["issued_token_type"].endswith(":access_token")


def foreign(name: str) -> dict[str, str]:
    """The form of a grant with what another tool has made."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    claims = {"iss": "alice", "aud": "https://oauth2.googleapis.com/token", "iat": 1, "exp": 2}
    return {
        "assertion": {
            "grant_type": JWT_BEARER,
            "assertion": jwt.encode(claims, private, "RS256", {"kid": "0123456789abcdef"}),
        },
        "refresh": {"grant_type": "refresh_token", "refresh_token": FOREIGN},
        "exchange": {"grant_type": EXCHANGE, "subject_token": FOREIGN},
    }[name]


@pytest.mark.parametrize("mode", ["off", "any"])
@pytest.mark.parametrize("grant", ["assertion", "refresh", "exchange"])
def test_what_another_tool_made_gets_a_token_where_none_is_checked(
    mode: AuthMode, grant: str
) -> None:
    with listening(routes(Access(Config(auth=mode)))) as at:
        reply = sent(at, **foreign(grant))
    assert (reply.status, reply.json["token_type"]) == (200, "Bearer")
    token = reply.json["access_token"]
    assert token.startswith("ya29.")
    with pytest.raises(TokenError):
        Access(Config(auth=mode)).signer.principals("access", token)


@pytest.mark.parametrize("grant", ["assertion", "refresh", "exchange"])
def test_every_grant_gets_a_token_without_the_library(
    grant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "imagen_fake.auth.tokens", None)
    with listening(routes(Access())) as at:
        reply = sent(at, **foreign(grant))
    assert (reply.status, reply.json["access_token"][:5]) == (200, "ya29.")


def test_a_fake_whose_key_cannot_be_kept_gives_tokens_where_none_is_checked(tmp_path: Path) -> None:
    (tmp_path / "keys").touch()
    with listening(routes(Access(Config(keys=tmp_path / "keys")))) as at:
        assert sent(at, **foreign("exchange")).status == 200


@pytest.mark.parametrize("grant", ["assertion", "refresh", "exchange"])
def test_what_another_tool_made_gets_none_where_tokens_are_checked(strict: str, grant: str) -> None:
    assert told(sent(strict, **foreign(grant)))[:2] == (400, "invalid_grant")


def test_a_token_for_what_another_tool_made_passes_nowhere_that_tokens_are_checked(
    tmp_path: Path,
) -> None:
    with listening(routes(Access(Config(keys=tmp_path)))) as at:
        token = sent(at, **foreign("assertion")).json["access_token"]
    with pytest.raises(TokenError):
        Access(Config(auth="issued", keys=tmp_path)).signer.bearer_principals(token)


def jws(*parts: bytes) -> str:
    return ".".join(urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


@sweep("mode", ["off", "issued"])
@sweep(
    "text",
    [
        "hunter2",
        "a.b.c",
        "a.b.c.d",
        jws(b"{}", b"{}", b"x"),
        jws(b"[]", b"7", b"x"),
        jws(b'{"alg": 1}', b'{"iss": {}}', b"x"),
        jws(b'{"alg": "RS256"}', b"[" * 20_000, b"x"),
        jws(b"[" * 20_000, b"x", b"x"),
        jws(b'{"alg": ' + b"9" * 5000 + b"}", b"x", b"x"),
    ],
)
def test_what_is_no_jwt_gets_no_token_anywhere(mode: AuthMode, text: str) -> None:
    with listening(routes(Access(Config(auth=mode)))) as at:
        reply = sent(at, grant_type=JWT_BEARER, assertion=text)
    assert told(reply) == (400, "invalid_grant", "Invalid JWT Signature.")


def test_only_its_own_subject_tokens_will_do_where_tokens_are_checked(strict: str) -> None:
    reply = sent(strict, "/v1/token", grant_type=EXCHANGE, subject_token=FOREIGN)
    assert told(reply)[:2] == (400, "invalid_grant")
    subject = STRICT.signer.issue("subject", "carol")
    assert sent(strict, "/v1/token", grant_type=EXCHANGE, subject_token=subject).status == 200


@pytest.mark.parametrize(
    ("form", "error", "description"),
    [
        ({}, "invalid_request", "Required parameter is missing: grant_type"),
        ({"grant_type": "password"}, "unsupported_grant_type", "Invalid grant_type: password"),
        (
            {"grant_type": JWT_BEARER},
            "invalid_request",
            "Required parameter is missing: assertion",
        ),
    ],
)
def test_a_form_that_asks_for_nothing_is_told_so(
    at: str, form: dict[str, str], error: str, description: str
) -> None:
    assert told(sent(at, **form)) == (400, error, description)


@pytest.mark.parametrize("form", [b"\xff\xfe=%ff&grant_type", b'{"grant_type": 1}', b""])
def test_a_body_that_is_no_form_is_told_so(at: str, form: bytes) -> None:
    assert told(call(at, "/token", form))[:2] == (400, "invalid_request")


@pytest.mark.parametrize(
    "form",
    [
        {"grant_type": JWT_BEARER, "assertion": "hunter2"},
        {"grant_type": "refresh_token", "refresh_token": "hunter2"},
        {"grant_type": "refresh_token", "assertion": "hunter2"},
    ],
)
def test_a_refusal_never_repeats_a_token(strict: str, form: dict[str, str]) -> None:
    reply = sent(strict, **form)
    assert reply.status == 400
    assert b"hunter2" not in reply.body


ACT_FOR_BOB = "/v1/projects/-/serviceAccounts/bob@p.example:generateAccessToken"


def test_a_caller_may_act_for_an_account(at: str) -> None:
    reply = call(at, ACT_FOR_BOB, {"scope": ["any"]})
    assert ACCESS.signer.principals("access", reply.json["accessToken"])[0] == "bob@p.example"


def test_a_token_for_an_account_says_until_when_it_lives(at: str) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    told = call(at, ACT_FOR_BOB, {}).json["expireTime"]
    expires = datetime.strptime(told, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert timedelta(seconds=120) <= expires - before < timedelta(seconds=180)


def test_a_caller_without_credentials_acts_for_nobody() -> None:
    with serve_in_thread(Config(auth="issued")) as url:
        reply = call(url, ACT_FOR_BOB, {})
    assert (reply.status, reply.json["error"]["status"]) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize(("path", "status"), [("/token", 400), (ACT_FOR_BOB, 200)])
@pytest.mark.parametrize("more", [0, 1])
def test_a_body_has_64_kib_at_most(path: str, status: int, more: int) -> None:
    with serve_in_thread() as url:
        reply = call(url, path, b"a" * (2**16 + more), authorization="Bearer a")
    assert (reply.status, "65536 bytes" in reply.body.decode()) == (
        (400, True) if more else (status, False)
    )


@pytest.mark.parametrize(
    "path",
    [
        "/v1/projects/-/serviceAccounts/a@p.iam.gserviceaccount.com/allowedLocations",
        "/v1/locations/global/workforcePools/p/allowedLocations",
        "/v1/projects/1/locations/global/workloadIdentityPools/p/allowedLocations",
    ],
)
def test_an_account_has_no_boundary_and_the_question_is_no_call(path: str) -> None:
    with imagen_fake.intercept() as fake, urlopen(f"{IAM}{path}", timeout=30) as answer:
        assert json.load(answer) == {"locations": [], "encodedLocations": "0x0"}
    assert fake.calls == []

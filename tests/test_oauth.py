import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from time import time
from urllib.parse import urlencode

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from imagen_fake.auth import Access
from imagen_fake.config import Config
from imagen_fake.server import serving
from imagen_fake.surfaces.oauth import routes
from tests.http import Reply, call
from tests.listening import listening

ACCESS = Access(project="my-project", seconds=120)
STRICT = Access("issued")
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
FOREIGN = "of-another"


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
    signed: rsa.RSAPrivateKey, known: rsa.RSAPrivateKey, lives: int = 3600, **more: str
) -> str:
    """A JWT signed with one key that says it is signed with another."""
    now = int(time())
    claims = {"iss": "alice", "iat": now, "exp": now + lives, **more}
    headers = {"kid": ACCESS.signer.key_id("alice", known.public_key())}
    return jwt.encode(claims, signed, "RS256", headers)


def told(reply: Reply) -> tuple[int, str, str]:
    return reply.status, reply.json["error"], reply.json["error_description"]


def principal(reply: Reply) -> str:
    assert reply.status == 200
    assert (reply.json["token_type"], reply.json["expires_in"]) == ("Bearer", 120)
    assert "no-store" in str(reply.headers["cache-control"])
    return ACCESS.signer.principal("access", reply.json["access_token"])


@pytest.mark.parametrize("path", ["/token", "/oauth2/v4/token"])
def test_a_signed_jwt_gets_a_token(at: str, key: rsa.RSAPrivateKey, path: str) -> None:
    form = {"grant_type": JWT_BEARER, "assertion": assertion(key, key)}
    assert principal(sent(at, path, **form)) == "alice"


def test_a_token_for_somebody_else_still_tells_who_got_it(at: str, key: rsa.RSAPrivateKey) -> None:
    form = {"grant_type": JWT_BEARER, "assertion": assertion(key, key, sub="boss")}
    token = sent(at, **form).json["access_token"]
    assert ACCESS.signer.principal("access", token) == "boss"
    assert "alice" in ACCESS.signer.principals("access", token)


def test_a_jwt_that_another_key_signed_is_googles_invalid_grant(
    at: str, key: rsa.RSAPrivateKey
) -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    reply = sent(at, grant_type=JWT_BEARER, assertion=assertion(stranger, key))
    assert reply.status == 400
    assert reply.json == {
        "error": "invalid_grant",
        "error_description": "Invalid JWT Signature.",
    }


def test_a_jwt_for_longer_than_an_hour_is_refused(at: str, key: rsa.RSAPrivateKey) -> None:
    reply = sent(at, grant_type=JWT_BEARER, assertion=assertion(key, key, 7200))
    status, error, description = told(reply)
    assert (status, error) == (400, "invalid_grant")
    assert "short-lived token (60 minutes)" in description


def test_a_refresh_token_gets_a_token(at: str) -> None:
    login = ACCESS.signer.issue("refresh", "bob")
    assert principal(sent(at, grant_type="refresh_token", refresh_token=login)) == "bob"


def test_a_foreign_refresh_token_is_refused(at: str) -> None:
    reply = sent(at, grant_type="refresh_token", refresh_token=FOREIGN)
    assert told(reply) == (400, "invalid_grant", "Token has been expired or revoked.")


def test_a_subject_token_is_exchanged(at: str) -> None:
    subject = ACCESS.signer.issue("subject", "carol")
    reply = sent(at, "/v1/token", grant_type=EXCHANGE, subject_token=subject)
    assert principal(reply) == "carol"
    assert reply.json["issued_token_type"].endswith(":access_token")


def test_the_token_of_any_identity_provider_will_do(at: str) -> None:
    reply = sent(at, "/v1/token", grant_type=EXCHANGE, subject_token=FOREIGN)
    assert principal(reply).endswith("/subject/unverified")


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
def test_a_refusal_never_repeats_a_token(at: str, form: dict[str, str]) -> None:
    reply = sent(at, **form)
    assert reply.status == 400
    assert b"hunter2" not in reply.body


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "imagen_fake.tokens", None)
    with listening(routes(Access())) as at:
        status, _, description = told(sent(at, grant_type=JWT_BEARER, assertion="x"))
    assert (status, "imagen-fake[auth]" in description) == (501, True)


ACT_FOR_BOB = "/v1/projects/-/serviceAccounts/bob@p.example:generateAccessToken"


def test_a_caller_may_act_for_an_account(at: str) -> None:
    reply = call(at, ACT_FOR_BOB, {"scope": ["any"]})
    assert ACCESS.signer.principal("access", reply.json["accessToken"]) == "bob@p.example"


def test_a_token_for_an_account_says_until_when_it_lives(at: str) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    told = call(at, ACT_FOR_BOB, {}).json["expireTime"]
    expires = datetime.strptime(told, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert timedelta(seconds=120) <= expires - before < timedelta(seconds=180)


def test_a_caller_without_credentials_acts_for_nobody() -> None:
    with serving(Config(auth="issued")) as url:
        reply = call(url, ACT_FOR_BOB, {})
    assert (reply.status, reply.json["error"]["status"]) == (401, "UNAUTHENTICATED")

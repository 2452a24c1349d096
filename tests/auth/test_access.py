import subprocess
import sys
from time import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from imagen_fake import spec
from imagen_fake.auth.access import (
    Access,
    authorize,
    authorize_request,
    credential_in,
    error_headers,
    rpc_fields,
)
from imagen_fake.auth.credential import Credential
from imagen_fake.config import AuthMode, Config, ConfigError
from imagen_fake.pipeline.errors import ApiError, status
from tests.sweep import sweep

VERTEX = spec.surface("vertex")
RESOURCE = "projects/p/locations/l/publishers/google/models/m"
WORDS = rpc_fields(VERTEX, "v1", RESOURCE)
ISSUED = Access(Config(auth="issued", denied=frozenset({"mallory"})))


def token(text: str) -> Credential:
    return Credential("token", text)


def key(text: str) -> Credential:
    return Credential("key", text)


def refused(access: Access, credential: Credential | None) -> dict[str, Any]:
    """What the service says to a credential that does not pass."""
    with pytest.raises(ApiError) as raised:
        authorize(access, credential, WORDS)
    return dict(status(raised.value, VERTEX))


def reason(told: dict[str, Any]) -> str:
    (detail, *_) = told["details"]
    return str(detail["reason"])


@sweep(
    ("headers", "query", "expected"),
    [
        ([(b"authorization", b"Bearer abc")], b"", token("abc")),
        ([(b"authorization", b"bearer  abc ")], b"", token("abc")),
        ([], b"access_token=abc", token("abc")),
        ([(b"x-goog-api-key", b"k")], b"", key("k")),
        ([], b"alt=json&key=k%2Bl", key("k+l")),
        ([(b"authorization", b"Firebase abc"), (b"x-goog-api-key", b"k")], b"", key("k")),
        ([(b"x-goog-api-key", b"k"), (b"authorization", b"Bearer abc")], b"key=l", token("abc")),
        ([(b"x-goog-api-key", b"k")], b"key=l", key("k")),
        ([(b"authorization", b"Bearer "), (b"x-goog-api-key", b" ")], b"key=", None),
        ([(b"authorization", b"\xff")], b"%ff&\xff", None),
        ([], b"", None),
    ],
)
def test_a_credential_is_found_wherever_clients_put_it(
    headers: list[tuple[bytes, bytes]], query: bytes, expected: Credential | None
) -> None:
    assert credential_in(headers, query) == expected


@pytest.mark.parametrize("credential", [None, token("x"), key("x")])
def test_nobody_is_asked_when_it_is_off(credential: Credential | None) -> None:
    assert authorize(Access(Config(auth="off")), credential, WORDS) is None


@pytest.mark.parametrize("credential", [token("x"), key("x")])
def test_any_credential_does_where_one_has_to_be_there(credential: Credential) -> None:
    assert authorize(Access(Config(auth="any")), credential, WORDS) is None


def test_a_token_of_a_header_goes_before_one_of_the_query() -> None:
    headers = [(b"authorization", b"Bearer first"), (b"x-goog-api-key", b"third")]
    query = b"access_token=second&key=fourth"
    assert credential_in(headers, query) == token("first")
    assert credential_in(headers[1:], query) == token("second")
    assert credential_in(headers[1:], b"key=fourth") == key("third")


@pytest.mark.parametrize("mode", ["any", "issued"])
def test_a_missing_credential_is_the_services_401(mode: AuthMode) -> None:
    told = refused(Access(Config(auth=mode)), None)
    assert (told["code"], told["status"]) == (401, "UNAUTHENTICATED")
    assert told["message"].startswith("Request is missing required authentication credential.")
    assert told["details"] == [
        {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "CREDENTIALS_MISSING",
            "domain": "googleapis.com",
            "metadata": {
                "method": "google.cloud.aiplatform.v1.PredictionService.Predict",
                "service": "aiplatform.googleapis.com",
            },
        }
    ]


def test_what_was_issued_passes() -> None:
    made = ISSUED.signer.issue("access", "alice", 3600)
    assert authorize(ISSUED, token(made), WORDS) == "alice"
    assert authorize(ISSUED, key(ISSUED.signer.issue("api_key", "alice")), WORDS) == "alice"


@pytest.mark.parametrize(
    ("credential", "code", "expected"),
    [
        (token("ya29.somebody-elses"), 401, "ACCESS_TOKEN_TYPE_UNSUPPORTED"),
        (token(ISSUED.signer.issue("access", "alice", -1)), 401, "ACCESS_TOKEN_EXPIRED"),
        (key("AIza-somebody-elses"), 400, "API_KEY_INVALID"),
        (token(ISSUED.signer.issue("access", "mallory", 3600)), 403, "IAM_PERMISSION_DENIED"),
        (key(ISSUED.signer.issue("api_key", "mallory")), 403, "IAM_PERMISSION_DENIED"),
    ],
    ids=["foreign", "expired", "foreign key", "denied", "denied key"],
)
def test_what_was_not_issued_or_is_denied_is_refused_with_the_services_reason(
    credential: Credential, code: int, expected: str
) -> None:
    told = refused(ISSUED, credential)
    assert (told["code"], reason(told)) == (code, expected)


def test_a_denied_principal_is_told_what_it_may_not_do() -> None:
    told = refused(ISSUED, token(ISSUED.signer.issue("access", "mallory", 60)))
    assert told["message"] == (
        "Permission 'aiplatform.endpoints.predict' denied on resource"
        f" '//aiplatform.googleapis.com/{RESOURCE}' (or it may not exist)."
    )


def test_a_denied_api_key_is_told_which_method_is_blocked_for_it() -> None:
    gemini = spec.surface("gemini")
    error = ApiError("permission_denied", **rpc_fields(gemini, "v1beta", "models/m"))
    told = dict(status(error, gemini))
    assert (told["code"], told["status"]) == (403, "PERMISSION_DENIED")
    assert told["message"] == (
        "Requests to this API generativelanguage.googleapis.com method"
        " google.ai.generativelanguage.v1beta.PredictionService.Predict are blocked."
    )
    assert reason(told) == "API_KEY_SERVICE_BLOCKED"
    assert told["details"][1] == {
        "@type": "type.googleapis.com/google.rpc.LocalizedMessage",
        "locale": "en-US",
        "message": told["message"],
    }


@pytest.fixture(scope="module")
def private() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def signed(private: rsa.RSAPrivateKey, account: str, **claims: str) -> str:
    """A JWT that the key of an account has signed."""
    now = int(time())
    key_id = ISSUED.signer.issue_key_id(account, private.public_key())
    claimed = {"iss": account, "iat": now, "exp": now + 60, **claims}
    return jwt.encode(claimed, private, "RS256", {"kid": key_id})


@pytest.mark.parametrize(
    ("account", "claims"),
    [
        ("mallory", {}),
        ("mallory", {"sub": "mallory"}),
        ("mallory", {"sub": "alice"}),
        ("mallory", {"sub": "MALLORY", "email": "alice"}),
        ("alice", {"sub": "mallory"}),
        ("alice", {"email": "mallory"}),
        ("alice", {"sub": "bob", "email": "mallory"}),
    ],
)
def test_a_denied_principal_is_refused_in_whichever_claim_it_stands(
    private: rsa.RSAPrivateKey, account: str, claims: dict[str, str]
) -> None:
    told = refused(ISSUED, token(signed(private, account, **claims)))
    assert (told["code"], reason(told)) == (403, "IAM_PERMISSION_DENIED")


def test_who_is_not_denied_may_act_for_others(private: rsa.RSAPrivateKey) -> None:
    shown = token(signed(private, "alice", sub="bob", email="alice"))
    assert authorize(ISSUED, shown, WORDS) == "bob"


def test_an_api_key_is_no_token() -> None:
    told = refused(ISSUED, token(ISSUED.signer.issue("api_key", "alice")))
    assert (told["code"], reason(told)) == (401, "ACCESS_TOKEN_TYPE_UNSUPPORTED")


@pytest.mark.parametrize("kind", [token, key])
def test_a_refusal_never_repeats_the_credential(kind: Any) -> None:
    credential = kind("hunter2")
    assert "hunter2" not in str(refused(ISSUED, credential))
    assert "hunter2" not in repr(credential)
    with pytest.raises(ApiError) as raised:
        authorize(ISSUED, credential, WORDS)
    assert "hunter2" not in repr(raised.value)
    assert raised.value.__cause__ is None


@pytest.mark.parametrize("version", ["v1", "v1beta1"])
def test_a_call_is_admitted_by_its_headers_and_refused_by_its_path(version: str) -> None:
    bearer = f"Bearer {ISSUED.signer.issue('access', 'alice', 60)}".encode()
    scope = {"path": f"/{version}/{RESOURCE}:predict", "query_string": b"", "headers": []}
    with pytest.raises(ApiError) as raised:
        authorize_request(ISSUED, scope, VERTEX, RESOURCE)
    assert f"aiplatform.{version}.PredictionService" in str(status(raised.value, VERTEX))
    called = {**scope, "headers": [(b"authorization", bearer)]}
    assert authorize_request(ISSUED, called, VERTEX, RESOURCE) == "alice"


def test_where_it_is_off_nothing_of_a_call_is_looked_at() -> None:
    assert authorize_request(Access(Config(auth="off")), {}, VERTEX, RESOURCE) is None


def test_a_401_challenges_the_caller() -> None:
    challenge = error_headers(ApiError("token_invalid"), VERTEX)["www-authenticate"]
    assert challenge.endswith('error="invalid_token"')
    assert error_headers(ApiError("internal"), VERTEX) == {}


def test_another_call_is_named_as_what_it_is() -> None:
    assert rpc_fields(VERTEX, "v1beta1", RESOURCE, "model")["method"].endswith(
        ".v1beta1.ModelGardenService.GetPublisherModel"
    )


@pytest.mark.parametrize("missing", ["jwt", "cryptography"])
def test_tokens_are_made_without_either_library(missing: str) -> None:
    code = f"""
import sys
sys.modules[{missing!r}] = None
from imagen_fake.auth.access import Access, can_sign
from imagen_fake.config import Config, ConfigError
assert not can_sign()
assert Access().issuers[0].issue("access", "alice")[-1] == "."
try:
    Access(Config(auth="issued"))
except ConfigError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'imagen-fake[auth]'" in done.stdout


def test_tokens_cannot_be_checked_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "imagen_fake.auth.tokens", None)
    with pytest.raises(ConfigError, match=r"imagen-fake\[auth\]"):
        Access(Config(auth="issued"))
    assert authorize(Access(Config(auth="any")), token("x"), WORDS) is None

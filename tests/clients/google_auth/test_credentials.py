import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import default
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import AuthorizedSession
from google.oauth2.credentials import Credentials
from google.oauth2.service_account import Credentials as ServiceAccount

from tests.clients.google_auth.conftest import DENIED, Written, led, said

SCOPES = ["https://www.googleapis.com/auth/cloud-platform"]
PREDICT = "v1/projects/p/locations/l/publishers/google/models/imagen-3.0-generate-002:predict"
BODY = {"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 1}}

CLIENT = """
import sys

def refuse(event, arguments):
    if event == "socket.getaddrinfo" and arguments[0] not in ("127.0.0.1", "localhost"):
        raise PermissionError(f"a client called {arguments[0]}")

sys.addaudithook(refuse)

import json, os
import google.auth
from google.auth.transport.requests import AuthorizedSession

credentials, project = google.auth.default(["https://www.googleapis.com/auth/cloud-platform"])
with AuthorizedSession(credentials) as session:
    url = f"{os.environ['GOOGLE_VERTEX_BASE_URL']}/{sys.argv[1]}"
    reply = session.post(url, json=json.loads(sys.argv[2]))
print(type(credentials).__module__, project, reply.status_code)
"""


def asked(fake: str, credentials: Any) -> requests.Response:
    with AuthorizedSession(credentials) as session:
        reply: requests.Response = session.post(f"{fake}/{PREDICT}", json=BODY)
    return reply


def ran(variables: dict[str, str]) -> list[str]:
    """What an unchanged client says: its kind of credentials, the project, the status."""
    command = [sys.executable, "-c", CLIENT, PREDICT, json.dumps(BODY)]
    done = subprocess.run(
        command, env=variables, stdout=subprocess.PIPE, text=True, check=True, timeout=60
    )
    return done.stdout.split()


def refreshed(written: Written, **other: str) -> Credentials:
    """A login, made by hand: the client's reader of files knows Google's token endpoint alone."""
    login = json.loads(written("authorized-user").read_text())
    names = ("refresh_token", "token_uri", "client_id", "client_secret")
    return Credentials(None, **{**{name: login[name] for name in names}, **other})


@pytest.mark.parametrize("kind", ["service-account", "external-account"])
def test_a_file_of_credentials_is_all_it_takes(
    fake: str, written: Written, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(written(kind)))
    credentials, _ = default(SCOPES)
    reply = asked(fake, credentials)
    assert (reply.status_code, len(reply.json()["predictions"])) == (200, 1)


def test_a_service_account_may_sign_for_itself(fake: str, written: Written) -> None:
    account = ServiceAccount.from_service_account_file(
        str(written("service-account")), scopes=SCOPES, always_use_jwt_access=True
    )
    assert asked(fake, account).status_code == 200


def test_a_login_is_refreshed(fake: str, written: Written) -> None:
    assert asked(fake, refreshed(written)).status_code == 200


def test_another_key_is_refused_in_googles_words(fake: str, written: Written) -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    account = json.loads(written("service-account").read_text())
    forged = {**account, "private_key": stranger.decode()}
    credentials = ServiceAccount.from_service_account_info(forged, scopes=SCOPES)
    with pytest.raises(RefreshError, match=r"invalid_grant: Invalid JWT Signature\."):
        asked(fake, credentials)


def test_a_foreign_login_is_refused_in_googles_words(fake: str, written: Written) -> None:
    credentials = refreshed(written, refresh_token="of-another")  # noqa: S106
    with pytest.raises(RefreshError, match="expired or revoked"):
        asked(fake, credentials)


def test_a_denied_account_gets_a_token_and_a_403(fake: str, written: Written) -> None:
    file = str(written("service-account", "--principal", DENIED))
    reply = asked(fake, ServiceAccount.from_service_account_file(file, scopes=SCOPES))
    assert (reply.status_code, reply.json()["error"]["status"]) == (403, "PERMISSION_DENIED")


def test_an_api_key_passes(fake: str, keys: Path) -> None:
    key = said("credentials", "--kind", "api-key", "--keys", str(keys)).strip()
    headers = {"x-goog-api-key": key}
    reply = requests.post(f"{fake}/{PREDICT}", json=BODY, headers=headers, timeout=60)
    assert reply.status_code == 200


@pytest.mark.parametrize(
    ("headers", "challenge"),
    [
        ({}, 'Bearer realm="https://accounts.google.com/"'),
        (
            {"Authorization": "Bearer ya29.of-another"},
            'Bearer realm="https://accounts.google.com/", error="invalid_token"',
        ),
    ],
)
def test_what_was_not_issued_is_a_401(fake: str, headers: dict[str, str], challenge: str) -> None:
    for _ in range(2):  # the second call takes another way through the fake
        reply = requests.post(f"{fake}/{PREDICT}", json=BODY, headers=headers, timeout=60)
        assert (reply.status_code, reply.headers["www-authenticate"]) == (401, challenge)


def test_the_variables_lead_to_the_metadata_server(fake: str, keys: Path) -> None:
    variables = led("--url", fake, "--keys", str(keys), "--project", "my-project")
    del variables["GOOGLE_CLOUD_PROJECT"]
    assert ran(variables) == ["google.auth.compute_engine.credentials", "imagen-fake", "200"]


@pytest.mark.parametrize(
    ("kind", "module"),
    [
        ("service-account", "google.oauth2.service_account"),
        ("external-account", "google.auth.identity_pool"),
    ],
)
def test_the_variables_lead_through_tls(
    secure_fake: str, keys: Path, written: Written, kind: str, module: str
) -> None:
    assert secure_fake.startswith("https://")
    file = str(written(kind, url=secure_fake))
    variables = led("--url", secure_fake, "--keys", str(keys), "--credentials", file)
    assert ran(variables) == [module, "imagen-fake", "200"]

"""Application Default Credentials: files by which Google's clients get tokens from this fake."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from imagen_fake.auth.access import Access

POOL = "//iam.googleapis.com/locations/global/workforcePools/imagen-fake"
SUBJECT = f"principal:{POOL}/subject/imagen-fake"
USER = "user@imagen-fake.example"


@dataclass(frozen=True, slots=True)
class AdcRequest:
    """What an ADC file is for: the fake's URL, the path of the file, its principal."""

    access: Access
    url: str
    file: Path
    principal: str | None = None


def service_account(request: AdcRequest) -> Mapping[str, Any]:
    """A service account with a new RSA key of 2,048 bits, which the fake knows by its id."""
    signer = request.access.signer
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    account = request.principal or request.access.account
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return {
        "type": "service_account",
        "project_id": request.access.config.project,
        "private_key_id": signer.issue_key_id(account, key.public_key()),
        "private_key": pem.decode(),
        "client_email": account,
        "client_id": "100000000000000000000",
        "token_uri": f"{request.url}/token",
        "universe_domain": "googleapis.com",
    }


def external_account(request: AdcRequest) -> Mapping[str, Any]:
    """An account of another identity provider, whose token stands in the very same file."""
    subject = request.access.issuers[0].issue("subject", request.principal or SUBJECT)
    source = {
        "file": str(request.file.absolute()),
        "format": {"type": "json", "subject_token_field_name": "subject_token"},
    }
    # No project number: with one, Google's clients ask Google for the project's name.
    return {
        "type": "external_account",
        "audience": f"{POOL}/providers/imagen-fake",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": f"{request.url}/v1/token",
        "credential_source": source,
        "subject_token": subject,
        "universe_domain": "googleapis.com",
    }


def authorized_user(request: AdcRequest) -> Mapping[str, Any]:
    """A user account: a refresh token."""
    return {
        "type": "authorized_user",
        "client_id": "imagen-fake.apps.googleusercontent.com",
        "client_secret": "imagen-fake",
        "refresh_token": request.access.issuers[0].issue("refresh", request.principal or USER),
        "token_uri": f"{request.url}/token",
        "quota_project_id": request.access.config.project,
        "universe_domain": "googleapis.com",
    }


KINDS: Mapping[str, Callable[[AdcRequest], Mapping[str, Any]]] = {
    "service-account": service_account,
    "external-account": external_account,
    "authorized-user": authorized_user,
}


def adc_text(kind: str, request: AdcRequest) -> str:
    """An ADC file of a kind. Raises ConfigError without PyJWT."""
    return json.dumps(KINDS[kind](request), indent=2) + "\n"


def write_adc(kind: str, request: AdcRequest) -> None:
    """Write an ADC file of a kind. Raises ConfigError without PyJWT, OSError."""
    write_private(request.file, adc_text(kind, request))


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner can read. Raises OSError."""
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_text(text, encoding="utf-8")


def api_key(access: Access, principal: str | None = None) -> str:
    """An API key that passes where only issued credentials do. Raises ConfigError."""
    return access.signer.issue("api_key", principal or access.account)

"""What leads clients to this fake: credentials by which they get its tokens, and variables."""

import json
import re
import shlex
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


UNQUOTED = re.compile(r"[\w@%+=:,./-]+", re.ASCII)


def environment(
    url: str, project: str, adc: Path | None = None, ca: Path | None = None
) -> Mapping[str, str]:
    """The variables of a fake at a URL, in the order to show them.

    `adc` is a file of credentials. `ca` is the certificate to trust; for many clients it takes
    the place of all others. Over TLS there is no metadata server: clients ask it in plain HTTP.
    """
    url = url.rstrip("/")
    scheme, _, host = url.partition("://")
    variables = {
        "GOOGLE_VERTEX_BASE_URL": url,
        "GOOGLE_GEMINI_BASE_URL": url,
        "OPENAI_BASE_URL": f"{url}/v1",
        "STORAGE_EMULATOR_HOST": url,
        "GOOGLE_CLOUD_PROJECT": project,
    }
    if adc:
        variables["GOOGLE_APPLICATION_CREDENTIALS"] = str(adc.absolute())
    if scheme == "http":  # google-auth for Python looks for a machine at the IP first
        variables |= {"GCE_METADATA_HOST": host, "GCE_METADATA_IP": host}
    if ca:
        variables |= dict.fromkeys(CERTIFICATES, str(ca.absolute()))
    return variables


CERTIFICATES = (
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
)


def bash(name: str, value: str) -> str:
    """A line for bash and other shells of its kind."""
    return f"export {name}={shlex.quote(value)}"


def powershell(name: str, value: str) -> str:
    """A line for PowerShell, to which four typographic quotes are quotes, too."""
    doubled = re.sub("(['\u2018\u2019\u201a\u201b])", r"\1\1", value)
    return f"$env:{name} = '{doubled}'"


def dotenv(name: str, value: str) -> str:
    """A line for a `.env` file; without quotes where none are needed, as Docker keeps them."""
    if UNQUOTED.fullmatch(value):
        return f"{name}={value}"
    if "'" not in value:
        return f"{name}='{value}'"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'{name}="{escaped}"'


SHELLS: Mapping[str, Callable[[str, str], str]] = {
    "bash": bash,
    "powershell": powershell,
    "dotenv": dotenv,
}


def shell_lines(shell: str, variables: Mapping[str, str]) -> str:
    """Variables in the spelling of a shell, one a line."""
    return "".join(f"{SHELLS[shell](name, value)}\n" for name, value in variables.items())

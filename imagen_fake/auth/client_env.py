"""The environment variables that point clients at a running fake."""

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

UNQUOTED = re.compile(r"[\w@%+=:,./-]+", re.ASCII)


def environment(
    url: str, project: str, adc: Path | None = None, ca: Path | None = None
) -> Mapping[str, str]:
    """The variables of a fake at a URL, in the order to show them.

    `adc` is a file of credentials. `ca` is the certificate to trust; for many clients it takes
    the place of all others. Over TLS there is no metadata server: clients ask it in plain HTTP.
    """
    return dict(_pairs(url.rstrip("/"), project, adc, ca))


def _pairs(url: str, project: str, adc: Path | None, ca: Path | None) -> Iterator[tuple[str, str]]:
    yield "GOOGLE_VERTEX_BASE_URL", url
    yield "GOOGLE_GEMINI_BASE_URL", url
    yield "OPENAI_BASE_URL", f"{url}/v1"
    yield "STORAGE_EMULATOR_HOST", url
    yield "GOOGLE_CLOUD_PROJECT", project
    if adc:
        yield "GOOGLE_APPLICATION_CREDENTIALS", str(adc.absolute())
    scheme, _, host = url.partition("://")
    if scheme == "http":
        yield "GCE_METADATA_HOST", host
        yield "GCE_METADATA_IP", host  # google-auth for Python looks for a machine there first
    if ca:
        for name in CERTIFICATES:
            yield name, str(ca.absolute())


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

"""Probes of credentials: each that is wrong or missing, in each surface's words."""

from collections.abc import Iterator

from imagen_fake import spec
from imagen_fake.contract.bodies.sample_models import IMAGE_MODEL
from imagen_fake.contract.exchange import Request
from imagen_fake.contract.facts.facts import DIALECTS
from imagen_fake.contract.facts.lookup import error_entry
from imagen_fake.contract.probes.expectations import (
    expect_error,
    expect_header,
    expect_json,
    expect_status,
)
from imagen_fake.contract.probes.model_lists import BEARER, KEY, get_request
from imagen_fake.contract.probes.paths import BODY, IMAGES, JSON, SCOPE
from imagen_fake.contract.probes.probe import Expectation, Probe, http_probe
from imagen_fake.contract.probes.tokens import FLAVOR, ISSUED, TOKEN
from imagen_fake.contract.targets.addresses import UNAMBIGUOUS_PATHS

PATHS = {
    **UNAMBIGUOUS_PATHS,
    "vertex": f"/v1/{SCOPE}/publishers/google/models/{IMAGE_MODEL}:predict",
    "gemini": f"/v1beta/models/{IMAGE_MODEL}:predict",
}
Header = tuple[bytes, bytes]
FOREIGN_CREDENTIALS: dict[str, Header] = {
    "token_invalid": (b"authorization", b"Bearer ya29.somebody-else"),
    "api_key_invalid": (b"x-goog-api-key", b"AIza-somebody-else"),
}
"""Credentials that no fake has issued, and how they are refused."""

API_KEY = b"${api_key}"
NO_CREDENTIAL = (b"x-nothing", b"to-see")
"""A header that is no credential."""


def credential_probes() -> Iterator[Probe]:
    """The probes of every surface: no credential, a foreign, an expired, a denied one."""
    for surface in PATHS:
        for setting in ("any credential", ISSUED):
            yield rejected_probe(surface, setting, NO_CREDENTIAL, "credentials_missing")
        for error, header in FOREIGN_CREDENTIALS.items():
            yield rejected_probe(surface, ISSUED, header, error)
        token = (BEARER[0], b"Bearer of-anybody")
        yield _accepted_probe(surface, "any credential", "any token", token)
    yield from _issued_probes()
    for path, surface in (("/v1/publishers/google/models", "vertex"), ("/v1beta/models", "gemini")):
        expectations = _error_expectations(surface, "credentials_missing", "models", "")
        yield http_probe(get_request(path, NO_CREDENTIAL), *expectations, label="no credential",
                         setting="any credential", surface=surface)  # fmt: skip


def _issued_probes() -> Iterator[Probe]:
    """What this fake has issued: it passes, is denied, or has expired."""
    for setting, error in ((ISSUED, ""), ("denied", "permission_denied"),
                           ("expired", "token_expired")):  # fmt: skip
        issued = expect_status(200, "surfaces/oauth.json#/tokens/access")
        yield http_probe(get_request(TOKEN, FLAVOR), issued, label=setting, setting=setting,
                         stores={"token": "access_token"}, prepares=True)  # fmt: skip
        for surface in PATHS:
            if error:
                yield rejected_probe(surface, setting, BEARER, error)
            else:
                yield _accepted_probe(surface, setting, "an issued token", BEARER)
    for surface, header in (
        ("gemini", (KEY[0], API_KEY)),
        ("vertex", (KEY[0], API_KEY)),
        ("openai", (BEARER[0], b"Bearer " + API_KEY)),
    ):
        pointer = "surfaces/oauth.json#/tokens/api_key"
        yield _accepted_probe(surface, ISSUED, "an issued API key", header, pointer)


def rejected_probe(surface: str, setting: str, header: Header, error: str, path: str = "") -> Probe:
    """The probe of a prediction that is refused for its credential; empty path: the surface's."""
    path = path or PATHS[surface]
    expectations = _error_expectations(surface, error, "predict", path)
    label = f"{setting}: {error}" if setting else error
    return http_probe(_request(surface, header, path), *expectations, label=label,
                      setting=setting, surface=surface)  # fmt: skip


def _accepted_probe(
    surface: str, setting: str, name: str, header: Header, pointer: str = ""
) -> Probe:
    success = expect_status(200, pointer or _rpc(surface))
    return http_probe(_request(surface, header), success, label=f"{setting}: {name} passes",
                      setting=setting, surface=surface)  # fmt: skip


def _request(surface: str, header: Header, path: str = "") -> Request:
    body = IMAGES if surface in DIALECTS else BODY
    return Request("POST", path or PATHS[surface], (JSON, header), body)


def _error_expectations(surface: str, error: str, rpc: str, path: str) -> Iterator[Expectation]:
    """The error in the words of a surface, its headers, and the call that its details name."""
    error_id = spec.surface(surface).error(error)
    yield expect_error(error_id, surface)
    entry = error_entry(error_id)
    for name, value in entry.get("headers", {}).items():
        yield expect_header(f"errors.json#/errors/{error_id}", name, value)
    facts = spec.surface(_permission_surface(surface)).facts["rpc"]
    version = (path or "/v1beta" if surface == "gemini" else "/v1").split("/")[1]
    words = {
        "method": facts[rpc]["method"].format(version=version),
        "service": facts["service"],
        "permission": facts[rpc]["permission"],
    }
    if surface == "openai" and error == "permission_denied":
        text = error_entry("images_denied")["message"]
        yield expect_json(_rpc(surface), text.format_map(words), "error", "message")
    for detail in entry.get("details", ()) if surface not in DIALECTS else ():
        for name, text in detail.get("metadata", {}).items():
            if name != "resource":
                value, place = text.format_map(words), ("error", "details", 0, "metadata", name)
                yield expect_json(_rpc(surface), value, *place)


def _permission_surface(surface: str) -> str:
    """The surface whose permissions are needed: OpenAI's stands for both of its dialects."""
    return "openai" if surface in DIALECTS else surface


def _rpc(surface: str) -> str:
    return f"surfaces/{_permission_surface(surface)}.json#/rpc"

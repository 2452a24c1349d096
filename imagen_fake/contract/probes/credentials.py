"""Probes of who may call: each credential that is wrong or missing, in each surface's words."""

from collections.abc import Iterator, Mapping
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.bodies.chosen import PAINTER
from imagen_fake.contract.exchange import Request
from imagen_fake.contract.facts.facts import DIALECTS
from imagen_fake.contract.probes.judges import headed, holds, refused, status
from imagen_fake.contract.probes.lists import BEARER, get
from imagen_fake.contract.probes.paths import BODY, IMAGES, JSON, SCOPE
from imagen_fake.contract.probes.probing import Judge, Probe, looking

PATHS = {
    "vertex": f"/v1/{SCOPE}/publishers/google/models/{PAINTER}:predict",
    "gemini": f"/v1beta/models/{PAINTER}:predict",
    "openai": "/v1beta/openai/images/generations",
    "aiml": "/v1/images/generations",
}
NOBODYS = {
    "token_invalid": (b"authorization", b"Bearer ya29.somebody-else"),
    "api_key_invalid": (b"x-goog-api-key", b"AIza-somebody-else"),
}
"""Credentials that no fake has issued, and how they are refused."""

METADATA = "/computeMetadata/v1/instance/service-accounts/default/token"
FLAVOR = (b"metadata-flavor", b"Google")
ANOTHER = (b"x-nothing", b"to-see")
"""A header that is no credential."""


def of_credentials() -> Iterator[Probe]:
    """The probes of every surface: none, somebody else's, an old one, one that is denied."""
    for surface in PATHS:
        for setting in ("any credential", "issued credentials"):
            yield _predict(surface, setting, "no credential", ANOTHER, "credentials_missing")
        for told, header in NOBODYS.items():
            yield _predict(surface, "issued credentials", told, header, told)
        yield _admitted(surface, "any credential", "any token", (BEARER[0], b"Bearer of-anybody"))
    yield from _issued()
    yield from _of_lists()


def _issued() -> Iterator[Probe]:
    """What this fake has issued: it passes, is denied, or is over."""
    for setting, told in (("issued credentials", ""), ("denied", "permission_denied"),
                          ("expired", "token_expired")):  # fmt: skip
        yield looking(f"GET {METADATA}, {setting}", get(METADATA, FLAVOR),
                      status(200, "surfaces/oauth.json#/tokens/access"),
                      setting=setting, keeps={"token": "access_token"})  # fmt: skip
        for surface in PATHS:
            if told:
                yield _predict(surface, setting, told, BEARER, told)
            else:
                yield _admitted(surface, setting, "an issued token", BEARER)
    for surface, header in (("gemini", b"x-goog-api-key"), ("vertex", b"x-goog-api-key")):
        key = (header, b"${api_key}")
        yield _admitted(surface, "issued credentials", "an issued API key", key,
                        "surfaces/oauth.json#/tokens/api_key")  # fmt: skip
    key = (BEARER[0], b"Bearer ${api_key}")
    yield _admitted("openai", "issued credentials", "an issued API key", key,
                    "surfaces/oauth.json#/tokens/api_key")  # fmt: skip


def _of_lists() -> Iterator[Probe]:
    """Lists ask for credentials, too."""
    for path, surface in (("/v1/publishers/google/models", "vertex"), ("/v1beta/models", "gemini")):
        asked = get(path, ANOTHER)
        judges = _refused(surface, "credentials_missing", "models", "")
        yield looking(f"GET {path}, no credential", asked, *judges, setting="any credential",
                      surface=surface)  # fmt: skip


def _predict(
    surface: str, setting: str, name: str, header: tuple[bytes, bytes], told: str
) -> Probe:
    path = PATHS[surface]
    judges = _refused(surface, told, "predict", path)
    return looking(f"POST {path}, {setting}: {name}", _asked(surface, header), *judges,
                   setting=setting, surface=surface)  # fmt: skip


def _admitted(
    surface: str, setting: str, name: str, header: tuple[bytes, bytes], pointer: str = ""
) -> Probe:
    path = PATHS[surface]
    there = status(200, pointer or f"surfaces/{_asking(surface)}.json#/rpc")
    return looking(f"POST {path}, {setting}: {name} passes", _asked(surface, header), there,
                   setting=setting, surface=surface)  # fmt: skip


def _asked(surface: str, header: tuple[bytes, bytes]) -> Request:
    body = IMAGES if surface in DIALECTS else BODY
    return Request("POST", PATHS[surface], (JSON, header), body)


def _refused(surface: str, told: str, rpc: str, path: str) -> Iterator[Judge]:
    """The error as a surface words it, its headers, and what it says of the call."""
    shown = spec.surface(surface).error(told)
    yield refused(shown, surface)
    known = spec.read("errors.json")["errors"][shown]
    for name, value in known.get("headers", {}).items():
        yield headed(f"errors.json#/errors/{shown}", name, value)
    facts = spec.surface(_asking(surface)).facts["rpc"]
    version = (path or "/v1beta" if surface == "gemini" else "/v1").split("/")[1]
    said = {
        "method": facts[rpc]["method"].format(version=version),
        "service": facts["service"],
        "permission": facts[rpc]["permission"],
    }
    pointer = f"surfaces/{_asking(surface)}.json#/rpc"
    if surface in DIALECTS:
        yield from _of_openai(told, said, pointer) if surface == "openai" else ()
        return
    for detail in known.get("details", ()):
        for name, value in _words(detail.get("metadata", {}), said).items():
            yield holds(pointer, value, "error", "details", 0, "metadata", name)


def _asking(surface: str) -> str:
    """The surface whose permissions are asked for: OpenAI's stands for both of its dialects."""
    return "openai" if surface in DIALECTS else surface


def _of_openai(told: str, said: Mapping[str, str], pointer: str) -> Iterator[Judge]:
    """OpenAI's errors speak of nothing but the permission, where it is denied."""
    if told == "permission_denied":
        text = spec.read("errors.json")["errors"]["images_denied"]["message"]
        yield holds(pointer, text.format_map(said), "error", "message")


def _words(metadata: Mapping[str, Any], said: Mapping[str, str]) -> Mapping[str, str]:
    """What an error says of the service, the method and the permission."""
    return {name: text.format_map(said) for name, text in metadata.items() if name != "resource"}

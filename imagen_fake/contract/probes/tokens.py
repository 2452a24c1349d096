"""Probes of the token endpoints and of the metadata server."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from imagen_fake import spec
from imagen_fake.contract.exchange import Request
from imagen_fake.contract.probes.expectations import (
    expect,
    expect_body,
    expect_header,
    expect_json,
    expect_prefix,
    expect_status,
)
from imagen_fake.contract.probes.model_lists import BEARER, get_request
from imagen_fake.contract.probes.probe import VARIABLE, Expectation, Probe, http_probe
from imagen_fake.contract.targets.settings import ACCOUNT

FILE = "surfaces/oauth.json#"
FLAVOR = (b"metadata-flavor", b"Google")
FORM = (b"content-type", b"application/x-www-form-urlencoded")
ISSUED = "issued credentials"
METADATA_SERVER = "/computeMetadata/v1"
DEFAULT_ACCOUNT = f"{METADATA_SERVER}/instance/service-accounts/default"
TOKEN = f"{DEFAULT_ACCOUNT}/token"
FOREIGN_TOKENS = {"assertion": "a.b.c", "refresh": "1//of-somebody", "exchange": "of-somebody"}
"""Values that no fake takes for a token, by the grant."""

PROOFS = {
    # An assertion is signed with the key whose id its header holds.
    "assertion": (f"{FILE}/tokens/key_id", f"{FILE}/assertion"),
    "refresh": (f"{FILE}/tokens/refresh",),
    "exchange": (f"{FILE}/tokens/subject",),
}
"""The facts of the token that each grant rests on."""


def token_probes() -> Iterator[Probe]:
    """The probes of every grant, every refusal, and of the metadata of a virtual machine."""
    grants = _facts()["grants"]
    for path in _facts()["paths"]["value"]:
        for name in grants:
            yield _grant_probe(path, name)
    for name, grant in grants.items():
        form, parameter = {"grant_type": grant["value"]}, grant["parameter"]
        yield _error_probe({**form, parameter: FOREIGN_TOKENS[name]}, grant["invalid"])
        yield _error_probe(form, "parameter_missing", parameter=parameter)
    yield _error_probe({}, "grant_missing")
    yield _error_probe({"grant_type": "mine"}, "grant_unknown", grant_type="mine")
    long = {"grant_type": grants["assertion"]["value"], "assertion": VARIABLE % "long_assertion"}
    yield _error_probe(long, "jwt_lifetime", f"{FILE}/assertion")
    yield from _impersonation_probes()
    yield from _boundary_probes()
    yield from _metadata_probes()


def _grant_probe(path: str, name: str) -> Probe:
    """A token in exchange for one that this fake has issued."""
    grant = _facts()["grants"][name]
    form = {"grant_type": grant["value"], grant["parameter"]: VARIABLE % grant["parameter"]}
    pointers = (f"{FILE}/grants/{name}", f"{FILE}/paths", *PROOFS[name])
    return http_probe(
        _form_request(form, path),
        *(expect_status(200, pointer) for pointer in pointers),
        *_token_expectations("access_token"),
        *(expect_json(pointers[0], value, key) for key, value in grant["answer"].items()),
        *_header_expectations(),
        expect_json(FILE, "Bearer", "token_type"),
        label=name,
        setting=ISSUED,
    )


def _error_probe(form: Mapping[str, str], reason: str, *pointers: str, **words: str) -> Probe:
    """A refusal; its status shows the facts at `pointers`, too."""
    refusal, pointer = _facts()["refusals"][reason], f"{FILE}/refusals/{reason}"
    text = refusal["description"].format_map(words)
    return http_probe(
        _form_request(form),
        expect_json(pointer, refusal["error"], "error"),
        expect_json(pointer, text, "error_description"),
        *(expect_status(refusal["code"], one) for one in (pointer, *pointers)),
        *_header_expectations(),
        label=f"{reason} {urlencode(form)}"[:80],
        setting=ISSUED,
    )


def _impersonation_probes() -> Iterator[Probe]:
    """A token for another account, for a caller that has a token, and when it expires."""
    facts, pointer = _facts()["impersonation"], f"{FILE}/impersonation"
    yield http_probe(
        get_request(TOKEN, FLAVOR),
        *_token_expectations("access_token"),
        label="to impersonate",
        setting=ISSUED,
        stores={"token": "access_token"},
    )
    key = f'"{facts["expires"]}":"'
    expires = expect(
        "value",
        pointer,
        key,
        lambda exchange: exchange.response.body,
        lambda exchange: key in exchange.response.body.decode().replace(" ", ""),
    )
    path = facts["path"].format(account=quote("other@imagen-fake.example"))
    token = (expect_status(200, pointer), *_token_expectations(facts["token"]), expires)
    yield http_probe(Request("POST", path, (BEARER,), b"{}"), *token, setting=ISSUED)
    metadata = [
        expect_json(pointer, facts[key], "error", "details", 0, "metadata", key)
        for key in ("method", "service")
    ]
    yield http_probe(Request("POST", path, (), b"{}"), expect_status(401, pointer), *metadata,
                     label="no credential", setting=ISSUED)  # fmt: skip


def _boundary_probes() -> Iterator[Probe]:
    """Where accounts of each kind may be used: everywhere."""
    facts, pointer = _facts()["boundary"], f"{FILE}/boundary"
    for path in facts["paths"]:
        target = path.format(account=quote("other@imagen-fake.example"), pool="p", project="1")
        unbounded = expect_json(pointer, facts["answer"]["encodedLocations"], "encodedLocations")
        yield http_probe(get_request(target, BEARER), expect_status(200, pointer), unbounded)


def _metadata_probes() -> Iterator[Probe]:
    """The account and the project of a virtual machine, and the paths that it does not have."""
    facts, pointer = _facts()["metadata"], f"{FILE}/metadata"
    scopes, universe = facts["scopes"]["value"], facts["universe"]["value"]
    for path, key, text in (
        (f"{DEFAULT_ACCOUNT}/email", "types", ACCOUNT),
        (f"{DEFAULT_ACCOUNT}/scopes", "scopes", "\n".join(scopes)),
        (f"{METADATA_SERVER}/universe/universe-domain", "universe", universe),
    ):
        body = expect_body(f"{pointer}/{key}", text.encode())
        headers = _metadata_expectations("text")
        yield http_probe(get_request(path, FLAVOR), body, *headers, setting=ISSUED)
    listed = expect_json(f"{pointer}/scopes", scopes, "scopes")
    request = get_request(f"{DEFAULT_ACCOUNT}?recursive=true", FLAVOR)
    yield http_probe(request, listed, *_metadata_expectations("json"), setting=ISSUED)
    for reason, request in (
        ("flavor", get_request(TOKEN)),
        ("missing", get_request(f"{METADATA_SERVER}/instance/attributes", FLAVOR)),
    ):
        refusal, place = facts["refusals"][reason], f"{pointer}/refusals/{reason}"
        body = expect_body(place, refusal["text"].encode())
        status = expect_status(refusal["code"], place)
        yield http_probe(request, status, body, label=reason, setting=ISSUED)


def _metadata_expectations(kind: str) -> Iterator[Expectation]:
    """The headers of the metadata server, and the media type of its answer."""
    facts, pointer = _facts()["metadata"], f"{FILE}/metadata"
    for name, value in facts["headers"]["value"].items():
        yield expect_header(f"{pointer}/headers", name, value)
    yield expect_header(f"{pointer}/types", "content-type", facts["types"]["value"][kind])


def _header_expectations() -> Iterator[Expectation]:
    for name, value in _facts()["headers"]["value"].items():
        yield expect_header(f"{FILE}/headers", name, value)


def _token_expectations(key: str) -> Iterator[Expectation]:
    """An access token with Google's prefix, and its lifetime."""
    facts, pointer = _facts()["tokens"]["access"], f"{FILE}/tokens/access"
    yield expect_prefix(pointer, facts["prefix"], key)
    if key == "access_token":
        yield expect_json(pointer, facts["seconds"], "expires_in")


def _form_request(form: Mapping[str, str], path: str = "/token") -> Request:
    return Request("POST", path, (FORM,), urlencode(form, safe="${}").encode())


def _facts() -> Any:
    return spec.read("surfaces/oauth.json")

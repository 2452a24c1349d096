"""Probes of the token endpoints, the metadata server, and of the hosts that answer."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from imagen_fake import spec
from imagen_fake.contract.checks.registry import differs
from imagen_fake.contract.exchange import Difference, Exchange, Request
from imagen_fake.contract.facts.facts import fact
from imagen_fake.contract.probes.judges import headed, holds, resting, starts, status, written
from imagen_fake.contract.probes.lists import BEARER, get
from imagen_fake.contract.probes.probing import Judge, Probe, looking
from imagen_fake.contract.targets.settings import ACCOUNT

FILE = "surfaces/oauth.json#"
FLAVOR = (b"metadata-flavor", b"Google")
FORM = (b"content-type", b"application/x-www-form-urlencoded")
ISSUED = "issued credentials"
SERVER = "/computeMetadata/v1"
TOKEN = f"{SERVER}/instance/service-accounts/default/token"
NOBODYS = {"assertion": "a.b.c", "refresh": "1//of-somebody", "exchange": "of-somebody"}
"""What no fake takes for a token, by the grant."""


def of_tokens() -> Iterator[Probe]:
    """The probes of every grant, every refusal, and of what a virtual machine is told."""
    for path in _facts()["paths"]["value"]:
        for name in _facts()["grants"]:
            yield _granted(path, name)
    for name in _facts()["grants"]:
        yield from _nobodys(name)
    yield _refused({}, "grant_missing", {})
    yield _refused({"grant_type": "mine"}, "grant_unknown", {"grant_type": "mine"})
    long = {
        "grant_type": _facts()["grants"]["assertion"]["value"],
        "assertion": "${long_assertion}",
    }
    yield _refused(long, "jwt_lifetime", {}, f"{FILE}/assertion")
    yield from _impersonated()
    yield from _metadata()


def _granted(path: str, name: str) -> Probe:
    """A token for what this fake itself has issued."""
    grant, pointer = _facts()["grants"][name], f"{FILE}/grants/{name}"
    # An assertion is signed with the key that the id in its header holds.
    signed = (f"{FILE}/tokens/{_KINDS[name]}", f"{FILE}/assertion") if name == "assertion" else ()
    proofs = signed or (f"{FILE}/tokens/{_KINDS[name]}",)
    form = {"grant_type": grant["value"], grant["parameter"]: _mark(grant["parameter"])}
    return looking(
        f"POST {path}: {name}",
        _form(form, path),
        status(200, pointer),
        status(200, f"{FILE}/paths"),
        *(status(200, proof) for proof in proofs),
        *_a_token("access_token"),
        *(holds(pointer, value, key) for key, value in grant["answer"].items()),
        *_headers(),
        holds(FILE, "Bearer", "token_type"),
        setting=ISSUED,
    )


_KINDS = {"assertion": "key_id", "refresh": "refresh", "exchange": "subject"}
"""The kind of token of this fake's that each grant rests on."""


def _nobodys(name: str) -> Iterator[Probe]:
    """What was not issued here, or is not there."""
    grant = _facts()["grants"][name]
    start, parameter = {"grant_type": grant["value"]}, grant["parameter"]
    yield _refused({**start, parameter: NOBODYS[name]}, grant["invalid"], {})
    yield _refused(start, "parameter_missing", {"parameter": parameter})


def _refused(form: Mapping[str, str], reason: str, words: Mapping[str, str], *more: str) -> Probe:
    known, pointer = _facts()["refusals"][reason], f"{FILE}/refusals/{reason}"
    told = known["description"].format_map(words)
    return looking(
        f"POST /token: {reason} {urlencode(form)}"[:120],
        _form(form),
        status(known["code"], pointer),
        holds(pointer, known["error"], "error"),
        holds(pointer, told, "error_description"),
        *(status(known["code"], one) for one in more),
        *_headers(),
        setting=ISSUED,
    )


def _impersonated() -> Iterator[Probe]:
    """A token for another account, for whom has a token; the time when it is over."""
    facts, pointer = _facts()["impersonation"], f"{FILE}/impersonation"
    path = facts["path"].format(account=quote("other@imagen-fake.example"))
    name = f"POST {path}"
    there = status(200, pointer)
    yield looking(f"GET {TOKEN}, to impersonate", get(TOKEN, FLAVOR), *_a_token("access_token"),
                  setting=ISSUED, keeps={"token": "access_token"})  # fmt: skip
    judges = (there, *_a_token(facts["token"]), _present(pointer, facts["expires"]))
    yield looking(name, Request("POST", path, (BEARER,), b"{}"), *judges, setting=ISSUED)
    told = {"method": facts["method"], "service": facts["service"]}
    refused = [holds(pointer, value, "error", "details", 0, "metadata", key)
               for key, value in told.items()]  # fmt: skip
    yield looking(f"{name}, no credential", Request("POST", path, (), b"{}"),
                  status(401, pointer), *refused, setting=ISSUED)  # fmt: skip


def _metadata() -> Iterator[Probe]:
    """What a virtual machine is told: of its account and project, and of nothing else."""
    facts, pointer = _facts()["metadata"], f"{FILE}/metadata"
    account = f"{SERVER}/instance/service-accounts/default"
    texts = {
        f"{account}/email": (ACCOUNT.encode(), "types"),
        f"{account}/scopes": ("\n".join(facts["scopes"]["value"]).encode(), "scopes"),
        f"{SERVER}/universe/universe-domain": (facts["universe"]["value"].encode(), "universe"),
    }
    for path, (text, key) in texts.items():
        judges = (written(f"{pointer}/{key}", text), *_as("text"))
        yield looking(f"GET {path}", get(path, FLAVOR), *judges, setting=ISSUED)
    path = f"{account}?recursive=true"
    scopes = holds(f"{pointer}/scopes", facts["scopes"]["value"], "scopes")
    yield looking(f"GET {path}", get(path, FLAVOR), scopes, *_as("json"), setting=ISSUED)
    for reason, asked in (
        ("flavor", get(TOKEN)),
        ("missing", get(f"{SERVER}/instance/attributes", FLAVOR)),
    ):
        known, place = facts["refusals"][reason], f"{pointer}/refusals/{reason}"
        judges = (status(known["code"], place), written(place, known["text"].encode()))
        yield looking(f"GET {asked.url}: {reason}", asked, *judges, setting=ISSUED)


def _as(kind: str) -> Iterator[Judge]:
    """The headers of the metadata server, and the type of what it tells."""
    facts, pointer = _facts()["metadata"], f"{FILE}/metadata"
    for name, value in facts["headers"]["value"].items():
        yield headed(f"{pointer}/headers", name, value)
    yield headed(f"{pointer}/types", "content-type", facts["types"]["value"][kind])


def _headers() -> Iterator[Judge]:
    for name, value in _facts()["headers"]["value"].items():
        yield headed(f"{FILE}/headers", name, value)


def _a_token(key: str) -> Iterator[Judge]:
    """An access token as Google's begin, and how long it lives."""
    facts, pointer = _facts()["tokens"]["access"], f"{FILE}/tokens/access"
    yield starts(pointer, facts["prefix"], key)
    if key == "access_token":
        yield holds(pointer, facts["seconds"], "expires_in")


def _present(pointer: str, key: str) -> Judge:
    """A text of that name is there."""

    def judge(exchange: Exchange) -> Iterator[Difference]:
        if f'"{key}":"' not in exchange.response.body.decode().replace(" ", ""):
            yield differs("value", fact(pointer), key, exchange.response.body)

    return resting(judge, pointer)


def _form(form: Mapping[str, str], path: str = "/token") -> Request:
    return Request("POST", path, (FORM,), urlencode(form, safe="${}").encode())


def _mark(name: str) -> str:
    return f"${{{name}}}"


def _facts() -> Any:
    return spec.read("surfaces/oauth.json")

"""Probes of the service's own hosts: each is answered as the surface that it is of."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from imagen_fake import spec
from imagen_fake.contract.exchange import Request
from imagen_fake.contract.probes.judges import status
from imagen_fake.contract.probes.lists import KEY, get
from imagen_fake.contract.probes.paths import BODY, IMAGES, MODEL, SCOPE, post
from imagen_fake.contract.probes.probing import Probe, looking
from imagen_fake.contract.probes.tokens import FLAVOR, TOKEN

REQUESTS: Mapping[str, Request] = {
    "vertex": get("/v1/publishers/google/models"),
    "gemini": get("/v1beta/models", KEY),
    "firebase": post(f"/v1beta/{SCOPE}/{MODEL}", BODY),
    "aiml": post("/v1/images/generations", IMAGES),
    "oauth": post("/token", b""),
    "metadata": get(TOKEN, FLAVOR),
    "storage": get("/storage/v1/b"),
}
"""What is asked of the hosts of each kind."""


def of_hosts() -> Iterator[Probe]:
    """The probes of every host, one name for each pattern."""
    for kind, facts in spec.table("hosts")["answered"].items():
        pointer = f"tables/hosts.json#/answered/{kind}"
        asked = REQUESTS[kind]
        for pattern in facts["value"]:
            url = f"https://{pattern.replace('*', 'europe-west4')}{asked.url}"
            there = status(400 if kind == "oauth" else 200, pointer)
            name = f"{asked.method} {url}"
            yield looking(name, replace(asked, url=url), there, setting="itself")

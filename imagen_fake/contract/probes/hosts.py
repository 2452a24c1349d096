"""Probes of the service's own hosts: each is answered as the surface that it belongs to."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from imagen_fake import spec
from imagen_fake.contract.exchange import Request
from imagen_fake.contract.probes.expectations import expect_status
from imagen_fake.contract.probes.model_lists import KEY, get_request
from imagen_fake.contract.probes.paths import BODY, IMAGES, MODEL, SCOPE, post_request
from imagen_fake.contract.probes.probe import Probe, http_probe
from imagen_fake.contract.probes.tokens import FLAVOR, TOKEN

REQUESTS: Mapping[str, Request] = {
    "vertex": get_request("/v1/publishers/google/models"),
    "gemini": get_request("/v1beta/models", KEY),
    "firebase": post_request(f"/v1beta/{SCOPE}/{MODEL}", BODY),
    "aiml": post_request("/v1/images/generations", IMAGES),
    "oauth": post_request("/token", b""),
    "metadata": get_request(TOKEN, FLAVOR),
    "storage": get_request("/storage/v1/b"),
}
"""The request to the hosts of each kind."""


def host_probes() -> Iterator[Probe]:
    """The probes of every host, one name for each pattern."""
    for kind, facts in spec.table("hosts")["answered"].items():
        success = expect_status(
            400 if kind == "oauth" else 200, f"tables/hosts.json#/answered/{kind}"
        )
        for pattern in facts["value"]:
            url = f"https://{pattern.replace('*', 'europe-west4')}{REQUESTS[kind].url}"
            yield http_probe(replace(REQUESTS[kind], url=url), success, setting="itself")

"""Which requests are the fake's to answer; any other may be meant for another service."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from imagen_fake import spec
from imagen_fake.surfaces import dialect
from imagen_fake.surfaces.model_paths import VERTEX, endpoints

WHOLE_HOSTS = ("oauth", "metadata", "storage")
"""The services of which the fake answers every path, by their names in `tables/hosts.json`."""

OWN_PREFIXES = (
    "/_fake/", "/storage/", "/upload/storage/", "/download/storage/", "/b/", "/token/", "/oauth2/",
    "/v1/token/", "/v1/projects/-/serviceAccounts/", "/computeMetadata/",
)  # fmt: skip
"""Control, objects, tokens and the metadata server."""


def is_ours(path: str, host: str = "") -> bool:
    """Whether the fake answers a path (decoded, without a query), be it by an error.

    Its own are each method of a model in `schemas/`, every `:predict`, lists of models, jobs that
    tune, tokens, metadata and storage; `host` is a name in lower case, without a port.
    """
    if any(fnmatchcase(host, pattern) for pattern in _whole_hosts()):
        return True
    if path in _named_paths() or f"{path}/".startswith(OWN_PREFIXES) or path == "/":
        return True
    parts = path.split("/")
    if parts[-1].endswith(":predict") or not _own_parts().isdisjoint(parts):
        return True
    return any(part.partition(":")[0] in _models() for part in parts)


@cache
def _whole_hosts() -> tuple[str, ...]:
    answered = spec.table("hosts")["answered"]
    return tuple(name for service in WHOLE_HOSTS for name in answered[service]["value"])


@cache
def _models() -> frozenset[str]:
    return frozenset(spec.all_model_ids())


@cache
def _named_paths() -> frozenset[str]:
    """Where pictures are made and models listed, the models that only a reseller names so, gRPC."""
    return frozenset(path for path in _paths() if "{" not in path)


def _paths() -> Iterator[str]:
    yield from _grpc_methods()
    for endpoint in endpoints():
        yield endpoint.path
        yield endpoint.path.rpartition("/{")[0]
    for path, place in dialect.paths().items():
        yield place["models"]
        for seller in dialect.dialects_at(path):
            for name in seller.facts.get("models", {}).get("value", ()):
                yield f"{place['models']}/{name}"


def _grpc_methods() -> Iterator[str]:
    """The methods of gRPC, as HTTP/2 spells them."""
    described: Any = spec.read("surfaces/vertex_grpc.json")["file"]
    for version in spec.surface(VERTEX).facts["versions"]["value"]:
        for service in described["service"]:
            name = f"{described['package'].format(version=version)}.{service['name']}"
            yield from (f"/{name}/{method['name']}" for method in service["method"])


@cache
def _own_parts() -> frozenset[str]:
    """Parts that the paths of tuning jobs have, and the last ones of where accounts may be used."""
    boundaries = spec.read("surfaces/oauth.json")["boundary"]["paths"]
    jobs = spec.surface(VERTEX).facts["tuning"]["value"]
    return frozenset((*jobs, *(path.rpartition("/")[2] for path in boundaries)))

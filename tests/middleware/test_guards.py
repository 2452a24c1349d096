from collections.abc import Iterator

import pytest
from starlette.routing import BaseRoute, Route

from imagen_fake.app import create_app
from imagen_fake.middleware.guards import (
    GUARDED_PATHS,
    SINGLE_HEADERS,
    check_headers,
    is_guarded,
    path_below,
)
from imagen_fake.pipeline.errors import ApiError
from tests.sweep import sweep

OPEN = (
    "/v1/projects/{project}/locations", "/v1beta1/projects/", "/v1/publishers/", "/v1/images/",
    "/v1beta1/publishers/", "/v1beta/publishers/", "/v1beta/projects/", "/v1/models",
    "/v1beta/models", "/v1beta/openai/", "/v1/projects/{project}/models", "/_fake/pictures/{name}",
)  # fmt: skip
"""What the service has for pages: its models, and the pictures that answers link to."""


def routes() -> Iterator[tuple[str, BaseRoute]]:
    for route in create_app().routes:
        assert isinstance(route, Route)
        yield route.path, route


@sweep("path", sorted({path for path, _ in routes()}))
def test_every_route_is_one_of_the_services_or_guarded(path: str) -> None:
    assert is_guarded(path) is not path.startswith(OPEN)


@sweep("prefix", GUARDED_PATHS)
def test_what_will_come_below_the_fakes_own_paths_is_guarded_too(prefix: str) -> None:
    assert is_guarded(prefix)
    assert is_guarded(f"{prefix}new")
    assert is_guarded(prefix.rstrip("/"))


def test_of_an_application_that_is_mounted_the_path_below_it_counts() -> None:
    assert path_below({"path": "/fake/_fake/calls", "root_path": "/fake"}) == "/_fake/calls"
    assert path_below({"path": "/_fake/calls"}) == "/_fake/calls"


@pytest.mark.parametrize("name", sorted(SINGLE_HEADERS))
def test_what_may_stand_once_is_refused_twice(name: bytes) -> None:
    check_headers([(name, b"a")])
    with pytest.raises(ApiError, match="header_repeated"):
        check_headers([(name, b"a"), (b"accept", b"b"), (name, b"a")])


def test_others_may_be_repeated() -> None:
    check_headers([(b"accept", b"a"), (b"accept", b"b")])

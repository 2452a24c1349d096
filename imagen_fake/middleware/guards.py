"""What is guarded: the fake's own paths from foreign pages; headers that may not stand twice."""

from collections.abc import Iterable

from starlette.types import Scope

from imagen_fake.middleware.project import PROJECT_HEADER, require_project
from imagen_fake.pipeline.errors import ApiError

STORAGE_PATHS = ("/storage/", "/download/", "/upload/", "/b/")
"""Stored files of any content are served below these."""

GUARDED_PATHS = (
    *STORAGE_PATHS, "/_fake/", "/computeMetadata/", "/token/", "/oauth2/", "/v1/token/",
    "/v1/projects/-/serviceAccounts/", "/v1/locations/",
)  # fmt: skip
"""Control, objects, tokens, the metadata server."""

PICTURES = "/_fake/pictures"
"""Pictures that answers link to for pages to show; only who got an answer knows their names."""

IN_PROCESS = "imagen_fake.in_process"
"""The ASGI extension of a call that came over no network, so from no page in a browser."""

SINGLE_HEADERS = frozenset(
    b"authorization content-length host origin x-goog-api-key x-imagen-fake"
    b" x-imagen-fake-project".split()
)
"""Of these, readers would disagree on which one counts."""


def is_guarded(path: str) -> bool:
    """Whether foreign pages may not ask for a path."""
    if path.startswith(f"{PICTURES}/"):
        return False
    return path == "/" or f"{path}/".startswith(GUARDED_PATHS)


def path_below(scope: Scope) -> str:
    """The path without the `root_path` of a mounting application."""
    return str(scope["path"]).removeprefix(scope.get("root_path", ""))


def check_headers(headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Raise ApiError for a header that is repeated though it must not be, or names no project.

    Names are in lower case.
    """
    seen = set()
    for name, value in headers:
        if name in seen:
            raise ApiError("header_repeated", name=name.decode())
        if name in SINGLE_HEADERS:
            seen.add(name)
        if name == PROJECT_HEADER:
            require_project(value)

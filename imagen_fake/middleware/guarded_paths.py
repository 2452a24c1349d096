"""The fake's own paths, which foreign pages may not request."""

from starlette.types import Scope

STORAGE_PATHS = ("/storage/", "/download/", "/upload/", "/b/")
"""Stored files of any content are served below these."""

GUARDED_PATHS = (
    *STORAGE_PATHS, "/_fake/", "/computeMetadata/", "/token/", "/oauth2/", "/v1/token/",
    "/v1/projects/-/serviceAccounts/",
)  # fmt: skip
"""Control, objects, tokens, the metadata server."""

PICTURES = "/_fake/pictures"
"""Pictures that answers link to for pages to show; only who got an answer knows their names."""

IN_PROCESS = "imagen_fake.in_process"
"""The ASGI extension of a call that came over no network, so from no page in a browser."""


def is_guarded(path: str) -> bool:
    """Whether foreign pages may not ask for a path."""
    if path.startswith(f"{PICTURES}/"):
        return False
    return path == "/" or f"{path}/".startswith(GUARDED_PATHS)


def path_below(scope: Scope) -> str:
    """The path without the `root_path` of a mounting application."""
    return str(scope["path"]).removeprefix(scope.get("root_path", ""))

"""Which paths are the fake's own: foreign pages may not ask for them."""

from starlette.types import Scope

STORAGE_PATHS = ("/storage/", "/download/", "/upload/", "/b/")
"""At and below these paths are files of anybody's."""

GUARDED_PATHS = (
    *STORAGE_PATHS, "/_fake/", "/computeMetadata/", "/token/", "/oauth2/", "/v1/token/",
    "/v1/projects/-/serviceAccounts/",
)  # fmt: skip
"""At and below these paths is the fake's own: control, objects, tokens, the metadata server."""

PICTURES = "/_fake/pictures"

PICTURE_LINKS = f"{PICTURES}/"
"""Pictures that answers link to for pages to show; only who got an answer knows their names."""


def is_guarded(path: str) -> bool:
    """Whether foreign pages may not ask for a path."""
    return path == "/" or (
        f"{path}/".startswith(GUARDED_PATHS) and not path.startswith(PICTURE_LINKS)
    )


def path_below(scope: Scope) -> str:
    """The path below that of an application which this one may be mounted in."""
    return str(scope["path"]).removeprefix(scope.get("root_path", ""))

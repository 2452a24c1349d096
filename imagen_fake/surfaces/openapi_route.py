"""`GET /_fake/openapi.json`: the OpenAPI document of what this fake answers."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from imagen_fake.pipeline.errors import ApiError
from imagen_fake.surfaces.control_requests import query_params

PATH = "/_fake/openapi.json"


def routes() -> list[BaseRoute]:
    """The route of the document."""
    return [Route(PATH, openapi_document, methods=["GET"])]


def openapi_document(request: Request) -> Response:
    """The document of all surfaces, or of the one that `?surface=` names. Raises ApiError."""
    from imagen_fake.openapi import PATHS, document

    surface = query_params(request, ["surface"]).get("surface")
    if surface is not None and surface not in PATHS:
        problem = f"no surface {surface[:80]!r}; there are {', '.join(PATHS)}"
        raise ApiError("fake_missing", problem=problem)
    return JSONResponse(document(surface, str(request.base_url)))

"""The pictures that answers of `…/images/generations` link to."""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from imagen_fake import spec
from imagen_fake.middleware.guarded_paths import PICTURES
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.state.state import State
from imagen_fake.surfaces.dialect import OPENAI
from imagen_fake.surfaces.image_refusals import dialect_error
from imagen_fake.surfaces.predict_endpoint import AnswerResponse


def routes(state: State) -> list[BaseRoute]:
    """The route of the pictures."""
    return [Route(f"{PICTURES}/{{name}}", partial(picture, state), methods=["GET"])]


async def picture(state: State, request: Request) -> Response:
    """A picture that an answer linked to, until newer ones take its place."""
    name = request.path_params["name"]
    stored = state.generation.pictures.get(name)
    if stored is None:
        surface = spec.surface(OPENAI)
        answer = dialect_error(ApiError("picture_gone", name=name[:100]), surface, request.url.path)
        return AnswerResponse(answer, surface)
    return Response(stored[1], media_type=stored[0])

"""`POST /v1/images/generations` as AI/ML API has it, and in OpenAI's spelling.

A request is OpenAI's if it comes by the path of its clients or has a field that AI/ML API does not
know; all else is AI/ML API's.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from typing import Any

import jsonschema_rs
import pybase64
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from imagen_fake import auth, spec
from imagen_fake.call import Prediction
from imagen_fake.errors import ApiError, status
from imagen_fake.normalize import fill_defaults, normalize
from imagen_fake.payload import parse
from imagen_fake.predict import Target, predictions, resolve
from imagen_fake.spec import Request as Accepted
from imagen_fake.spec import Surface
from imagen_fake.state import State
from imagen_fake.surfaces import gemini, google, vertex
from imagen_fake.validate import refuse_first_error

AIML, OPENAI = "aiml", "openai"
PATHS = {"/v1/images/generations": AIML, "/v1beta/openai/images/generations": OPENAI}
PICTURES = "/_fake/pictures"
TYPES = {"INVALID_ARGUMENT": "invalid_request_error", "NOT_FOUND": "invalid_request_error",
         "UNAUTHENTICATED": "authentication_error"}  # fmt: skip
"""OpenAI's name for a kind of error; every other is a `server_error`."""


def routes(state: State) -> list[BaseRoute]:
    """The routes of image generation, of its list of models, and of the pictures it links to."""
    images = Images(state)
    return [
        *(Route(path, images.generate, methods=["POST"]) for path in PATHS),
        Route("/v1/models", images.either_models, methods=["GET"]),
        Route("/v1beta/openai/models", images.models, methods=["GET"]),
        Route(f"{PICTURES}/{{name}}", images.picture, methods=["GET"]),
    ]


class Images:
    """Image generation in both spellings."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._gemini = gemini.Listing(state, "v1")

    async def generate(self, request: Request) -> Response:
        """The pictures of a prompt, linked to or in base64."""
        try:
            auth.admit(self._state.access, request.scope, _row(), vertex.MODELS)
            raw = await google.read(request.receive, self._state.config.max_body_bytes)
            return await to_thread.run_sync(self._answer, request, raw)
        except ApiError as error:
            return refusal(error)

    async def models(self, request: Request) -> Response:
        """Every model that makes pictures of words, as OpenAI lists models."""
        del request
        listed = [{"id": name, "object": "model", "owned_by": "google"} for name in _generating()]
        return JSONResponse({"object": "list", "data": listed})

    async def either_models(self, request: Request) -> Response:
        """The same path lists the models of the Gemini API: whose client asks, its key tells."""
        bearer = request.headers.get("authorization", "").lower().startswith("bearer ")
        if bearer and "x-goog-api-key" not in request.headers:
            return await self.models(request)
        return await self._gemini.models(request)

    async def picture(self, request: Request) -> Response:
        """A picture that an answer linked to, until newer ones take its place."""
        name = request.path_params["name"]
        found = self._state.pictures.get(name)
        if found is None:
            return refusal(ApiError("picture_gone", name=name[:100]))
        return Response(found[1], media_type=found[0])

    def _answer(self, request: Request, raw: bytes) -> Response:
        body = parse(raw)
        dialect = PATHS[request.url.path]
        if isinstance(body, Mapping) and not body.keys() <= _properties(dialect).keys():
            dialect = OPENAI
        asked = understood(dialect, body)
        target = Target(_row(), f"{vertex.MODELS}/{asked['model']}")
        resolve(target, self._state.config.as_of)
        sent = json.dumps(imagen_body(dialect, asked)).encode()
        made = predictions(target, sent, self._state.config)
        shown = [one for one in made if one.image is not None]
        if not shown:
            raise ApiError("images_filtered", reason="all pictures were filtered")
        return JSONResponse(self._said(request, dialect, asked, shown))

    def _said(
        self, request: Request, dialect: str, asked: Mapping[str, Any], made: Sequence[Prediction]
    ) -> Mapping[str, Any]:
        facts = spec.read(f"surfaces/{dialect}.json")
        items = [dict(self._item(request, dialect, asked, one)) for one in made]
        if dialect == AIML:
            return {"data": items, "meta": {"usage": {"credits_used": facts["credits"]["value"]}}}
        return {"created": facts["created"]["value"], "data": items}

    def _item(
        self, request: Request, dialect: str, asked: Mapping[str, Any], made: Prediction
    ) -> Iterator[tuple[str, Any]]:
        """The wire fields of one picture."""
        if dialect == AIML:
            yield "mime_type", made.fields["mimeType"]
        if linked(dialect, asked):
            yield "url", f"{str(request.base_url).rstrip('/')}{PICTURES}/{self._keep(made)}"
        else:
            yield "b64_json", pybase64.b64encode(made.image or b"").decode()
        if "prompt" in made.fields:
            yield ("prompt" if dialect == AIML else "revised_prompt"), made.fields["prompt"]

    def _keep(self, made: Prediction) -> str:
        """Keep a picture; the name under which it is served."""
        data, mime_type = made.image or b"", str(made.fields["mimeType"])
        name = f"{sha256(data).hexdigest()[:32]}.{mime_type.rpartition('/')[2]}"
        self._state.pictures.put(name, (mime_type, data))
        return name


def understood(dialect: str, body: Any) -> Mapping[str, Any]:
    """A checked request with its defaults. Raises ApiError."""
    accepted = _accepted(dialect)
    canonical, _ = normalize(body, accepted.schema, dialect)
    filled = fill_defaults(accepted.schema, canonical)
    refuse_first_error(filled, accepted, _any_model(), "generate")
    asked: Mapping[str, Any] = filled
    return asked


def imagen_body(dialect: str, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same request as Imagen is asked."""
    parameters: dict[str, Any] = {}
    for name, schema in _properties(dialect).items():
        if name in asked and "x-parameter" in schema:
            value = schema.get("x-values", {}).get(asked[name], asked[name])
            *outer, last = schema["x-parameter"].split(".")
            inner = parameters
            for part in outer:
                inner = inner.setdefault(part, {})
            inner[last] = value
    if "seed" not in parameters:
        return {"instances": [{"prompt": asked["prompt"]}], "parameters": parameters}
    unmarked = {**parameters, "addWatermark": parameters.get("addWatermark", False)}
    return {"instances": [{"prompt": asked["prompt"]}], "parameters": unmarked}


def linked(dialect: str, asked: Mapping[str, Any]) -> bool:
    """Whether a picture is linked to instead of sent."""
    if dialect == AIML:
        return bool(asked["convert_base64_to_url"])
    return bool(asked.get("response_format", "url") == "url")


def refusal(error: ApiError) -> Response:
    """`{"error": {message, type, param, code}}`."""
    shown = status(error, _row())
    body = {
        "message": shown["message"],
        "type": TYPES.get(shown["status"], "server_error"),
        "param": error.fields.get("name"),
        "code": error.id,
    }
    return JSONResponse({"error": body}, shown["code"])


@cache
def _accepted(dialect: str) -> Accepted:
    schema = spec.read(f"surfaces/{dialect}.json")["request"]
    return Accepted(schema, jsonschema_rs.Draft202012Validator(schema))


def _properties(dialect: str) -> Mapping[str, Any]:
    properties: Mapping[str, Any] = _accepted(dialect).schema["properties"]
    return properties


def _row() -> Surface:
    """The surface whose row answers: the reseller asks Vertex AI."""
    return spec.surface(vertex.SURFACE)


def _generating() -> Sequence[str]:
    return [
        name for name in spec.model_ids()
        if (known := spec.model(name)) and "generate" in known.tasks
    ]  # fmt: skip


def _any_model() -> spec.Model:
    """A model for error texts that name none."""
    return spec.Model("", {})

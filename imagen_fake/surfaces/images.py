"""`POST …/images/generations` as AI/ML API has it, and in OpenAI's spelling."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from hashlib import sha256
from typing import Any

import pybase64
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from imagen_fake import auth, spec
from imagen_fake.call import Call, Prediction
from imagen_fake.errors import ApiError, status
from imagen_fake.payload import parse
from imagen_fake.predict import Target, predictions, resolve, understand
from imagen_fake.respond import Answer, to_json
from imagen_fake.spec import Model
from imagen_fake.state import Pictures, State
from imagen_fake.surfaces import dialect, google
from imagen_fake.surfaces.dialect import Asked

OPENAI = "openai"
PICTURES = "/_fake/pictures"
PLACES = ("/v1/images/", "/v1beta/openai/", f"{PICTURES}/")
"""Below these paths errors are OpenAI's."""


def routes(state: State) -> list[BaseRoute]:
    """The routes of image generation, and of the pictures that its answers link to."""
    return [
        *(Route(path, Images(state, path).generate, methods=["POST"]) for path in paths()),
        Route(f"{PICTURES}/{{name}}", partial(picture, state.pictures), methods=["GET"]),
    ]


def paths() -> Mapping[str, Any]:
    """Where pictures are generated, and what is known of each place."""
    known: Mapping[str, Any] = spec.surface(OPENAI).facts["paths"]["value"]
    return known


class Images:
    """Image generation at one path."""

    def __init__(self, state: State, path: str) -> None:
        self._state = state
        self._path = path
        self._behind = spec.surface(paths()[path]["behind"])
        self._dialects = [spec.surface(name) for name in paths()[path]["dialects"]]

    async def generate(self, request: Request) -> Response:
        """The pictures of a prompt, linked to or in base64."""
        try:
            admit(self._state.access, request, "predict")
            raw = await google.read(request.receive, self._state.config.max_body_bytes)
            made = await self._answer(raw, str(request.base_url))
        except ApiError as error:
            made = refusal(error)
        return google.answered(made, spec.surface(OPENAI))

    async def _answer(self, raw: bytes, base: str) -> Answer:
        """The kept answer of an equal request, else a new one. Raises ApiError."""
        if self._state.config.vary_unseeded:
            return await google.in_worker(self._fresh, raw, base, next(self._state.turns))
        key = (self._path, "", raw)
        made = self._state.kept.get(key)
        if made is None:
            made = await google.in_worker(self._fresh, raw, base, None)
            self._state.kept.put(key, made)
        return made

    def _fresh(self, raw: bytes, base: str, turn: int | None) -> Answer:
        asked = dialect.understood(parse(raw), self._dialects, self._state.config.strict)
        try:
            call = self._call(asked, turn)
            shown = predictions(call)
        except ApiError as error:
            raise _respelled(error, asked) from None
        if not shown:
            raise ApiError("images_filtered")
        items = [dict(self._item(asked, one, base)) for one in shown]
        warnings = (*asked.warnings, *call.warnings)
        # A link must lead to a picture that is kept: each answer puts its own there anew.
        return Answer(200, to_json(said(asked, items)), warnings, lasts=not asked.linked)

    def _call(self, asked: Asked, turn: int | None) -> Call:
        target = Target(self._behind, asked.model_id, version=self._path.split("/")[1])
        model, _ = resolve(target, self._state.config.as_of)
        if not generates(model):
            raise ApiError("model_not_found", model=asked.model_id)
        body = json.dumps(dialect.imagen_body(asked, model, self._behind)).encode()
        return understand(target, body, self._state.config, turn)

    def _item(self, asked: Asked, made: Prediction, base: str) -> Iterator[tuple[str, Any]]:
        """The wire fields of one picture."""
        names = asked.dialect.facts["item"]["value"]
        if "mimeType" in names:
            yield names["mimeType"], made.fields["mimeType"]
        if asked.linked:
            name = keep(self._state.pictures, made)
            yield "url", f"{base.rstrip('/')}{PICTURES}/{name}"
        else:
            yield "b64_json", pybase64.b64encode_as_string(made.image or b"")
        if "prompt" in made.fields:
            yield names["prompt"], made.fields["prompt"]


def said(asked: Asked, items: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The whole answer with these pictures: what a dialect has beside them."""
    facts = asked.dialect.facts
    if "credits" in facts:
        spent = facts["credits"]["value"] * len(items)
        return {"data": items, "meta": {"usage": {"credits_used": spent}}}
    return {"created": facts["created"]["value"], "data": items}


def generates(model: Model) -> bool:
    """Whether a model makes pictures of words alone."""
    return "generate" in model.tasks


def keep(pictures: Pictures, made: Prediction) -> str:
    """Keep a picture; the name under which it is served."""
    data, mime_type = made.image or b"", str(made.fields["mimeType"])
    name = f"{sha256(data).hexdigest()[:32]}.{mime_type.rpartition('/')[2]}"
    pictures.put(name, (mime_type, data))
    return name


async def picture(pictures: Pictures, request: Request) -> Response:
    """A picture that an answer linked to, until newer ones take its place."""
    name = request.path_params["name"]
    found = pictures.get(name)
    if found is None:
        return google.answered(
            refusal(ApiError("picture_gone", name=name[:100])), spec.surface(OPENAI)
        )
    return Response(found[1], media_type=found[0])


def admit(access: auth.Access, request: Request, rpc: str) -> None:
    """Raise ApiError for a call whose credential does not pass; clients send keys as tokens."""
    surface = spec.surface(OPENAI)
    shown = auth.shown(request.scope["headers"], request.scope["query_string"])
    key = spec.read("surfaces/oauth.json")["tokens"]["api_key"]["prefix"]
    if shown and shown.text.startswith(key):
        shown = auth.Credential("key", shown.text)
    auth.check(access, shown, auth.asked(surface, "", request.url.path, rpc))


def refusal(error: ApiError) -> Answer:
    """The answer that an error makes: `{"error": {message, type, param, code}}`."""
    surface = spec.surface(OPENAI)
    shown = status(error, surface)
    types, codes = surface.facts["types"]["value"], surface.facts["codes"]["value"]
    told = {
        "message": shown["message"],
        "type": types.get(str(shown["code"]), types["other"]),
        "param": error.fields.get("name") or None,
        "code": codes.get(surface.error(error.id)),
    }
    return Answer(shown["code"], to_json({"error": told}), lasts=False)


def _respelled(error: ApiError, asked: Asked) -> ApiError:
    """An error of the row with the caller's name of the parameter it is about."""
    if error.fields.get("name"):
        error.fields["name"] = dialect.spelled(error.fields["name"], asked.dialect)
    return error

"""`POST …/images/generations` as AI/ML API has it, and in OpenAI's spelling."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from hashlib import sha256
from typing import Any

import pybase64
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from imagen_fake import spec
from imagen_fake.auth import access as auth
from imagen_fake.auth.credential import Credential
from imagen_fake.clock import monotonic
from imagen_fake.config import Config
from imagen_fake.middleware.guarded_paths import PICTURES
from imagen_fake.pipeline.call import Call, Prediction
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.forced import carrying, fault, permitted
from imagen_fake.pipeline.payload import parse
from imagen_fake.pipeline.prompt_directives import Lifted, lift
from imagen_fake.pipeline.repeated_keys import RepeatedKeys
from imagen_fake.pipeline.respond import Answer, to_json
from imagen_fake.predict import Target, directed, predictions, resolve, understand
from imagen_fake.spec import Model, Surface
from imagen_fake.state.called import Origin, head
from imagen_fake.state.state import Caller, Pictures, State
from imagen_fake.surfaces import dialect, google
from imagen_fake.surfaces.dialect import OPENAI, ImageRequest, dialects_at
from imagen_fake.surfaces.foreign_page import refuse_objects
from imagen_fake.surfaces.image_refusals import dialect_status, refusal
from imagen_fake.surfaces.worker import enter, in_worker


def routes(state: State) -> list[BaseRoute]:
    """The routes of image generation, and of the pictures that its answers link to."""
    return [
        *(Route(path, Images(state, path).generate, methods=["POST"]) for path in dialect.paths()),
        Route(f"{PICTURES}/{{name}}", partial(picture, state), methods=["GET"]),
    ]


class Images:
    """Image generation at one path."""

    def __init__(self, state: State, path: str) -> None:
        self._state = state
        self._path = path

    async def generate(self, request: Request) -> Response:
        """The pictures of a prompt, linked to or in base64."""
        start = monotonic()
        order = Order(self._state, self._path, request)
        try:
            admit(self._state.access, request, "predict")
            limit = self._state.config.max_body_bytes
            order.receive(await google.read(request.scope, request.receive, limit))
            await refuse_objects(order, request.scope, request.receive)
            made = await answer(order, request)
        except ApiError as error:
            made = refusal(error, order.spoken, self._path)
        except ClientDisconnect:
            made = refusal(ApiError("cancelled"), order.spoken, self._path)
        await enter(order, made, monotonic() - start)
        return google.Answered(made, order.spoken)


class Order:
    """One request on its way: all that its answer depends on."""

    def __init__(self, state: State, path: str, request: Request) -> None:
        self.state, self.path, self.base = state, path, str(request.base_url)
        self.head = head(request.scope)
        self.header = google.asked_of_fake(request.scope["headers"])
        self.kept, self.config = state.kept, state.config
        self.caller = Caller(state.generation)
        self.turn: int | None = None
        self.raw = b""

    def receive(self, raw: bytes) -> None:
        """Take the whole body; only now does the call count."""
        self.raw = raw
        if self.config.vary_unseeded:
            self.turn = next(self.caller.generation.turns)

    @cached_property
    def body(self) -> Lifted:
        """The parsed body without the directives in its prompt. Raises ApiError."""
        return lifted(self.raw, self.config)

    @cached_property
    def asked(self) -> ImageRequest:
        """The checked request. Raises ApiError."""
        return checked(self.path, self.body, self.config)

    @property
    def spoken(self) -> Surface:
        """The dialect of the body; of one that is none, that of the place."""
        dialects = dialects_at(self.path)
        try:
            return dialect.detect_dialect(self.body.body, dialects)
        except ApiError:
            return dialects[-1]

    def understand(self) -> Call:
        """The call that Imagen gets. Raises ApiError."""
        return imagen_call(self.path, self.asked, self.body, self.config, self.turn)

    def made(self, call: Call) -> Answer:
        """The answer to the call. Raises ApiError."""
        try:
            shown = predictions(call)
        except ApiError as error:
            raise _respelled(error, self.asked) from None
        if not shown:
            with carrying(call):
                raise ApiError("images_filtered")
        items = [dict(self._item(one)) for one in shown]
        # A link must lead to a picture that is kept: each answer puts its own there anew.
        return Answer(
            200,
            to_json(said(self.asked, items)),
            (*self.asked.warnings, *call.warnings),
            lasts=call.lasts and not self.asked.as_url,
            fault=fault(call),
            forced=call.forced,
        )

    def origin(self) -> Origin:
        """What the journal needs to look at the call later."""
        return Origin(self.spoken.name, self._named(), self.understand, self._again)

    def _named(self) -> str:
        try:
            return self.asked.model_id
        except ApiError:
            return ""

    def _again(self, call: Call) -> bytes:
        return self.made(call).body

    def _item(self, made: Prediction) -> Iterator[tuple[str, Any]]:
        """The wire fields of one picture."""
        names = self.asked.dialect.facts["item"]["value"]
        if "mimeType" in names:
            yield names["mimeType"], made.fields["mimeType"]
        if self.asked.as_url:
            name = keep(self.caller.generation.pictures, made)
            yield "url", f"{self.base.rstrip('/')}{PICTURES}/{name}"
        else:
            yield "b64_json", pybase64.b64encode_as_string(made.image or b"")
        if "prompt" in made.fields:
            yield names["prompt"], made.fields["prompt"]


def lifted(raw: bytes, config: Config) -> Lifted:
    """A parsed body without the directives in its prompt. Raises ApiError."""
    repeated = RepeatedKeys()
    body = parse(raw, repeated.merged)
    found = lift(body) if config.directives == "all" else Lifted(body)
    return found.warned(repeated.warnings)


def checked(path: str, body: Lifted, config: Config) -> ImageRequest:
    """The request that a body makes at a path. Raises ApiError."""
    return dialect.parse_request(body.body, dialects_at(path), config.strict)


def imagen_call(
    path: str, asked: ImageRequest, body: Lifted, config: Config, turn: int | None = None
) -> Call:
    """The call that Imagen gets. Raises ApiError."""
    behind = spec.surface(dialect.paths()[path]["behind"])
    target = Target(behind, asked.model_id, version=path.split("/")[1])
    try:
        model = resold(target, asked, config)
        sent = json.dumps(dialect.imagen_body(asked, model, behind)).encode()
        # The prompt's directives are lifted already, and what is left of it is words.
        call = understand(target, sent, replace(config, directives="off"), turn)
        call = directed(call, body, config.strict)
    except ApiError as error:
        raise _respelled(error, asked) from None
    warnings = tuple(dialect.rename_parameters(text, asked.dialect) for text in call.warnings)
    return replace(call, dialect=asked.dialect.name, warnings=warnings)


def resold(target: Target, asked: ImageRequest, config: Config) -> Model:
    """The model that makes the pictures. Raises ApiError where none is there for it."""
    model, _ = resolve(target, config.as_of)
    if "/" in asked.model_id or not generates(model):  # a target cuts names at their last slash
        raise ApiError("model_not_found", model=asked.model_id)
    return model


def understood(path: str, raw: bytes, config: Config) -> Call:
    """The call that a body makes at a path, with all its warnings. Raises ApiError."""
    body = lifted(raw, config)
    asked = checked(path, body, config)
    call = imagen_call(path, asked, body, config)
    return replace(call, warnings=(*asked.warnings, *call.warnings))


def refused(path: str, raw: bytes, config: Config, error: ApiError) -> Mapping[str, Any]:
    """The status of an error that a body at a path meets, as the dialect of the body words it."""
    try:
        body = lifted(raw, config).body
    except ApiError:
        body = None
    if isinstance(body, Mapping):
        error.fields["given"] = str(body.get("model", ""))[:200]
    return dialect_status(error, dialect.detect_dialect(body, dialects_at(path)))


async def answer(order: Order, request: Request) -> Answer:
    """The kept answer of an equal request, else a new one. Raises ApiError."""
    make = partial(in_worker, order.caller, request.receive, partial(fresh, order))
    if order.header or order.caller.generation.rules or order.config.vary_unseeded:
        return await make()
    key = (order.path, "", order.raw)
    made = order.kept.get(key)
    if made is None:
        made = await make()
        order.kept.put(key, made)
    return made


def fresh(order: Order) -> Answer:
    """A new answer. Raises ApiError."""
    caller, header = order.caller, permitted(order.header, order.config)
    call = replace(order.understand(), proceed=caller.proceed, commit=caller.commit)
    return order.made(caller.generation.rules.direct(call, header))


def said(asked: ImageRequest, items: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The whole answer with these pictures: what a dialect has beside them."""
    facts = asked.dialect.facts
    if "credits" in facts:
        spent = asked.reseller_entry.get("credits", facts["credits"]["value"]) * len(items)
        usage = {"credits_used": spent, "usd_spent": spent / facts["creditsPerDollar"]["value"]}
        return {"data": items, "meta": {"usage": usage}}
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


async def picture(state: State, request: Request) -> Response:
    """A picture that an answer linked to, until newer ones take its place."""
    name = request.path_params["name"]
    found = state.generation.pictures.get(name)
    if found is None:
        surface = spec.surface(OPENAI)
        gone = refusal(ApiError("picture_gone", name=name[:100]), surface, request.url.path)
        return google.Answered(gone, surface)
    return Response(found[1], media_type=found[0])


def admit(access: auth.Access, request: Request, rpc: str) -> None:
    """Raise ApiError for a call whose credential does not pass; clients send keys as tokens."""
    surface = spec.surface(OPENAI)
    shown = auth.extract_credential(request.scope["headers"], request.scope["query_string"])
    key = spec.read("surfaces/oauth.json")["tokens"]["api_key"]["prefix"]
    if shown and shown.text.startswith(key):
        shown = Credential("key", shown.text)
    auth.authorize(access, shown, auth.rpc_fields(surface, "", request.url.path, rpc))


def _respelled(error: ApiError, asked: ImageRequest) -> ApiError:
    """An error of the row with the caller's names of the model and the parameter it is about."""
    error.fields["given"] = asked.fields["model"][:200]
    if error.fields.get("warning"):
        error.fields["warning"] = dialect.rename_parameters(error.fields["warning"], asked.dialect)
    if error.fields.get("name"):
        error.fields["name"] = dialect.field_name(error.fields["name"], asked.dialect)
    return error

"""One call of `…/images/generations`, over HTTP or in process."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from hashlib import sha256
from typing import Any

import pybase64

from imagen_fake import spec
from imagen_fake.auth import access
from imagen_fake.auth.credential import Credential
from imagen_fake.config import Config
from imagen_fake.middleware.guards import PICTURES
from imagen_fake.pipeline.call import Call, Prediction
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.payload import Payload
from imagen_fake.pipeline.respond import Answer, Delivery, to_json
from imagen_fake.predict import Target, draw, parse_request, resolve, understand_payload
from imagen_fake.spec import Model, Surface
from imagen_fake.state.parts import Origin
from imagen_fake.state.snapshot import Key, Pictures, Snapshot
from imagen_fake.surfaces import dialect
from imagen_fake.surfaces.dialect import OPENAI, ImageRequest, dialects_at
from imagen_fake.surfaces.image_refusals import dialect_error, dialect_status
from imagen_fake.surfaces.predict_call import BaseCall

Link = Callable[[Prediction], str]
"""Stores a picture and gives its URL."""


@dataclass(frozen=True)
class ImageBody:
    """The body of a request to a path; it is parsed at most once."""

    path: str
    raw: bytes
    config: Config
    variation: int | None = None

    @cached_property
    def payload(self) -> Payload:
        """The parsed body without the directives in its prompt. Raises ApiError."""
        return parse_request(self.raw, self.config)

    @cached_property
    def request(self) -> ImageRequest:
        """The checked request. Raises ApiError."""
        return dialect.parse_request(self.payload.body, dialects_at(self.path), self.config.strict)

    @property
    def dialect(self) -> Surface:
        """The dialect of the body; if it has none, that of the path."""
        dialects = dialects_at(self.path)
        try:
            return dialect.detect_dialect(self.payload.body, dialects)
        except ApiError:
            return dialects[-1]

    @property
    def model_id(self) -> str:
        """The Imagen model of the request; empty if it names none."""
        try:
            return self.request.model_id
        except ApiError:
            return ""

    def understand(self) -> Call:
        """The call of the Imagen API, with the warnings of the body. Raises ApiError."""
        request, config = self.request, self.config
        behind = spec.surface(dialect.paths()[self.path]["behind"])
        target = Target(behind, request.model_id, version=self.path.split("/")[1])
        body = dialect.imagen_body(request, resolve_model(target, request.model_id, config), behind)
        call = understand_payload(target, replace(self.payload, body=body), config, self.variation)
        own = (dialect.rename_parameters(text, request.dialect) for text in call.warnings)
        return replace(call, dialect=request.dialect.name, warnings=(*request.warnings, *own))

    def rename_fields(self, error: ApiError) -> ApiError:
        """An error with the caller's names for the model and the parameter."""
        body = self.payload.body if "payload" in self.__dict__ else None
        if isinstance(body, Mapping):
            error.fields["given"] = str(body.get("model", ""))[:200]
        if "request" in self.__dict__:
            renames = ("warning", dialect.rename_parameters), ("name", dialect.field_name)
            for name, rename in renames:
                if error.fields.get(name):
                    error.fields[name] = rename(error.fields[name], self.request.dialect)
        return error

    def status(self, error: ApiError) -> Mapping[str, Any]:
        """The status of an error in the words of the dialect."""
        return dialect_status(self.rename_fields(error), self.dialect)


class ImageCall(BaseCall):
    """Image generation at one path."""

    def __init__(self, memory: Snapshot, scope: Mapping[str, Any], path: str) -> None:
        super().__init__(memory, scope)
        self._link = partial(store_picture, base_url(scope), memory.generation.pictures)
        self._body = ImageBody(path, b"", memory.config)

    def authorize(self, policy: access.Access, scope: Mapping[str, Any]) -> None:
        """Raise ApiError for a missing or invalid credential."""
        authorize(policy, scope, "predict")

    def receive(self, raw: bytes) -> None:
        """Set the whole body, and count the call."""
        super().receive(raw)
        self._body = replace(self._body, raw=raw, variation=self._variation)

    @property
    def surface(self) -> Surface:
        """The dialect."""
        return self._body.dialect

    def _is_searched(self) -> bool:
        return self.memory.has_cached(self)

    @property
    def key(self) -> Key:
        """The path and the body."""
        return self._body.path, "", self.raw

    def _parse(self) -> Call:
        return self._body.understand()

    def answer(self, call: Call) -> Answer:
        """Draw what a call asks for, as links or in base64. Raises ApiError."""
        return draw(call, partial(respond, self._body, self._link))

    def refuse(self, error: ApiError) -> Answer:
        """The error response."""
        return dialect_error(self._body.rename_fields(error), self.surface, self._body.path)

    @property
    def origin(self) -> Callable[[], Origin]:
        """The callbacks that the journal keeps."""
        # A copy has parsed nothing yet, and takes no more memory than the body.
        return partial(_origin, replace(self._body), self._link)


def _origin(body: ImageBody, link: Link) -> Origin:
    def redraw(call: Call) -> bytes:
        return draw(call, partial(respond, replace(body), link)).body

    fresh = replace(body)
    return Origin(fresh.dialect.name, fresh.model_id, fresh.understand, redraw)


def respond(body: ImageBody, link: Link, call: Call, pictures: Sequence[Prediction]) -> Answer:
    """The answer with these pictures. Raises ApiError if none passed the safety filter."""
    if not pictures:
        raise ApiError("images_filtered")
    request = body.request
    items = [dict(_item(request, link, one)) for one in pictures]
    return Answer(
        200,
        to_json(_envelope(request, items)),
        call.warnings,
        # A link must lead to a picture that is kept: each answer puts its own there anew.
        cacheable=call.cacheable and not request.as_url,
        outcome=call.outcome,
        delivery=Delivery.of(call, pictures, _usd(request)),
    )


def _item(request: ImageRequest, link: Link, picture: Prediction) -> Iterator[tuple[str, Any]]:
    """The wire fields of one picture."""
    names = request.dialect.facts["item"]["value"]
    if "mimeType" in names:
        yield names["mimeType"], picture.fields["mimeType"]
    if request.as_url:
        yield "url", link(picture)
    else:
        yield "b64_json", pybase64.b64encode_as_string(picture.image or b"")
    if "prompt" in picture.fields:
        yield names["prompt"], picture.fields["prompt"]


def _envelope(request: ImageRequest, items: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The response of a dialect around these pictures."""
    facts = request.dialect.facts
    if "credits" in facts:
        spent = _credits(request) * len(items)
        usage = {"credits_used": spent, "usd_spent": spent / facts["creditsPerDollar"]["value"]}
        return {"data": items, "meta": {"usage": usage}}
    return {"created": facts["created"]["value"], "data": items}


def _credits(request: ImageRequest) -> int:
    """What one picture costs in credits of a reseller."""
    own: int = request.reseller_entry.get("credits", request.dialect.facts["credits"]["value"])
    return own


def _usd(request: ImageRequest) -> float | None:
    """What one picture costs in US dollars, if the dialect is a reseller's."""
    rate = request.dialect.facts.get("creditsPerDollar")
    return _credits(request) / rate["value"] if rate else None


def store_picture(base: str, pictures: Pictures, picture: Prediction) -> str:
    """Store a picture; the URL under which it is served."""
    data, mime_type = picture.image or b"", str(picture.fields["mimeType"])
    name = f"{sha256(data).hexdigest()[:32]}.{mime_type.rpartition('/')[2]}"
    pictures.put(name, (mime_type, data))
    return f"{base}{PICTURES}/{name}"


def resolve_model(target: Target, name: str, config: Config) -> Model:
    """The model of a name that makes pictures from a prompt alone. Raises ApiError if none does."""
    model, _ = resolve(target, config.as_of)
    if "/" in name or "generate" not in model.tasks:  # a target cuts names at their last slash
        raise ApiError("model_not_found", model=name)
    return model


def authorize(policy: access.Access, scope: Mapping[str, Any], rpc: str) -> None:
    """Raise ApiError for a call whose credential does not pass; clients send keys as tokens."""
    surface = spec.surface(OPENAI)
    credential = access.credential_in(scope["headers"], scope["query_string"])
    key = spec.read("surfaces/oauth.json")["tokens"]["api_key"]["prefix"]
    if credential and credential.text.startswith(key):
        credential = Credential("key", credential.text)
    access.authorize(policy, credential, access.rpc_fields(surface, "", scope["path"], rpc))


def base_url(scope: Mapping[str, Any]) -> str:
    """The base URL of a request, without a slash at its end."""
    host = next((value for name, value in scope["headers"] if name == b"host"), None)
    if host is None:
        host = "{}:{}".format(*scope["server"]).encode()
    root = scope.get("app_root_path", scope.get("root_path", ""))
    return f"{scope['scheme']}://{host.decode('latin-1')}{root}".rstrip("/")

"""One call of `…/images/generations`, by whatever door it came."""

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
from imagen_fake.middleware.guarded_paths import PICTURES
from imagen_fake.pipeline.call import Call, Prediction
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.payload import Payload
from imagen_fake.pipeline.respond import Answer, to_json
from imagen_fake.predict import Respond, Target, draw, parse_request, resolve, understand_payload
from imagen_fake.spec import Model, Surface
from imagen_fake.state.called import Origin
from imagen_fake.state.generation import Pictures
from imagen_fake.state.head import request_head
from imagen_fake.state.journal import is_heavy
from imagen_fake.state.responses import Key
from imagen_fake.state.snapshot import Snapshot
from imagen_fake.surfaces import dialect
from imagen_fake.surfaces.dialect import OPENAI, ImageRequest, dialects_at
from imagen_fake.surfaces.image_refusals import dialect_error, dialect_status
from imagen_fake.surfaces.predict_call import own_directives


@dataclass(frozen=True)
class ImageBody:
    """A body in bytes that was sent to a path; each part of it is understood at most once."""

    path: str
    raw: bytes
    config: Config
    variation: int | None = None

    @cached_property
    def payload(self) -> Payload:
        """The parsed body without the directives in its prompt. Raises ApiError."""
        return parse_request(self.raw, self.config)

    @cached_property
    def asked(self) -> ImageRequest:
        """The checked request. Raises ApiError."""
        return dialect.parse_request(self.payload.body, dialects_at(self.path), self.config.strict)

    @property
    def spoken(self) -> Surface:
        """The dialect of the body; of one that is none, that of the path."""
        dialects = dialects_at(self.path)
        try:
            return dialect.detect_dialect(self.payload.body, dialects)
        except ApiError:
            return dialects[-1]

    @property
    def model_id(self) -> str:
        """The Imagen model that is asked; empty where none is."""
        try:
            return self.asked.model_id
        except ApiError:
            return ""

    def understand(self) -> Call:
        """The call that Imagen gets, with all warnings of the body. Raises ApiError."""
        asked, config = self.asked, self.config
        behind = spec.surface(dialect.paths()[self.path]["behind"])
        target = Target(behind, asked.model_id, version=self.path.split("/")[1])
        body = dialect.imagen_body(asked, resold(target, asked, config), behind)
        call = understand_payload(target, replace(self.payload, body=body), config, self.variation)
        own = (dialect.rename_parameters(text, asked.dialect) for text in call.warnings)
        return replace(call, dialect=asked.dialect.name, warnings=(*asked.warnings, *own))

    def respell(self, error: ApiError) -> ApiError:
        """An error with the caller's names of the model and the parameter that it is about."""
        body = self.payload.body if "payload" in self.__dict__ else None
        if isinstance(body, Mapping):
            error.fields["given"] = str(body.get("model", ""))[:200]
        if "asked" in self.__dict__:
            _respell(error, self.asked.dialect)
        return error

    def status(self, error: ApiError) -> Mapping[str, Any]:
        """The status of an error that the body meets, as its dialect words it."""
        return dialect_status(self.respell(error), self.spoken)


class ImageCall:
    """Image generation at one path."""

    def __init__(self, memory: Snapshot, scope: Mapping[str, Any], path: str) -> None:
        self.memory = memory
        self.head, self.header = request_head(scope), own_directives(scope["headers"])
        self._base = base_url(scope)
        self._body = ImageBody(path, b"", memory.config)
        self._call: Call | None = None

    def admit(self, to: access.Access, scope: Mapping[str, Any]) -> None:
        """Raise ApiError for a call whose credential does not pass."""
        admit(to, scope, "predict")

    def receive(self, raw: bytes) -> None:
        """Take the whole body; only now does the call count."""
        variation = self.memory.next_variation()
        self._body = replace(self._body, raw=raw, variation=variation)

    @property
    def raw(self) -> bytes:
        """The body as it came."""
        return self._body.raw

    @property
    def surface(self) -> Surface:
        """The dialect that is spoken."""
        return self._body.spoken

    @cached_property
    def heavy(self) -> bool:
        """Whether it takes a while to enter it into the journal."""
        return is_heavy(self.head, self.raw)

    @property
    def key(self) -> Key:
        """The path and the body."""
        return self._body.path, "", self.raw

    def understand(self) -> Call:
        """The checked call that Imagen gets. Raises ApiError."""
        if self._call is None:
            self._call = self._body.understand()
        return self._call

    @property
    def respond(self) -> Respond[Answer]:
        """How pictures are answered: as_url to, or in base64."""
        return partial(respond, self._body, self._base, self.memory.generation.pictures)

    def refuse(self, error: ApiError) -> Answer:
        """The answer that an error makes."""
        return dialect_error(self._body.respell(error), self.surface, self._body.path)

    @property
    def origin(self) -> Callable[[], Origin]:
        """What the journal needs to look at the call later."""
        # A copy has not been understood yet, and takes no more memory than the body.
        return partial(_origin, replace(self._body), self._base, self.memory.generation.pictures)


def _origin(body: ImageBody, base: str, pictures: Pictures) -> Origin:
    def again(call: Call) -> bytes:
        return draw(call, partial(respond, replace(body), base, pictures)).body

    fresh = replace(body)
    return Origin(fresh.spoken.name, fresh.model_id, fresh.understand, again)


def respond(
    body: ImageBody, base: str, store: Pictures, call: Call, pictures: Sequence[Prediction]
) -> Answer:
    """The answer with these pictures. Raises ApiError if none passed the safety filter."""
    if not pictures:
        raise ApiError("images_filtered")
    asked = body.asked
    items = [dict(_item(asked, base, store, one)) for one in pictures]
    return Answer(
        200,
        to_json(_whole(asked, items)),
        call.warnings,
        # A link must lead to a picture that is kept: each answer puts its own there anew.
        cacheable=call.cacheable and not asked.as_url,
        outcome=call.outcome,
    )


def _item(
    asked: ImageRequest, base: str, store: Pictures, picture: Prediction
) -> Iterator[tuple[str, Any]]:
    """The wire fields of one picture."""
    names = asked.dialect.facts["item"]["value"]
    if "mimeType" in names:
        yield names["mimeType"], picture.fields["mimeType"]
    if asked.as_url:
        yield "url", f"{base}{PICTURES}/{keep(store, picture)}"
    else:
        yield "b64_json", pybase64.b64encode_as_string(picture.image or b"")
    if "prompt" in picture.fields:
        yield names["prompt"], picture.fields["prompt"]


def _whole(asked: ImageRequest, items: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The whole answer with these pictures: what a dialect has beside them."""
    facts = asked.dialect.facts
    if "credits" in facts:
        spent = asked.reseller_entry.get("credits", facts["credits"]["value"]) * len(items)
        usage = {"credits_used": spent, "usd_spent": spent / facts["creditsPerDollar"]["value"]}
        return {"data": items, "meta": {"usage": usage}}
    return {"created": facts["created"]["value"], "data": items}


def keep(pictures: Pictures, picture: Prediction) -> str:
    """Keep a picture; the name under which it is served."""
    data, mime_type = picture.image or b"", str(picture.fields["mimeType"])
    name = f"{sha256(data).hexdigest()[:32]}.{mime_type.rpartition('/')[2]}"
    pictures.put(name, (mime_type, data))
    return name


def resold(target: Target, asked: ImageRequest, config: Config) -> Model:
    """The model that makes the pictures. Raises ApiError where none is there for it."""
    model, _ = resolve(target, config.as_of)
    if "/" in asked.model_id or not generates(model):  # a target cuts names at their last slash
        raise ApiError("model_not_found", model=asked.model_id)
    return model


def generates(model: Model) -> bool:
    """Whether a model makes pictures of words alone."""
    return "generate" in model.tasks


def admit(to: access.Access, scope: Mapping[str, Any], rpc: str) -> None:
    """Raise ApiError for a call whose credential does not pass; clients send keys as tokens."""
    surface = spec.surface(OPENAI)
    shown = access.credential_in(scope["headers"], scope["query_string"])
    key = spec.read("surfaces/oauth.json")["tokens"]["api_key"]["prefix"]
    if shown and shown.text.startswith(key):
        shown = Credential("key", shown.text)
    access.authorize(to, shown, access.rpc_fields(surface, "", scope["path"], rpc))


def base_url(scope: Mapping[str, Any]) -> str:
    """Where the fake was asked, without a slash at its end."""
    host = next((value for name, value in scope["headers"] if name == b"host"), None)
    if host is None:
        host = "{}:{}".format(*scope["server"]).encode()
    root = scope.get("app_root_path", scope.get("root_path", ""))
    return f"{scope['scheme']}://{host.decode('latin-1')}{root}".rstrip("/")


def _respell(error: ApiError, spoken: Surface) -> None:
    if error.fields.get("warning"):
        error.fields["warning"] = dialect.rename_parameters(error.fields["warning"], spoken)
    if error.fields.get("name"):
        error.fields["name"] = dialect.field_name(error.fields["name"], spoken)

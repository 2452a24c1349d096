"""One call of `generateContent`, or another method of such models, over HTTP or in process."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property, partial
from typing import Any
from urllib.parse import parse_qsl

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.content.answer import WHOLE, Form, respond, respond_blocked
from imagen_fake.content.call import content_call, refuse_too_long
from imagen_fake.content.chunks import event_stream, json_array, refusal_in_array
from imagen_fake.content.counting import count
from imagen_fake.content.outcomes import block_reason
from imagen_fake.content.request import counted_request
from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.payload import parse_body
from imagen_fake.pipeline.respond import Answer
from imagen_fake.predict import Target, draw, resolve_content
from imagen_fake.spec import Surface
from imagen_fake.state.snapshot import Key, Snapshot
from imagen_fake.storage.objects import ObjectStore
from imagen_fake.surfaces.predict_call import Find, Header, PredictCall

STREAM, COUNT = "streamGenerateContent", "countTokens"
METHODS = ("generateContent", STREAM, COUNT)


Answering = Callable[[Call], Answer]


class ContentCall(PredictCall):
    """A call of a method of a model that answers with contents."""

    def __init__(
        self,
        memory: Snapshot,
        scope: Mapping[str, Any],
        surface: Surface,
        resource: str,
        find: Find,
        rpc: str,
    ) -> None:
        super().__init__(memory, scope, surface, resource, find, rpc)
        self._form = form(rpc, scope.get("query_string", b""))
        drawn: Answering = partial(draw, respond=partial(respond, form=self._form))
        self.make_answer = count if rpc == COUNT else drawn

    @cached_property
    def key(self) -> Key:
        """Surface, method and form of the answer, resource and body."""
        return f"{self.surface.name}:{self._rpc}:{self._form.name}", self._resource, self.raw

    @property
    def leading_headers(self) -> Sequence[Header]:  # type: ignore[override]  # a fact, not a constant
        """The headers that the surface sends before all others, on the configured day."""
        facts = spec.content_surface(self.surface.name)["leadingHeaders"]
        day = self.memory.config.as_of
        if day and day < date.fromisoformat(facts.get("since", "0001-01-01")):
            return []
        return [(name.encode(), value.encode()) for name, value in facts["value"]]

    def refuse(self, error: ApiError) -> Answer:
        """The error response, or the answer that says that the prompt is blocked."""
        reason = block_reason(error)
        if reason and isinstance(self._call, Call):
            return respond_blocked(self._call, reason, error, self._form)
        answer = super().refuse(error)
        known = spec.content_model(self._resource.rpartition("/")[2])
        return refusal_in_array(answer) if known and self._form is json_array() else answer

    @cached_property
    def _moment(self) -> float | None:
        """When the call is made; None where that follows from the call."""
        return time.time() if self.memory.config.vary_unseeded else None

    @property
    def _understand(self) -> Callable[[Target], Call]:
        return partial(
            understand,
            raw=self.raw,
            config=self.memory.config,
            method=self._rpc,
            variation=self._variation,
            objects=self.memory.storage,
            moment=self._moment,
        )


def form(method: str, query: bytes) -> Form:
    """The form of the answers of a method, for a query such as `alt=sse`."""
    if method != STREAM:
        return WHOLE
    named = dict(parse_qsl(query.decode("latin-1")))
    alt = named.get("alt", named.get("$alt", ""))
    return event_stream() if alt.lower() == "sse" else json_array()


def understand(
    target: Target,
    raw: bytes,
    config: Config,
    method: str,
    variation: int | None,
    objects: ObjectStore,
    moment: float | None,
) -> Call:
    """The checked call that a body in bytes makes, before anything is decided. Raises ApiError."""
    model, warnings = resolve_content(target, config.as_of, method)
    payload = parse_body(raw)
    if method == COUNT:
        payload = replace(payload, body=counted_request(payload.body, target.surface.name))
    if config.strict and payload.warnings:
        raise ApiError("strict_warning", warning=" ".join(payload.warnings))
    call = content_call(model, target.surface, payload, config, warnings, variation)
    if method != COUNT:
        refuse_too_long(call)
    place: Mapping[str, Any] = {"resource": target.resource, "version": target.version}
    return replace(
        call,
        warnings=(*call.warnings, *payload.warnings),
        objects=objects,
        moment=call.moment if moment is None else moment,
        **place,
    )

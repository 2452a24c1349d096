"""The ASGI endpoint of model calls: receives a request, predicts, sends the answer."""

from asyncio import sleep
from collections.abc import Container, Mapping
from functools import partial
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from imagen_fake import spec
from imagen_fake.clock import monotonic
from imagen_fake.middleware.cross_origin import ADVICE, CROSS_ORIGIN
from imagen_fake.middleware.guards import path_below
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.normalize import fold_key
from imagen_fake.pipeline.payload import parse_body
from imagen_fake.pipeline.respond import Answer
from imagen_fake.predict import is_light, predict, refuse
from imagen_fake.spec import Surface
from imagen_fake.state.snapshot import Snapshot
from imagen_fake.state.state import State
from imagen_fake.surfaces.faults import send_answer
from imagen_fake.surfaces.model_paths import Endpoint, ModelCall, match
from imagen_fake.surfaces.predict_call import answer_headers
from imagen_fake.surfaces.request_body import receive_body
from imagen_fake.surfaces.worker import run_in_worker


class PredictEndpoint:
    """One path of model calls as an ASGI application; errors have the service's shape.

    `in_flight` are the calls in progress, of all paths.
    """

    def __init__(self, state: State, endpoint: Endpoint, in_flight: set[ModelCall]) -> None:
        self._state, self._endpoint, self._in_flight = state, endpoint, in_flight

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        memory = self._state.snapshot()
        call = self._endpoint.call(memory, scope, scope["path_params"])
        answer = await self._answer(call, memory, scope, receive)
        seconds = monotonic() - memory.started
        headers = [*call.leading_headers, *answer_headers(answer, call.surface, seconds)]
        await send_answer(answer, headers, scope, receive, send)

    async def _answer(
        self, call: ModelCall, memory: Snapshot, scope: Scope, receive: Receive
    ) -> Answer:
        error = await self._receive(call, memory, scope, receive)
        self._in_flight.add(call)
        try:
            if error:
                work, is_quick = partial(refuse, call, error, memory), not call.heavy
            else:
                work, is_quick = partial(predict, call, memory), await self._is_quick(call, memory)
            return work() if is_quick else await run_in_worker(memory, receive, work)
        finally:
            self._in_flight.remove(call)

    async def _receive(
        self, call: ModelCall, memory: Snapshot, scope: Scope, receive: Receive
    ) -> ApiError | None:
        """Authorize a call and receive its body; the error if either fails."""
        try:
            call.authorize(self._state.access, scope)
            call.receive(await receive_body(scope, receive, memory.config.max_body_bytes))
            await refuse_objects(call, scope, receive)
        except ApiError as error:
            return error
        except ClientDisconnect:
            return ApiError("cancelled")
        return None

    async def _is_quick(self, call: ModelCall, memory: Snapshot) -> bool:
        """Whether to answer on the event loop: a cached answer, or one small picture.

        Handing a picture to a thread costs a fifth of drawing it, unless there are others to draw.
        """
        if call.heavy or memory.has_directives(call):
            return False
        if memory.has_cached(call):
            return True
        await sleep(0)  # others that came at the same time are counted now
        return len(self._in_flight) == 1 and _is_light(call)


def _is_light(call: ModelCall) -> bool:
    """Whether the answer, or error, takes a few milliseconds."""
    try:
        return is_light(call.understand())
    except ApiError:
        return True


class PredictRouter:
    """Routes model calls without Starlette's router, which costs as much as a cached answer."""

    def __init__(self, app: ASGIApp, endpoints: dict[Endpoint, PredictEndpoint]) -> None:
        self._app, self._endpoints = app, endpoints

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the endpoint of the path, else the application."""
        matched = match(path_below(scope)) if scope.get("method") == "POST" else None
        if matched:
            scope["path_params"] = matched[1]
            await self._endpoints[matched[0]](scope, receive, send)
        else:
            await self._app(scope, receive, send)


class AnswerResponse(Response):
    """An answer as a Starlette response, its fault included."""

    def __init__(self, answer: Answer, surface: Surface, seconds: float = 0) -> None:
        super().__init__(answer.body, answer.status)
        self._answer = answer
        self.raw_headers = answer_headers(answer, surface, seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer."""
        await send_answer(self._answer, self.raw_headers, scope, receive, send)


async def refuse_objects(call: ModelCall, scope: Mapping[str, Any], receive: Receive) -> None:
    """Raise ApiError for a body in which a foreign page names an object of Cloud Storage.

    Every key counts, whether or not the model reads it, and though an equal one follows.
    """
    page = scope.get(CROSS_ORIGIN)
    if page is not None:
        await run_in_worker(call.memory, receive, partial(_look_for_objects, page, call.raw))


def _look_for_objects(page: str, raw: bytes) -> None:
    facts = spec.read("surfaces/storage.json")
    field_names = (*facts["fields"]["value"], *facts["otherFields"]["value"])
    names = {fold_key(name) for name in field_names}
    try:
        parse_body(raw, partial(_reject_object_names, page, names))
    except ApiError as error:
        if error.id == "fake_forbidden":
            raise  # whatever else is wrong with a body, the surface says


def _reject_object_names(
    page: str, names: Container[str], pairs: list[tuple[str, Any]]
) -> Mapping[str, Any]:
    """An object of JSON. Raises ApiError if one of its keys names an object of Cloud Storage."""
    if any(value and fold_key(key) in names for key, value in pairs):
        problem = f"{page} may not name objects of Cloud Storage; to let it, {ADVICE}."
        raise ApiError("fake_forbidden", problem=problem)
    return dict(pairs)

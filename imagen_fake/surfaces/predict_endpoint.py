"""The ASGI endpoint of model calls: receives a request, predicts, sends the answer."""

from asyncio import sleep
from functools import partial
from typing import Self

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from imagen_fake.clock import monotonic
from imagen_fake.middleware.guarded_paths import path_below
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.respond import Answer
from imagen_fake.predict import is_light, predict, refuse
from imagen_fake.spec import Surface
from imagen_fake.state.snapshot import Snapshot
from imagen_fake.state.state import State
from imagen_fake.surfaces.answer_headers import answer_headers
from imagen_fake.surfaces.faults import send_answer
from imagen_fake.surfaces.foreign_page import refuse_objects
from imagen_fake.surfaces.model_paths import Endpoint, ModelCall, match
from imagen_fake.surfaces.request_body import receive_body
from imagen_fake.surfaces.worker import run_in_worker


class InFlight:
    """Counts the calls in progress; used on the event loop only."""

    def __init__(self) -> None:
        self.size = 0

    def __enter__(self) -> Self:
        self.size += 1
        return self

    def __exit__(self, *_: object) -> None:
        self.size -= 1


class PredictEndpoint:
    """One path of model calls as an ASGI application; errors have the service's shape."""

    def __init__(self, state: State, endpoint: Endpoint, in_flight: InFlight) -> None:
        self._state = state
        self._endpoint = endpoint
        self._in_flight = in_flight

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        memory = self._state.snapshot()
        call = self._endpoint.call(memory, scope, scope["path_params"])
        answer = await self._answer(call, memory, scope, receive)
        headers = answer_headers(answer, call.surface, monotonic() - memory.started)
        await send_answer(answer, headers, scope, receive, send)

    async def _answer(
        self, call: ModelCall, memory: Snapshot, scope: Scope, receive: Receive
    ) -> Answer:
        error = await self._receive(call, memory, scope, receive)
        with self._in_flight:
            if error:
                work, is_quick = partial(refuse, call, error, memory), not call.heavy
            else:
                work, is_quick = partial(predict, call, memory), await self._is_quick(call, memory)
            return work() if is_quick else await run_in_worker(memory, receive, work)

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
        return self._in_flight.size == 1 and _is_light(call)


def _is_light(call: ModelCall) -> bool:
    """Whether the answer, or error, takes a few milliseconds."""
    try:
        return is_light(call.understand())
    except ApiError:
        return True


class PredictRouter:
    """Routes model calls without Starlette's router, which costs as much as a cached answer."""

    def __init__(self, app: ASGIApp, endpoints: dict[Endpoint, PredictEndpoint]) -> None:
        self._app = app
        self._endpoints = endpoints

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

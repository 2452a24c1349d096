"""The HTTP door of models: reads a call, has it answered, sends the answer."""

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
from imagen_fake.surfaces.worker import in_worker


class InFlight:
    """How many calls are being answered at this moment; used on the event loop alone."""

    def __init__(self) -> None:
        self.size = 0

    def __enter__(self) -> Self:
        self.size += 1
        return self

    def __exit__(self, *_: object) -> None:
        self.size -= 1


class PredictEndpoint:
    """One path of models as an ASGI application of its own; refusals have the service's shape."""

    def __init__(self, state: State, endpoint: Endpoint, in_flight: InFlight) -> None:
        self._state = state
        self._endpoint = endpoint
        self._in_flight = in_flight

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        memory = self._state.snapshot()
        call = self._endpoint.call(memory, scope, scope["path_params"])
        made = await self._answer(call, memory, scope, receive)
        headers = answer_headers(made, call.surface, monotonic() - memory.started)
        await send_answer(made, headers, scope, receive, send)

    async def _answer(
        self, call: ModelCall, memory: Snapshot, scope: Scope, receive: Receive
    ) -> Answer:
        error = await self._received(call, memory, scope, receive)
        with self._in_flight:
            if error:
                work, quick = partial(refuse, call, error, memory), not call.heavy
            else:
                work, quick = partial(predict, call, memory), await self._is_quick(call, memory)
            return work() if quick else await in_worker(memory, receive, work)

    async def _received(
        self, call: ModelCall, memory: Snapshot, scope: Scope, receive: Receive
    ) -> ApiError | None:
        """Give a call its body; why it may not have one, if so."""
        try:
            call.admit(self._state.access, scope)
            call.receive(await receive_body(scope, receive, memory.config.max_body_bytes))
            await refuse_objects(call, scope, receive)
        except ApiError as error:
            return error
        except ClientDisconnect:
            return ApiError("cancelled")
        return None

    async def _is_quick(self, call: ModelCall, memory: Snapshot) -> bool:
        """Whether a call is answered on the event loop itself: a kept answer, one small picture.

        Handing a picture to a thread costs a fifth of drawing it, unless there are others to draw.
        """
        if call.heavy or memory.has_directives(call):
            return False
        if memory.has_cached(call):
            return True
        await sleep(0)  # others that came at the same time are counted now
        return self._in_flight.size == 1 and _is_light(call)


def _is_light(call: ModelCall) -> bool:
    """Whether a call is answered, or refused, in a few milliseconds."""
    try:
        return is_light(call.understand())
    except ApiError:
        return True


class KnownPaths:
    """Leads calls of models past the router, which costs as much as a kept answer."""

    def __init__(self, app: ASGIApp, endpoints: dict[Endpoint, PredictEndpoint]) -> None:
        self._app = app
        self._endpoints = endpoints

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer by the endpoint of the path, else by the router."""
        found = match(path_below(scope)) if scope.get("method") == "POST" else None
        if found:
            scope["path_params"] = found[1]
            await self._endpoints[found[0]](scope, receive, send)
        else:
            await self._app(scope, receive, send)


class AnswerResponse(Response):
    """An answer as a Starlette response, its fault included."""

    def __init__(self, made: Answer, surface: Surface, seconds: float = 0) -> None:
        super().__init__(made.body, made.status)
        self._made = made
        self.raw_headers = answer_headers(made, surface, seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer."""
        await send_answer(self._made, self.raw_headers, scope, receive, send)

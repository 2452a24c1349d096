"""Vertex AI over gRPC: the services that its clients call before and for a prediction."""

import logging
import re
from asyncio import CancelledError, sleep, to_thread
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar, TypeVarTuple

import grpc
from google.protobuf.descriptor import MethodDescriptor

from imagen_fake import spec
from imagen_fake.auth import access as auth
from imagen_fake.config import Config
from imagen_fake.middleware.guards import check_headers
from imagen_fake.middleware.project import project_of
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.respond import Answer, to_json
from imagen_fake.predict import Target, predict, refuse, resolve
from imagen_fake.state.snapshot import Snapshot
from imagen_fake.state.state import State
from imagen_fake.surfaces.grpc_reply import GrpcReply, failure, success, text_headers
from imagen_fake.surfaces.model_paths import MODELS, VERTEX, vertex_target
from imagen_fake.surfaces.models import publisher_model
from imagen_fake.surfaces.predict_call import Header, PredictCall
from imagen_fake.surfaces.vertex_messages import body, parse, services
from imagen_fake.surfaces.worker import SYNCHRONOUS

log = logging.getLogger("imagen_fake")

RESOURCE = re.compile(
    r"(?:projects/(?P<project>[^/]+)/locations/(?P<location>[^/]+)/)?"
    rf"(?:{MODELS}/(?P<model>[^/]+)|endpoints/(?P<endpoint>[^/]+))"
)

MAX_INLINE_BYTES = 2**16
"""Messages of more bytes are parsed in a worker thread too."""

_MAX_MESSAGE_BYTES: int = spec.table("http_limits")["grpc"]["bytes"]

Context = grpc.aio.ServicerContext[Any, Any]

Result = TypeVar("Result")
Args = TypeVarTuple("Args")


class Vertex:
    """The methods of the services; long work runs in the event loop's executor, if there is one."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._methods = {"Predict": self._predict, "GetPublisherModel": self._publisher_model}

    async def respond(
        self, method: MethodDescriptor, raw: bytes, headers: Sequence[Header], memory: Snapshot
    ) -> GrpcReply:
        """How a call with a message of these bytes ends; a failure of ours is an internal error."""
        try:
            answer = await self._methods[method.name](method, raw, headers, memory)
            return failure(answer.error) if answer.error else success(method.output_type, answer)
        except ApiError as error:
            return failure(error)
        except Exception as error:  # a bug of ours
            log.exception("a gRPC call failed")
            self._state.note_error(error, project_of({"path": "", "headers": headers}))
            return failure(ApiError("internal"))

    async def _predict(
        self, method: MethodDescriptor, raw: bytes, headers: Sequence[Header], memory: Snapshot
    ) -> Answer:
        """The answer that REST would give, refusals included."""
        call = _predict_call(memory, headers, "")
        try:
            request = await _parse(method, raw)
            call = _predict_call(memory, headers, request.endpoint)
            authorize(self._state.access, method, request.endpoint, headers)
            call.receive(await _off_loop(len(raw), body, request))
            if memory.has_cached(call) and not call.heavy:
                return predict(call, memory)
            return await _in_thread(predict, call, memory)
        except ApiError as error:
            return await _in_thread(refuse, call, error, memory)
        except CancelledError:  # the client has left, or its deadline is over
            memory.cancel()
            await _in_thread(refuse, call, ApiError("cancelled"), memory)
            raise

    async def _publisher_model(
        self, method: MethodDescriptor, raw: bytes, headers: Sequence[Header], memory: Snapshot
    ) -> Answer:
        """One publisher model: what `from_pretrained` of the vertexai client checks.

        Raises ApiError.
        """
        request = await _parse(method, raw)
        authorize(self._state.access, method, request.name, headers)
        target_named = target(memory.config, request.name)
        if target_named.deployed_model:
            raise ApiError("model_not_found", resource=request.name)
        model, _ = resolve(target_named, memory.config.as_of)
        return Answer(200, to_json(publisher_model(model, target_named.model_id)))


def _predict_call(memory: Snapshot, headers: Sequence[Header], resource: str) -> PredictCall:
    scope = {"method": "GRPC", "path": resource, "headers": headers}
    find = partial(target, memory.config, resource)
    return PredictCall(memory, scope, spec.surface(VERTEX), resource, find)


async def _parse(method: MethodDescriptor, raw: bytes) -> Any:
    """The request of a method. Raises ApiError."""
    return await _off_loop(len(raw), parse, method.input_type, raw)


async def _off_loop(size: int, work: Callable[[*Args], Result], *args: *Args) -> Result:
    """What some work makes of a message of that size, done off the event loop if it is large."""
    return work(*args) if size <= MAX_INLINE_BYTES else await _in_thread(work, *args)


async def _in_thread(work: Callable[[*Args], Result], *args: *Args) -> Result:
    """The result of blocking work, in a thread if there is an event loop."""
    return work(*args) if SYNCHRONOUS.get() else await to_thread(work, *args)


def target(config: Config, resource: str) -> Target:
    """Who a resource name speaks of; raises ApiError if there is nobody of that name."""
    matched = RESOURCE.fullmatch(resource)
    if matched is None:
        raise ApiError("model_not_found", resource=resource)
    parts = {part: name for part, name in matched.groupdict().items() if name}
    return vertex_target(config, parts)


def largest_message(config: Config) -> int:
    """How many bytes a request may have."""
    return min(config.max_body_bytes, _MAX_MESSAGE_BYTES)


def handlers(state: State) -> Iterator[grpc.GenericRpcHandler]:
    """What answers the services' methods, in every version of the API."""
    vertex = Vertex(state)
    for service in services():
        methods = {method.name: handler(state, vertex, method) for method in service.methods}
        yield grpc.method_handlers_generic_handler(service.full_name, methods)


def handler(
    state: State, vertex: Vertex, method: MethodDescriptor
) -> "grpc.RpcMethodHandler[Any, Any]":
    """A handler of a method that answers what REST would; refusals have the service's shape."""

    async def serve(raw: bytes, context: Context) -> Any:
        headers = list(text_headers(context.invocation_metadata() or ()))
        reply = await vertex.respond(method, raw, headers, state.snapshot())
        del raw  # the frame of a call that is aborted is kept
        await sleep(reply.seconds)
        if reply.message is None:
            await context.abort(reply.code, reply.details, reply.trailing_metadata)
        await context.send_initial_metadata(reply.initial_metadata)
        return reply.message

    return grpc.unary_unary_rpc_method_handler(serve)


def authorize(
    access: auth.Access, method: MethodDescriptor, resource: str, headers: Sequence[Header]
) -> None:
    """Raise ApiError for a call whose credential does not pass."""
    check_headers(headers)
    path = f"/{method.full_name.split('.')[3]}"
    scope = {"path": path, "headers": headers, "query_string": b""}
    rpc = "predict" if method.name == "Predict" else "model"
    auth.authorize_request(access, scope, spec.surface(VERTEX), resource, rpc)

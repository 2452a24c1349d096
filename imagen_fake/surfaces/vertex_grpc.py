"""Vertex AI over gRPC: the services that its clients call before and for a prediction."""

import logging
import re
from asyncio import CancelledError, sleep, to_thread
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Any, NoReturn, TypeVar

import grpc
from google.protobuf import json_format
from google.protobuf.descriptor import MethodDescriptor
from google.rpc import error_details_pb2  # noqa: F401 (details are found by their name)
from google.rpc.status_pb2 import Status
from grpc_status import rpc_status

from imagen_fake import spec
from imagen_fake.auth import access as auth
from imagen_fake.config import Config
from imagen_fake.middleware.guards import reject_repeated
from imagen_fake.pipeline.call import Fault
from imagen_fake.pipeline.errors import ApiError, status, without_frames
from imagen_fake.pipeline.respond import Answer, to_json
from imagen_fake.predict import Target, predict, refuse, resolve
from imagen_fake.state.state import State
from imagen_fake.surfaces.model_paths import MODELS, VERTEX, vertex_target
from imagen_fake.surfaces.models import publisher_model
from imagen_fake.surfaces.predict_call import PredictCall, header_text
from imagen_fake.surfaces.vertex_messages import body, message, parse, reply, services
from imagen_fake.version import __version__

log = logging.getLogger("imagen_fake")

RESOURCE = re.compile(
    r"(?:projects/(?P<project>[^/]+)/locations/(?P<location>[^/]+)/)?"
    rf"(?:{MODELS}/(?P<model>[^/]+)|endpoints/(?P<endpoint>[^/]+))"
)

MAX_INLINE_BYTES = 2**16
"""Messages of more bytes are parsed in a worker thread too."""

MAX_MESSAGE_BYTES = 1000
"""Of a message, in bytes: it is sent twice, and clients take few thousand bytes of trailers."""

Context = grpc.aio.ServicerContext[Any, Any]

Ask = Callable[[bytes, Context], Awaitable[Answer]]
"""From the bytes of a request to what REST would answer."""


Result = TypeVar("Result")


class Vertex:
    """The methods of the services; long work runs in the event loop's executor."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def predict(self, method: MethodDescriptor, raw: bytes, context: Context) -> Answer:
        """The answer that REST would give, refusals included."""
        call = self._call("", context)
        try:
            request = await _parse(method, raw)
            call = self._call(request.endpoint, context)
            authorize(self._state.access, method, request, context)
            call.receive(await _off_loop(len(raw), body, request))
            if call.memory.has_cached(call) and not call.heavy:
                return predict(call, call.memory)
            return await to_thread(predict, call, call.memory)
        except ApiError as error:
            return await to_thread(refuse, call, error, call.memory)
        except CancelledError:  # the client has left, or its deadline is over
            call.memory.cancel()
            await to_thread(refuse, call, ApiError("cancelled"), call.memory)
            raise

    def _call(self, resource: str, context: Context) -> PredictCall:
        memory = self._state.snapshot()
        scope = {"method": "GRPC", "path": resource, "headers": list(metadata_headers(context))}
        find = partial(target, memory.config, resource)
        return PredictCall(memory, scope, spec.surface(VERTEX), resource, find)

    async def publisher_model(
        self, method: MethodDescriptor, raw: bytes, context: Context
    ) -> Answer:
        """One publisher model: what `from_pretrained` of the vertexai client checks.

        Raises ApiError.
        """
        request = await _parse(method, raw)
        authorize(self._state.access, method, request, context)
        target_named = target(self._state.config, request.name)
        if target_named.deployed_model:
            raise ApiError("model_not_found", resource=request.name)
        model, _ = resolve(target_named, self._state.config.as_of)
        return Answer(200, to_json(publisher_model(model, target_named.model_id)))


async def _parse(method: MethodDescriptor, raw: bytes) -> Any:
    """The request of a method. Raises ApiError."""
    return await _off_loop(len(raw), parse, method.input_type, raw)


async def _off_loop(size: int, work: Callable[..., Result], *args: Any) -> Result:
    """What some work makes of a message of that size, done off the event loop if it is large."""
    return work(*args) if size <= MAX_INLINE_BYTES else await to_thread(work, *args)


def target(config: Config, resource: str) -> Target:
    """Who a resource name speaks of; raises ApiError if there is nobody of that name."""
    matched = RESOURCE.fullmatch(resource)
    if matched is None:
        raise ApiError("model_not_found", resource=resource)
    parts = {part: name for part, name in matched.groupdict().items() if name}
    return vertex_target(config, parts)


def handlers(state: State) -> Iterator[grpc.GenericRpcHandler]:
    """What answers the services' methods, in every version of the API."""
    answers = Vertex(state)
    behaviors = {
        "Predict": answers.predict,
        "GetPublisherModel": answers.publisher_model,
    }
    for service in services():
        methods = {
            method.name: handler(method, partial(behaviors[method.name], method), state)
            for method in service.methods
        }
        yield grpc.method_handlers_generic_handler(service.full_name, methods)


def handler(method: MethodDescriptor, ask: Ask, state: State) -> "grpc.RpcMethodHandler[Any, Any]":
    """A handler of a method that answers what REST would; refusals have the service's shape."""

    async def serve(raw: bytes, context: Context) -> Any:
        try:
            answer = await ask(raw, context)
            failure = answer.error
            made = None if failure else reply(method.output_type, answer.body)
        except ApiError as error:
            failure = error
        except Exception as error:  # a bug of ours
            log.exception("a gRPC call failed")
            state.note_error(error)
            failure = ApiError("internal")
        del raw  # the frame of a call that is aborted is kept
        if failure:
            await _abort(without_frames(failure), context)
        await apply_fault(answer.outcome.fault, len(answer.body), context)
        await context.send_initial_metadata(tuple(metadata(answer)))
        return made

    return grpc.unary_unary_rpc_method_handler(
        serve,
        response_serializer=message(method.output_type).SerializeToString,
    )


def authorize(
    access: auth.Access, method: MethodDescriptor, request: Any, context: Context
) -> None:
    """Raise ApiError for a call whose credential does not pass."""
    predicts, headers = method.name == "Predict", list(metadata_headers(context))
    reject_repeated(headers)
    path = f"/{method.full_name.split('.')[3]}"
    scope = {"path": path, "headers": headers, "query_string": b""}
    resource, rpc = (request.endpoint, "predict") if predicts else (request.name, "model")
    auth.authorize_request(access, scope, spec.surface(VERTEX), resource, rpc)


def metadata_headers(context: Context) -> Iterator[tuple[bytes, bytes]]:
    """The texts among the metadata of a call."""
    for key, value in context.invocation_metadata() or ():
        if isinstance(value, str):
            yield key.encode(), value.encode()


async def apply_fault(fault: Fault, length: int, context: Context) -> None:
    """Let happen what a fault wants of an answer of so many bytes: it is late, slow or broken.

    gRPC gives an answer to its caller only once it is whole, so a slow one comes when its last
    byte would. It hides its connections, so a broken one is told by the status that clients give
    it.
    """
    await sleep(fault.seconds(length))
    if fault.drop or fault.truncate is not None:
        await context.abort(grpc.StatusCode.UNAVAILABLE, "Connection reset by peer")
    if fault.malformed:
        await context.abort(grpc.StatusCode.INTERNAL, "Failed parsing the response.")


def metadata(answer: Answer) -> Iterator[tuple[str, str]]:
    """The fake's version, and the warnings of an answer."""
    yield "x-imagen-fake", __version__
    if answer.warnings:
        yield "x-imagen-fake-warnings", header_text(answer.warnings).decode()


async def _abort(error: ApiError, context: Context) -> NoReturn:
    """End a call with the status of an error."""
    refusal_status = refusal(error)
    await apply_fault(error.outcome.fault, refusal_status.ByteSize(), context)
    rpc_ended = rpc_status.to_status(refusal_status)
    await context.abort(rpc_ended.code, rpc_ended.details or "", rpc_ended.trailing_metadata or ())


def refusal(error: ApiError) -> Status:
    """The `google.rpc.Status` of an error: its canonical code, its message, its details."""
    error_status = status(error, spec.surface(VERTEX))
    code = spec.table("status_codes")["codes"][error_status["status"]]["grpc"]
    text = error_status["message"].encode()[:MAX_MESSAGE_BYTES].decode(errors="ignore")
    details = error_status.get("details", [])
    return json_format.ParseDict({"code": code, "message": text, "details": details}, Status())

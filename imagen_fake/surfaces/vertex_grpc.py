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
from imagen_fake.middleware.repeated_headers import reject_repeated
from imagen_fake.pipeline.errors import ApiError, status, without_frames
from imagen_fake.pipeline.outcome import Fault
from imagen_fake.pipeline.respond import Answer, to_json
from imagen_fake.predict import Target, predict, refuse, resolve
from imagen_fake.spec import Surface
from imagen_fake.state.state import State
from imagen_fake.surfaces import vertex
from imagen_fake.surfaces.answer_headers import header_text
from imagen_fake.surfaces.model_paths import MODELS, VERTEX, vertex_target
from imagen_fake.surfaces.predict_call import PredictCall
from imagen_fake.surfaces.vertex_messages import body, message, parse, reply, services
from imagen_fake.version import __version__

log = logging.getLogger("imagen_fake")

RESOURCE = re.compile(
    r"(?:projects/(?P<project>[^/]+)/locations/(?P<location>[^/]+)/)?"
    rf"(?:{MODELS}/(?P<model>[^/]+)|endpoints/(?P<endpoint>[^/]+))"
)

LARGE = 2**16
"""Messages of more bytes are parsed in a worker thread too."""

LONGEST = 1000
"""Of a message, in bytes: it is sent twice, and clients take few thousand bytes of trailers."""

Context = grpc.aio.ServicerContext[Any, Any]

Ask = Callable[[bytes, Context], Awaitable[Answer]]
"""From the bytes of a request to what REST would answer."""


Made = TypeVar("Made")


class Vertex:
    """What the methods of the services do; long work is done in the event loop's executor."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def predict(self, method: MethodDescriptor, raw: bytes, context: Context) -> Answer:
        """The answer that REST would give, refusals included."""
        call = self._call("", context)
        try:
            request = await _parsed(method, raw)
            call = self._call(request.endpoint, context)
            admit(self._state.access, method, request, context)
            call.receive(await _off_loop(len(raw), body, request))
            if call.memory.has_cached(call) and not call.heavy:
                return predict(call, call.memory)
            return await to_thread(predict, call, call.memory)
        except ApiError as error:
            return await to_thread(refuse, call, error, call.memory)
        except CancelledError:  # the client has left, or its deadline is over
            call.memory.cancel()
            refuse(call, ApiError("cancelled"), call.memory)
            raise

    def _call(self, resource: str, context: Context) -> PredictCall:
        memory = self._state.snapshot()
        scope = {"method": "GRPC", "path": resource, "headers": list(sent(context))}
        find = partial(target, memory.config, resource)
        return PredictCall(memory, scope, spec.surface(VERTEX), resource, find)

    async def publisher_model(
        self, method: MethodDescriptor, raw: bytes, context: Context
    ) -> Answer:
        """One publisher model: what `from_pretrained` of the vertexai client checks.

        Raises ApiError.
        """
        request = await _parsed(method, raw)
        admit(self._state.access, method, request, context)
        asked = target(self._state.config, request.name)
        if asked.deployed_model:
            raise ApiError("model_not_found", resource=request.name)
        model, _ = resolve(asked, self._state.config.as_of)
        return Answer(200, to_json(vertex.publisher_model(model, asked.model_id)))


async def _parsed(method: MethodDescriptor, raw: bytes) -> Any:
    """The request of a method. Raises ApiError."""
    return await _off_loop(len(raw), parse, method.input_type, raw)


async def _off_loop(size: int, work: Callable[..., Made], *given: Any) -> Made:
    """What some work makes of a message of that size, done off the event loop if it is large."""
    return work(*given) if size <= LARGE else await to_thread(work, *given)


def target(config: Config, resource: str) -> Target:
    """Who a resource name speaks of; raises ApiError if there is nobody of that name."""
    named = RESOURCE.fullmatch(resource)
    if named is None:
        raise ApiError("model_not_found", resource=resource)
    parts = {part: name for part, name in named.groupdict().items() if name}
    return vertex_target(config, parts)


def handlers(state: State) -> Iterator[grpc.GenericRpcHandler]:
    """What answers the services' methods, in every version of the API."""
    answers = Vertex(state)
    asks = {
        "Predict": answers.predict,
        "GetPublisherModel": answers.publisher_model,
    }
    for service in services():
        methods = {
            method.name: handler(method, partial(asks[method.name], method), state)
            for method in service.methods
        }
        yield grpc.method_handlers_generic_handler(service.full_name, methods)


def handler(method: MethodDescriptor, ask: Ask, state: State) -> "grpc.RpcMethodHandler[Any, Any]":
    """A handler of a method that answers what REST would; refusals have the service's shape."""

    async def replied(raw: bytes, context: Context) -> tuple[Answer, Any]:
        made = await ask(raw, context)
        if made.error:
            raise made.error
        return made, reply(method.output_type, made.body)

    async def replied_in_time(raw: bytes, context: Context) -> Any:
        outcome = await _outcome(replied(raw, context), state)
        del raw  # the frame of a call that is aborted is kept
        if isinstance(outcome, ApiError):
            await _abort(outcome, context)
        made, answered = outcome
        await wait(made.outcome.fault, len(made.body), context)
        await context.send_initial_metadata(tuple(metadata(made)))
        return answered

    return grpc.unary_unary_rpc_method_handler(
        replied_in_time,
        response_serializer=message(method.output_type).SerializeToString,
    )


def admit(access: auth.Access, method: MethodDescriptor, request: Any, context: Context) -> None:
    """Raise ApiError for a call whose credential does not pass."""
    version = method.full_name.split(".")[3]
    predicts = "endpoint" in method.input_type.fields_by_name
    resource = request.endpoint if predicts else request.name
    words = auth.rpc_fields(
        spec.surface(VERTEX), version, resource, "predict" if predicts else "model"
    )
    headers = list(sent(context))
    reject_repeated(headers)
    auth.authorize(access, auth.credential_in(headers, b""), words)


def sent(context: Context) -> Iterator[tuple[bytes, bytes]]:
    """The texts among the metadata of a call."""
    for key, value in context.invocation_metadata() or ():
        if isinstance(value, str):
            yield key.encode(), value.encode()


async def wait(fault: Fault, length: int, context: Context) -> None:
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


def metadata(made: Answer) -> Iterator[tuple[str, str]]:
    """The fake's version, and the warnings of an answer."""
    yield "x-imagen-fake", __version__
    if made.warnings:
        yield "x-imagen-fake-warnings", header_text(made.warnings).decode()


async def _outcome(asking: Awaitable[Made], state: State) -> Made | ApiError:
    """What is answered, or the error of whatever goes wrong, a bug of ours included."""
    try:
        return await asking
    except ApiError as error:
        return without_frames(error)
    except Exception as error:
        log.exception("a gRPC call failed")
        state.note_error(error)
        return ApiError("internal")


async def _abort(error: ApiError, context: Context) -> NoReturn:
    """End a call with the status of an error."""
    refused = refusal(error, spec.surface(VERTEX))
    await wait(error.outcome.fault, refused.ByteSize(), context)
    ended = rpc_status.to_status(refused)
    await context.abort(ended.code, ended.details or "", ended.trailing_metadata or ())


def refusal(error: ApiError, surface: Surface) -> Status:
    """The `google.rpc.Status` of an error: its canonical code, its message, its details."""
    shown = status(error, surface)
    code = spec.table("status_codes")["codes"][shown["status"]]["grpc"]
    text = shown["message"].encode()[:LONGEST].decode(errors="ignore")
    details = shown.get("details", [])
    return json_format.ParseDict({"code": code, "message": text, "details": details}, Status())

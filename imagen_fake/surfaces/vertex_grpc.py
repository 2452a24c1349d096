"""Vertex AI over gRPC: the services that its clients call before and for a prediction."""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import BoundedSemaphore
from time import perf_counter, sleep
from typing import Any

import grpc
from google.protobuf import json_format
from google.protobuf.descriptor import MethodDescriptor
from google.rpc import error_details_pb2  # noqa: F401 (details are found by their name)
from google.rpc.status_pb2 import Status
from grpc_status import rpc_status

from imagen_fake import __version__, auth, spec
from imagen_fake.errors import ApiError, status
from imagen_fake.forced import SOUND, Fault
from imagen_fake.predict import Target, resolve
from imagen_fake.predict import answer as make
from imagen_fake.respond import Answer, to_json
from imagen_fake.spec import Surface
from imagen_fake.state import State
from imagen_fake.surfaces import google, vertex
from imagen_fake.surfaces.vertex_messages import body, message, reply, services
from imagen_fake.surfaces.worker import MOST_WORKERS

log = logging.getLogger("imagen_fake")

RESOURCE = re.compile(
    r"(?:projects/(?P<project>[^/]+)/locations/(?P<location>[^/]+)/)?"
    rf"(?:{vertex.MODELS}/(?P<model>[^/]+)|endpoints/(?P<endpoint>[^/]+))"
)

LONGEST = 1000
"""Of a message, in bytes: it is sent twice, and clients take few thousand bytes of trailers."""

Ask = Callable[[Any, grpc.ServicerContext], Answer]
"""From a request to what REST would answer."""


class Vertex:
    """What the methods of the services do."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._drawing = BoundedSemaphore(MOST_WORKERS)

    def predict(
        self, method: MethodDescriptor, request: Any, context: grpc.ServicerContext
    ) -> Answer:
        """The kept answer of an equal request, else a new one. Raises ApiError."""
        start, order = perf_counter(), self._order(request, context)
        try:
            admit(self._state.access, method, request, context)
            order.target = target(self._state, request.endpoint)
            made = order.kept_answer()
            if made is None:
                made = order.keep(self._fresh(order))
        except ApiError as error:
            refused = google.refusal(error, order.surface)
            order.caller.generation.journal.add(order, refused, perf_counter() - start)
            raise
        order.caller.generation.journal.add(order, made, perf_counter() - start)
        return made

    def _order(self, request: Any, context: grpc.ServicerContext) -> google.Order:
        headers = list(sent(context))
        scope = {"method": "GRPC", "path": request.endpoint, "headers": headers}
        surface = spec.surface(vertex.SURFACE)
        order = google.Order(self._state, surface, scope, google.asked_of_fake(headers))
        order.receive(body(request))
        if not context.add_callback(order.caller.leave):
            order.caller.leave()
        return order

    def publisher_model(
        self, method: MethodDescriptor, request: Any, context: grpc.ServicerContext
    ) -> Answer:
        """One publisher model: what `from_pretrained` of the vertexai client checks.

        Raises ApiError.
        """
        admit(self._state.access, method, request, context)
        asked = target(self._state, request.name)
        if asked.served:
            raise ApiError("model_not_found", resource=request.name)
        model, _ = resolve(asked, self._state.config.as_of)
        return Answer(200, to_json(vertex.publisher_model(model, asked.model_id)))

    def _fresh(self, order: google.Order) -> Answer:
        with self._drawing:
            order.caller.proceed()
            return make(order.directed())


def target(state: State, resource: str) -> Target:
    """Who a resource name speaks of; raises ApiError if there is nobody of that name."""
    named = RESOURCE.fullmatch(resource)
    if named is None:
        raise ApiError("model_not_found", resource=resource)
    return vertex.target(state, {part: name for part, name in named.groupdict().items() if name})


def handlers(state: State) -> Iterator[grpc.GenericRpcHandler]:
    """What answers the services' methods, in every version of the API."""
    answers = Vertex(state)
    asks = {
        "Predict": answers.predict,
        "GetPublisherModel": answers.publisher_model,
    }
    for service in services():
        methods = {
            method.name: handler(method, partial(asks[method.name], method))
            for method in service.methods
        }
        yield grpc.method_handlers_generic_handler(service.full_name, methods)


def handler(method: MethodDescriptor, ask: Ask) -> "grpc.RpcMethodHandler[Any, Any]":
    """A handler of a method that answers what REST would; refusals have the service's shape."""
    surface = spec.surface(vertex.SURFACE)

    def answer(request: Any, context: grpc.ServicerContext) -> Any:
        with refusing(context, surface):
            made = ask(request, context)
            context.send_initial_metadata(tuple(metadata(made)))
            answered = reply(method.output_type, made.body)
        wait(made.fault, context)
        return answered

    return grpc.unary_unary_rpc_method_handler(
        answer,
        request_deserializer=message(method.input_type).FromString,
        response_serializer=message(method.output_type).SerializeToString,
    )


def admit(
    access: auth.Access, method: MethodDescriptor, request: Any, context: grpc.ServicerContext
) -> None:
    """Raise ApiError for a call whose credential does not pass."""
    version = method.full_name.split(".")[3]
    predicts = "endpoint" in method.input_type.fields_by_name
    resource = request.endpoint if predicts else request.name
    words = auth.asked(
        spec.surface(vertex.SURFACE), version, resource, "predict" if predicts else "model"
    )
    auth.check(access, auth.shown(sent(context), b""), words)


def sent(context: grpc.ServicerContext) -> Iterator[tuple[bytes, bytes]]:
    """The texts among the metadata of a call."""
    for key, value in context.invocation_metadata():
        if isinstance(value, str):
            yield key.encode(), value.encode()


def wait(fault: Fault, context: grpc.ServicerContext) -> None:
    """Let happen what a fault wants: a delay, or a connection that breaks.

    gRPC hides its connections, so a broken one is told by the status that clients give it.
    """
    sleep(fault.delay)
    if fault.drop or fault.truncate is not None:
        context.abort(grpc.StatusCode.UNAVAILABLE, "Connection reset by peer")
    if fault.malformed:
        context.abort(grpc.StatusCode.INTERNAL, "Failed parsing the response.")


def metadata(made: Answer) -> Iterator[tuple[str, str]]:
    """The fake's version, and the warnings of an answer."""
    yield "x-imagen-fake", __version__
    if made.warnings:
        yield "x-imagen-fake-warnings", google.header_text(made.warnings).decode()


@contextmanager
def refusing(context: grpc.ServicerContext, surface: Surface) -> Iterator[None]:
    """End a call with the status of whatever goes wrong, a bug of ours included."""
    try:
        yield
    except ApiError as error:
        wait(error.fault or SOUND, context)
        context.abort_with_status(rpc_status.to_status(refusal(error, surface)))
    except Exception:
        log.exception("a gRPC call failed")
        failure = refusal(ApiError("internal"), surface)
        context.abort_with_status(rpc_status.to_status(failure))


def refusal(error: ApiError, surface: Surface) -> Status:
    """The `google.rpc.Status` of an error: its canonical code, its message, its details."""
    shown = status(error, surface)
    code = spec.table("status_codes")["codes"][shown["status"]]["grpc"]
    text = shown["message"].encode()[:LONGEST].decode(errors="ignore")
    details = shown.get("details", [])
    return json_format.ParseDict({"code": code, "message": text, "details": details}, Status())

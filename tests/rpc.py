"""A plain gRPC call, without any client's own opinions."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import grpc
from google.protobuf import json_format
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message

from imagen_fake.config import Config
from imagen_fake.server.grpc import serve_grpc
from imagen_fake.state.state import State
from imagen_fake.surfaces.vertex_messages import message, services

ANY_SIZE = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


@contextmanager
def channel(config: Config | None = None, state: State | None = None) -> Iterator[grpc.Channel]:
    """A plaintext channel to a fake of its own."""
    with (
        serve_grpc(state or State(config or Config()), "127.0.0.1", 0) as port,
        grpc.insecure_channel(f"127.0.0.1:{port}", ANY_SIZE) as opened,
    ):
        yield opened


def method(name: str, version: str = "v1") -> MethodDescriptor:
    """What describes the method of that name in a version of the API."""
    methods = [method for service in services() for method in service.methods]
    return next(
        method
        for method in methods
        if method.name == name and method.full_name.split(".")[3] == version
    )


def request(of: MethodDescriptor, asked: Mapping[str, Any]) -> Message:
    """The request of a method, from its JSON."""
    return json_format.ParseDict(dict(asked), message(of.input_type)())


def call(
    to: grpc.Channel,
    name: str,
    asked: Mapping[str, Any],
    version: str = "v1",
    metadata: Sequence[tuple[str, str]] = (),
) -> tuple[Any, Mapping[str, Any]]:
    """The answer of a method as JSON, and its metadata. Raises RpcError."""
    of = method(name, version)
    stub = to.unary_unary(
        f"/{of.containing_service.full_name}/{of.name}",
        message(of.input_type).SerializeToString,
        message(of.output_type).FromString,
    )
    answer, made = stub.with_call(request(of, asked), timeout=60, metadata=tuple(metadata))
    return json_format.MessageToDict(answer), dict(made.initial_metadata())

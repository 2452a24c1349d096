"""The protobuf messages of Vertex AI, made of `schemas/surfaces/vertex_grpc.json`, and their JSON.

They are in a pool of their own: in protobuf's default one they could not stand beside those of
Google's client, which have the same names, when both are used in one process.
"""

import json
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any

from google.protobuf import json_format, message_factory, struct_pb2
from google.protobuf.descriptor import Descriptor, ServiceDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError, Message

from imagen_fake import spec
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.payload import MAX_BYTES, MAX_VALUES, WINDOW, too_large
from imagen_fake.surfaces.wire_fields import has_more_fields

MIN_SPLICED_LENGTH = 1024
"""Shorter texts are always left to the JSON encoder."""

PLAIN = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
"""The bytes of base64: JSON has no need to escape them."""

MAX_PIECES = 5 * MAX_VALUES
"""Of JSON: a value is written in five at most."""

MAX_FIELDS = 6 * MAX_VALUES
"""Of a message: a value in an object takes six at most."""

TOO_LARGE = "1e999"
"""How JSON spells infinity: it has no word for that, and the service none for such a number."""

PICTURE = b'"bytesBase64Encoded": "'
"""How an answer of the row opens the base64 text of a picture."""


@cache
def pool() -> DescriptorPool:
    """The pool that describes the messages and services of every version of the API."""
    result = DescriptorPool()
    result.AddSerializedFile(struct_pb2.DESCRIPTOR.serialized_pb)
    for version in _versions():
        result.AddSerializedFile(_file(version).SerializeToString())
    return result


def services() -> Iterator[ServiceDescriptor]:
    """The services of every version of the API."""
    for version in _versions():
        yield from pool().FindFileByName(_file(version).name).services_by_name.values()


def message(descriptor: Descriptor) -> type[Message]:
    """The class of a message in the pool."""
    result: type[Message] = message_factory.GetMessageClass(descriptor)
    return result


def parse(descriptor: Descriptor, raw: bytes) -> Any:
    """The message of its bytes. Raises ApiError `json_too_large` or `message_malformed`."""
    if has_more_fields(raw, descriptor, MAX_FIELDS):
        raise too_large()
    try:
        return message(descriptor).FromString(raw)
    except DecodeError:
        raise ApiError("message_malformed", expected=descriptor.name) from None


def body(request: Any) -> bytes:
    """A PredictRequest as the body of the REST call, keys in alphabetical order.

    Pictures are spliced in: a JSON encoder takes twenty times as long for them. Raises ApiError
    `json_too_large` for what would be refused over REST, before it is written.
    """
    pieces = list(islice(_body(request), MAX_PIECES))
    if len(pieces) == MAX_PIECES:
        raise too_large()
    return b"".join(pieces)


def reply(descriptor: Descriptor, answer: bytes) -> Message:
    """The message of the body that REST would answer."""
    return json_format.ParseDict(_parse_answer(answer), message(descriptor)())


def _parse_answer(answer: bytes) -> Any:
    """The JSON of an answer; its pictures never pass through the parser, only their numbers do."""
    head, *parts = answer.split(PICTURE)
    cut = [part.partition(b'"') for part in parts]
    rests = [b"%s%d%s" % (PICTURE[:-1], number, rest) for number, (_, _, rest) in enumerate(cut)]

    def restore_picture(fields: dict[str, Any]) -> dict[str, Any]:
        number = fields.get("bytesBase64Encoded")
        if isinstance(number, int):
            fields["bytesBase64Encoded"] = cut[number][0].decode()
        return fields

    return json.loads(b"".join([head, *rests]), object_hook=restore_picture)


def _body(request: Any) -> Iterator[bytes]:
    yield b'{"instances":['
    yield from _items(request.instances)
    yield b"]"
    if request.HasField("parameters"):
        yield b',"parameters":'
        yield from _json(request.parameters)
    if request.labels:
        yield b',"labels":'
        _refuse_more(request.labels)
        yield json.dumps(dict(request.labels), sort_keys=True).encode()
    yield b"}"


def _json(value: Any) -> Iterator[bytes]:
    """The JSON of a `google.protobuf.Value`, in pieces."""
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        yield b"{"
        yield from _members(value.struct_value.fields)
        yield b"}"
    elif kind == "list_value":
        yield b"["
        yield from _items(value.list_value.values)
        yield b"]"
    elif kind == "string_value":
        yield from _text(value.string_value)
    else:  # a number, a boolean, or null, which is also what a value without a kind stands for
        scalar = None if kind in (None, "null_value") else getattr(value, kind)
        yield json.dumps(scalar).replace("Infinity", TOO_LARGE).encode()


def _refuse_more(values: Any) -> None:
    """Raise ApiError for more fields than are read: sorting them lets no other thread run."""
    if len(values) > MAX_VALUES:
        raise too_large()


def _members(fields: Any) -> Iterator[bytes]:
    _refuse_more(fields)
    for number, name in enumerate(sorted(fields)):
        yield b"," if number else b""
        yield json.dumps(name).encode() + b":"
        yield from _json(fields[name])


def _items(values: Any) -> Iterator[bytes]:
    for number, value in enumerate(values):
        yield b"," if number else b""
        yield from _json(value)


def _text(text: str) -> Iterator[bytes]:
    raw = text.encode()
    if len(raw) < MIN_SPLICED_LENGTH or not _is_plain(raw):
        if len(raw) > MAX_BYTES:
            raise too_large()
        yield json.dumps(text).encode()
        return
    yield b'"'
    yield raw
    yield b'"'


def _is_plain(raw: bytes) -> bool:
    windows = (raw[start : start + WINDOW] for start in range(0, len(raw), WINDOW))
    return not any(window.translate(None, PLAIN) for window in windows)


@cache
def _file(version: str) -> FileDescriptorProto:
    facts: Any = spec.read("surfaces/vertex_grpc.json")["file"]
    file = json_format.ParseDict(facts, FileDescriptorProto())
    file.name = file.name.format(version=version)
    file.package = file.package.format(version=version)
    return file


def _versions() -> list[str]:
    versions: list[str] = spec.surface("vertex").facts["versions"]["value"]
    return versions

"""The pictures a caller sends, as pixels, and what a call reads from or leaves in Cloud Storage."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any, TypeVar

import pybase64
from PIL.Image import Image

from imagen_fake import spec
from imagen_fake.imaging.files.budget import DECODING, PICTURES, OverBudgetError
from imagen_fake.imaging.files.loading import BadPictureError, Limits, open_picture, pixels_of
from imagen_fake.json_tree import objects
from imagen_fake.pipeline.call import Call, Prediction
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.storage.objects import NewObject, ObjectStore, StorageError


def deliver(call: Call, predictions: Sequence[Prediction]) -> list[Prediction]:
    """The predictions, their pictures moved to Cloud Storage if the call says so.

    A picture becomes `<storageUri>/<13 digits>/sample_<n>.<ending>`, n from 0 in order of the
    answer. Nothing is written before all pictures are made. Raises ApiError `storage_…`.
    """
    if "storageUri" not in call.parameters:
        return list(predictions)
    # 13 digits, as the service's milliseconds have, but the same for an equal call
    digits = 10**12 + int.from_bytes(call.digest()) % (9 * 10**12)
    folder = f"{call.parameters['storageUri'].removesuffix('/')}/{digits}"
    stored = [_stored(picture, f"{folder}/sample_{n}") for n, picture in enumerate(predictions)]
    with _refusing(call):
        call.objects.put([picture for _, picture in stored if picture], call.raise_if_stale)
    return [prediction for prediction, _ in stored]


def _stored(picture: Prediction, stem: str) -> tuple[Prediction, NewObject | None]:
    """A prediction as it is answered, and the picture that is written for it, if it has one."""
    if picture.image is None:
        return picture, None
    mime_type = picture.fields["mimeType"]
    endings = spec.table("mime_types")["types"].items()
    uri = f"{stem}.{next(ending for ending, kind in endings if kind == mime_type)}"
    fields = {"mimeType": mime_type, "gcsUri": uri, **picture.fields}
    return replace(picture, fields=fields, image=None), NewObject(uri, picture.image, mime_type)


@contextmanager
def _refusing(call: Call, limit: int | None = None) -> Iterator[None]:
    """Refusals of the storage in the words of the service that was asked."""
    try:
        yield
    except StorageError as error:
        raise ApiError(
            f"storage_{error.reason}", task=call.task, value=error.uri, limit=limit
        ) from None


Loaded = TypeVar("Loaded")

MAX_PIXELS = 64_000_000
"""More are refused unread: 192 MB once decoded."""

RGB = 3
"""Bytes of a pixel of a decoded picture."""

MAX_BYTES = 128 * 2**20
"""No larger object is read, even where only its size as a PNG is limited."""


def load_picture(call: Call, media: Mapping[str, Any]) -> Image:
    """The decoded picture that `bytesBase64Encoded` or `gcsUri` of a field holds: RGB, upright.

    Raises ApiError `picture_…` for what is no picture or too large, `storage_…` for what is out
    of reach.
    """
    return load(call, media, open_picture)


def load(call: Call, media: Mapping[str, Any], read: Callable[[bytes, Limits], Loaded]) -> Loaded:
    """What `read` makes of the file in a field. Raises ApiError as `load_picture` does."""
    limits = _limits(call)
    try:
        return read(_data(call, media, limits), limits)
    except BadPictureError as error:
        raise _refusal(call, error.reason, error.detail) from None


@contextmanager
def within_memory(call: Call, bytes_per_pixel: int, beside: int = 0) -> Iterator[Call]:
    """The call, while there is memory for its pictures: so much for the largest, less for others.

    It waits its turn. Raises ApiError `picture_too_many_pixels` where all there is were too little.
    """
    call = replace(call, objects=ReadOnce(call.objects))
    sizes = sorted(_sizes(call))
    largest = sizes.pop() if sizes else 0
    amount = max(bytes_per_pixel, DECODING) * largest + RGB * sum(sizes) + beside
    try:
        with PICTURES.reserve(amount):
            call.raise_if_cancelled()
            yield call
    except OverBudgetError:
        raise _refusal(call, "too_many_pixels", f"{largest} pixels") from None


def _sizes(call: Call) -> Iterator[int]:
    """How many pixels each picture of the instance has; nothing of one that will be refused."""
    for _, part in objects(call.instance):
        if "bytesBase64Encoded" in part or "gcsUri" in part:
            with suppress(ApiError, BadPictureError):
                yield load(call, part, pixels_of)


class ReadOnce:
    """Objects of which each is read once: it might be another the second time."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects
        self._results: dict[str, bytes | StorageError] = {}
        self.put = objects.put

    def read(self, uri: str, limit: int) -> bytes:
        """The bytes of an object. Raises StorageError."""
        if uri not in self._results:
            try:
                self._results[uri] = self._objects.read(uri, limit)
            except StorageError as error:
                self._results[uri] = error
        stored = self._results[uri]
        if isinstance(stored, StorageError):
            raise stored.with_traceback(None)
        return stored


def _refusal(call: Call, reason: str, detail: str) -> ApiError:
    limits = _limits(call)
    return ApiError(
        f"picture_{reason}",
        task=call.task,
        detail=detail,
        formats=", ".join(limits.formats),
        limit=limits.max_bytes,
    )


def _limits(call: Call) -> Limits:
    """What the call's task takes; where sources contradict each other, less of it when strict."""
    schema = spec.task_schema(call.task)["$defs"]["media"]
    size = schema["x-max-bytes"]
    return Limits(
        formats=tuple(schema["x-formats"]["value"]),
        max_bytes=size["strict"] if call.strict and "strict" in size else size["value"],
        max_pixels=MAX_PIXELS,
        as_png=size.get("as") == "PNG",
    )


def _data(call: Call, media: Mapping[str, Any], limits: Limits) -> bytes:
    """The bytes of a picture as a file."""
    if "bytesBase64Encoded" not in media:
        most = MAX_BYTES if limits.as_png else limits.max_bytes
        with _refusing(call, most):
            return call.objects.read(media["gcsUri"], most)
    text = media["bytesBase64Encoded"]
    try:
        return pybase64.b64decode(call.media.get(text, text), validate=True)
    except ValueError:
        raise ApiError("picture_not_base64", task=call.task) from None

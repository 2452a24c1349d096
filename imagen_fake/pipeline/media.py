"""The pictures a caller sends: decoded, and drawings in the size of their picture."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import pybase64
from PIL.Image import Image, Resampling

from imagen_fake import spec
from imagen_fake.imaging.files.budget import DECODING, PICTURES, OverBudgetError
from imagen_fake.imaging.files.loading import (
    BadPictureError,
    Limits,
    apply_orientation,
    open_drawing,
    open_picture,
    open_transparent,
    orientation_of,
    pixels_of,
)
from imagen_fake.imaging.vision.masks import binarize, is_cut_out
from imagen_fake.json_tree import objects
from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.respond import api_errors
from imagen_fake.storage.objects import ObjectStore, StorageError

Loaded = TypeVar("Loaded")

MAX_PIXELS = 64_000_000
"""More are refused unread: 192 MB once decoded."""

RGB = 3
"""Bytes of a pixel of a decoded picture."""

DATA, URIS = ("bytesBase64Encoded", "data"), ("gcsUri", "fileUri")
"""The fields that hold a picture, and those that name one in Cloud Storage."""

TO_STANDARD = bytes.maketrans(b"-_", b"+/")

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
        if not part.keys().isdisjoint((*DATA, *URIS)):
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
    schema = media_schema(call)
    size = schema["x-max-bytes"]
    return Limits(
        formats=tuple(schema["x-formats"]["value"]),
        max_bytes=size["strict"] if call.strict and "strict" in size else size["value"],
        max_pixels=MAX_PIXELS,
        as_png=size.get("as") == "PNG",
    )


def _data(call: Call, media: Mapping[str, Any], limits: Limits) -> bytes:
    """The bytes of a picture as a file."""
    text = next((media[name] for name in DATA if name in media), None)
    if text is None:
        most = MAX_BYTES if limits.as_png else limits.max_bytes
        uri = next(media[name] for name in URIS if name in media)
        with api_errors(call, most):
            return call.objects.read(uri, most)
    try:
        return decode(call.media.get(text, text), url_safe="x-alphabets" in media_schema(call))
    except ValueError:
        raise ApiError("picture_not_base64", task=call.task) from None


def decode(text: str | memoryview, *, url_safe: bool = False) -> bytes:
    """The bytes of a text in base64; `url_safe` takes both alphabets, padded or not.

    Raises ValueError.
    """
    if url_safe:
        raw = text.encode() if isinstance(text, str) else bytes(text)
        text = memoryview(raw.translate(TO_STANDARD) + b"=" * (-len(raw) % 4))
    return pybase64.b64decode(text, validate=True)


def media_schema(call: Call) -> Mapping[str, Any]:
    """What is known of the pictures that a call's task takes."""
    schema: Mapping[str, Any] = spec.task_schema(call.task)["$defs"]["media"]
    return schema


Media = Mapping[str, Any]
"""The field of a request that holds a picture."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing, and warnings about its size."""

    image: Image
    warnings: tuple[str, ...] = ()


def open_mask(call: Call, media: Media, base: Image, base_media: Media) -> Drawing:
    """The mask in a field, L: 255 where drawn, else 0, in the size of `base`.

    `base_media` is the field of `base`. Raises ApiError for what is no picture, and if strict
    for what deserves a warning.
    """
    fit = fit_drawing(call, load(call, media, open_drawing), base, base_media)
    return Drawing(binarize(fit.image), (*fit.warnings, *_hole_warnings(call, media, base)))


def _hole_warnings(call: Call, media: Media, base: Image) -> tuple[str, ...]:
    """The warning about a mask that is transparent where to edit. An ApiError if strict."""
    text = spec.task_schema(call.task).get("x-transparent", {}).get("text")
    image = load(call, media, open_transparent) if text else None
    if image is None or not is_cut_out(image, base):
        return ()
    if call.strict:
        raise ApiError("strict_warning", warning=text)
    return (text,)


def fit_drawing(call: Call, image: Image, base: Image, base_media: Media) -> Drawing:
    """A picture stretched to the size of `base`, whose field is `base_media`.

    If it has the size of `base` before its EXIF orientation, it is rotated likewise. Raises the
    ApiError of `x-fitted` if strict.
    """
    if image.size == base.size:
        return Drawing(image)
    if image.size == base.size[::-1]:
        turn = load(call, base_media, orientation_of)
        if turn >= 5:  # from this orientation of EXIF on, width and height change places
            return Drawing(apply_orientation(image, turn))
    facts = spec.task_schema(call.task)["x-fitted"]
    sizes = {"drawing": _size_text(image), "base": _size_text(base)}
    if call.strict:
        raise ApiError(facts["strict"], task=call.task, **sizes)
    return Drawing(image.resize(base.size, Resampling.BOX), (facts["text"].format_map(sizes),))


def _size_text(image: Image) -> str:
    return f"{image.width}x{image.height}"

"""What a call reads from Cloud Storage, and what it leaves there."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from imagen_fake import spec
from imagen_fake.pipeline.call import Call, Prediction
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.storage.objects import NewObject, StorageError


def fetch(call: Call, uri: str, limit: int) -> bytes:
    """The bytes behind a `gcsUri`, `limit` at most. Raises ApiError `storage_…`."""
    with _refusing(call, limit):
        return call.objects.read(uri, limit)


def deliver(call: Call, predictions: Sequence[Prediction]) -> list[Prediction]:
    """The predictions, their pictures moved to Cloud Storage if the call says so.

    A picture becomes `<storageUri>/<13 digits>/sample_<n>.<ending>`, n from 0 in order of the
    answer. Nothing is written before all pictures are made. Raises ApiError `storage_…`.
    """
    if "storageUri" not in call.parameters:
        return list(predictions)
    folder = f"{call.parameters['storageUri'].removesuffix('/')}/{_digits(call)}"
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


def _digits(call: Call) -> int:
    """13 digits, as the service's milliseconds have, but the same for an equal call."""
    return 10**12 + int.from_bytes(call.digest()) % (9 * 10**12)


@contextmanager
def _refusing(call: Call, limit: int | None = None) -> Iterator[None]:
    """Refusals of the storage in the words of the service that was asked."""
    try:
        yield
    except StorageError as error:
        raise ApiError(
            f"storage_{error.reason}", task=call.task, value=error.uri, limit=limit
        ) from None

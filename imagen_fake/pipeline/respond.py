"""From predictions to the bytes of the service's JSON, and to Cloud Storage.

Pictures are base64-encoded and spliced in: a JSON encoder would copy every byte of them.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import pybase64

from imagen_fake import spec
from imagen_fake.pipeline.call import NO_OUTCOME, Call, Outcome, Prediction, Verdict
from imagen_fake.pipeline.errors import ApiError, codes_suffix
from imagen_fake.storage.objects import NewObject, StorageError

INDENT = "  "


class Delivery(NamedTuple):
    """What an answer delivers, which is what is paid for; filtered pictures are not in it."""

    model: str
    task: str
    pictures: int
    """How many pictures or texts."""
    count_by_default: bool = False
    """Whether several were asked for because the request does not say how many."""
    usd: float | None = None
    """What one costs, in US dollars, where the surface has prices of its own."""

    @classmethod
    def of(cls, call: Call, pictures: Sequence[Prediction], usd: float | None = None) -> "Delivery":
        """The delivery of a call whose surviving samples are `pictures`."""
        return cls(call.model.id, call.task, len(pictures), call.count_by_default, usd)


@dataclass(frozen=True, slots=True)
class Answer:
    """The HTTP status, the body, and the warnings for the header."""

    status: int
    body: bytes
    warnings: tuple[str, ...] = ()
    cacheable: bool = True
    """Whether it may be reused for an identical request."""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    outcome: Outcome = NO_OUTCOME
    """What directives force; the surface applies the fault on the wire."""
    reproducible: bool = True
    """Whether rendering it again gives the same."""
    error: ApiError | None = None
    """The error that it reports, if it does."""
    delivery: Delivery | None = None
    """What it delivers, if it is no error."""
    media_headers: tuple[tuple[bytes, bytes], ...] = ()
    """`Content-Type` and what stands beside it, where it is not JSON."""
    chunks: tuple[int, ...] = ()
    """How many bytes each chunk of a stream has; empty where it is none."""


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
    with api_errors(call):
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
def api_errors(call: Call, limit: int | None = None) -> Iterator[None]:
    """Refusals of the storage in the words of the service that was asked."""
    try:
        yield
    except StorageError as error:
        raise ApiError(
            f"storage_{error.reason}", task=call.task, value=error.uri, limit=limit
        ) from None


def respond(call: Call, pictures: Sequence[Prediction]) -> Answer:
    """The answer of a call whose surviving samples are `pictures`."""
    predictions = [*pictures, *filter_notices(call), *prompt_scores(call)]
    of_pictures = (text for picture in pictures for text in picture.warnings)
    return Answer(
        200,
        b"".join(_body(predictions)),
        tuple(dict.fromkeys((*call.warnings, *of_pictures))),
        call.cacheable,
        outcome=call.outcome,
        reproducible=call.reproducible,
        delivery=Delivery.of(call, pictures),
    )


def error_answer(
    error: ApiError, code: int, body: Any, headers: tuple[tuple[bytes, bytes], ...] = ()
) -> Answer:
    """The answer that reports an error: its HTTP status and the value of its body."""
    wait = error.outcome.directives.get("retry-after")
    if wait is not None:
        headers = (*headers, (b"retry-after", b"%d" % wait))
    return Answer(
        code, to_json(body), cacheable=False, headers=headers, outcome=error.outcome, error=error
    )


def to_json(value: Any) -> bytes:
    """JSON as the service prints it: two spaces, nothing escaped that need not be, a newline."""
    return json.dumps(value, indent=INDENT, ensure_ascii=False).encode() + b"\n"


def filter_notices(call: Call) -> Iterator[Prediction]:
    """What takes the place of filtered samples, if the caller wants to know.

    Models of before Imagen 3 say the bare code once per sample, later ones one sentence in all.
    """
    filtered = [verdict for verdict in call.verdicts if not verdict.passes]
    if not filtered or not call.parameters.get("includeRaiReason"):
        return
    if call.model.facts["filteredReason"]["value"] == "per-image":
        for verdict in filtered:
            yield Prediction({"raiFilteredReason": ", ".join(verdict.codes)})
    else:
        yield Prediction({"raiFilteredReason": _reason(call, filtered)})


def prompt_scores(call: Call) -> Iterator[Prediction]:
    """The last element of an answer with safety attributes: the scores of the prompt itself."""
    if call.parameters.get("includeSafetyAttributes"):
        yield Prediction(
            {
                "contentType": spec.table("safety_categories")["promptElement"]["value"],
                "safetyAttributes": attributes(call.scores),
            }
        )


def attributes(scores: Mapping[str, float]) -> Mapping[str, Any]:
    """Scores as the service writes them: two lists, and 0 where there is none."""
    return {"categories": list(scores), "scores": [score or 0 for score in scores.values()]}


def _reason(call: Call, filtered: Sequence[Verdict]) -> str:
    first = filtered[0]
    kind = "person" if first.cause == "person" else "some"
    if kind == "some" and len(filtered) == len(call.verdicts):
        kind = f"{first.cause}_all"
    text: str = spec.read("errors.json")["filters"][kind]["text"]
    return text.format(count=len(filtered)) + codes_suffix(first.codes, call.surface)


def _body(predictions: Sequence[Prediction]) -> Iterator[bytes]:
    if not predictions:
        yield b"{}\n"
        return
    yield b'{\n  "predictions": [\n    '
    for number, prediction in enumerate(predictions):
        yield b",\n    " if number else b""
        yield from _element(prediction)
    yield b"\n  ]\n}\n"


def _element(prediction: Prediction) -> Iterator[bytes]:
    if prediction.text is not None:
        yield json.dumps(prediction.text, ensure_ascii=False).encode()
        return
    fields = json.dumps(prediction.fields, indent=INDENT, ensure_ascii=False)
    fields = fields.replace("\n", "\n    ")
    if prediction.image is None:
        yield fields.encode()
        return
    yield b'{\n      "bytesBase64Encoded": "'
    yield pybase64.b64encode(prediction.image)
    yield b'",'
    yield fields[1:].encode()

"""From predictions to the bytes of the service's JSON.

Pictures are base64-encoded and spliced in: a JSON encoder would copy every byte of them.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pybase64

from imagen_fake import spec
from imagen_fake.pipeline.call import NO_OUTCOME, Call, Outcome, Prediction, Verdict
from imagen_fake.pipeline.errors import ApiError, codes_suffix

INDENT = "  "


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
    )


def error_answer(
    error: ApiError, code: int, body: Any, headers: tuple[tuple[bytes, bytes], ...] = ()
) -> Answer:
    """The answer that reports an error: its HTTP status and the value of its body."""
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

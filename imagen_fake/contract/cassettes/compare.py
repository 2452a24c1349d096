"""Comparing responses: all but pixels, free text and what no two calls have in common."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.cassettes.placeholder import decode_picture
from imagen_fake.contract.exchange import Difference, Fact, Response

CONNECTION = {
    "alt-svc", "connection", "content-encoding", "content-length", "date", "keep-alive",
    "transfer-encoding",
}  # fmt: skip
"""Headers that belong to one connection or one moment."""

# Google shows this to callers of its own alone; all recorded 404s carry it, no reported one does.
INTERNAL = "type.googleapis.com/google.rpc.DebugInfo"

NAMES = (
    (re.compile(r"\b(projects|locations)/[^/\s`'\"]+"), r"\1/…"),
    (re.compile(r"(\bin project |[?&]project=)[^\s&]+"), r"\1…"),
    (re.compile(r"gs://[^/\s]+"), "gs://…"),
    (re.compile(r"\d+(?:\.\d+)?(?:, \d+)*"), "N"),
)
EXACT_NUMBERS = {"code", "inputTokenLimit", "outputTokenLimit"}
NO_FACT = Fact("", "recorded")


def compare(recorded: Response, actual: Response, fact: Fact = NO_FACT) -> Iterator[Difference]:
    """The parts of a recorded response that another one does not repeat.

    Headers that only the other one has do not count.
    """
    expected, observed = comparable_parts(recorded), comparable_parts(actual)
    for part in dict.fromkeys([*expected, *observed]):
        if part not in expected and part.startswith("headers/"):
            continue
        if expected.get(part) != observed.get(part):
            yield Difference(
                part,
                replace(fact, pointer=f"{fact.pointer}/{part}"),
                expected.get(part, "nothing"),
                observed.get(part, "nothing"),
            )


def comparable_parts(response: Response) -> Mapping[str, str]:
    """The comparable parts of a response: `status`, `headers/NAME`, `body/…`."""
    parts = {"status": str(response.status)} | _headers(response)
    try:
        body = json.loads(response.body)
    except ValueError:
        return parts | {"body": "no JSON"}
    return parts | dict(_parts("body", "", _without_debug_info(body)))


def template(text: str) -> str:
    """A text without its numbers, projects, locations and buckets."""
    for pattern, name in NAMES:
        text = pattern.sub(name, text)
    return text


def _headers(response: Response) -> dict[str, str]:
    values: dict[str, list[str]] = {}
    for name, value in response.headers:
        key = name.decode("latin-1").lower()
        if key not in CONNECTION:
            values.setdefault(key, []).extend(value.decode("latin-1").split(", "))
    return {f"headers/{key}": template(", ".join(sorted(values[key]))).lower() for key in values}


def _without_debug_info(body: Any) -> Any:
    """A body as callers outside Google see it."""
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict) or not isinstance(error.get("details"), list):
        return body
    details = [
        one for one in error["details"] if not isinstance(one, dict) or one.get("@type") != INTERNAL
    ]
    rest = {key: value for key, value in error.items() if key != "details"}
    return {**body, "error": {**rest, "details": details} if details else rest}


def _parts(part: str, key: str, value: Any) -> Iterator[tuple[str, str]]:
    """Every part of a JSON value: keys of objects, lengths of lists, leaves."""
    if isinstance(value, dict):
        yield part, "{" + ", ".join(sorted(value)) + "}"
        for name in sorted(value):
            yield from _parts(f"{part}/{name}", name, value[name])
    elif isinstance(value, list):
        yield part, f"{len(value)} elements"
        for index, child in enumerate(value):
            yield from _parts(f"{part}/{index}", key, child)
    else:
        yield part, _comparable_leaf(key, value)


def _comparable_leaf(key: str, value: Any) -> str:
    if isinstance(value, str):
        return TEXT_FORMS.get(key, template)(value)
    if isinstance(value, bool) or value is None or key in EXACT_NUMBERS:
        return json.dumps(value)
    return "a number"


def _free(text: str) -> str:
    return "a text" if text.strip() else "an empty text"


def _picture(text: str) -> str:
    decoded = decode_picture(text)
    if decoded is None:
        return "no picture"
    image, _ = decoded
    return f"{image.format} {image.mode} {image.width}x{image.height}"


def _score(text: str) -> str:
    return "a number as text" if re.fullmatch(r"[01](\.\d+)?", text) else text


TEXT_FORMS: Mapping[str, Callable[[str], str]] = {
    **dict.fromkeys(spec.picture_keys(), _picture),
    "prompt": _free,
    "predictions": _free,  # a caption or an answer
    "url": lambda text: "a link" if text.startswith("http") else text,
    "score": _score,
}
"""How the texts of some keys are compared; all others by their template."""

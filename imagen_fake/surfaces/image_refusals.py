"""Errors of `images/generations`, in OpenAI's envelope or AI/ML API's flat form."""

from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from imagen_fake import spec
from imagen_fake.middleware.guards import PICTURES
from imagen_fake.pipeline.errors import ApiError, status, without_frames
from imagen_fake.pipeline.redaction import redact
from imagen_fake.pipeline.respond import Answer, error_answer
from imagen_fake.pipeline.validate import choices
from imagen_fake.spec import Surface
from imagen_fake.surfaces import dialect
from imagen_fake.surfaces.predict_call import refusal


def dialect_below(path: str) -> Surface | None:
    """The dialect of errors below a path, unless the body is in another one.

    None where no images are generated.
    """
    if path.startswith(f"{PICTURES}/"):
        return spec.surface(dialect.OPENAI)
    for facts in dialect.paths().values():
        if path.startswith(facts["below"]):
            return spec.surface(facts["dialects"][-1])
    return None


def refusal_below(error: ApiError, path: str) -> tuple[Answer, Surface]:
    """The answer that an error makes below a path, and the surface whose words it has."""
    surface = dialect_below(path)
    if surface:
        return dialect_error(error, surface, path), surface
    surface = spec.surface("vertex")
    return refusal(error, surface), surface


def dialect_error(error: ApiError, surface: Surface, path: str) -> Answer:
    """The error response in a dialect."""
    worded = dialect_status(error, surface)
    body = _flat(worded, surface, path) if "failure" in surface.facts else _nested(error, worded)
    return error_answer(error, worded["code"], body)


def dialect_status(error: ApiError, surface: Surface) -> Mapping[str, Any]:
    """The status of an error as a dialect words it."""
    if surface.facts.get("models"):
        error.fields.setdefault("choices", choices(surface.facts["models"]["value"]))
    return status(without_frames(error), surface)


def _nested(error: ApiError, status: Mapping[str, Any]) -> Mapping[str, Any]:
    """`{"error": {message, type, param, code}}`."""
    surface = spec.surface(dialect.OPENAI)
    types, codes = surface.facts["types"]["value"], surface.facts["codes"]["value"]
    return {
        "error": {
            "message": status["message"],
            "type": types.get(str(status["code"]), types["other"]),
            "param": redact(error.fields.get("name", "")) or None,
            "code": codes.get(surface.error(error.id)),
        }
    }


def _flat(status: Mapping[str, Any], surface: Surface, path: str) -> Mapping[str, Any]:
    """`{message, path, requestId, statusCode, timestamp}`, the same for equal errors."""
    return {
        "message": status["message"],
        "path": path,
        "requestId": str(uuid5(NAMESPACE_URL, f"{path} {status['code']} {status['message']}")),
        "statusCode": status["code"],
        **surface.facts["failure"]["value"],
    }

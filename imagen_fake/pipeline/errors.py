"""The one exception below HTTP. Its words come from `schemas/errors.json`."""

from collections.abc import Mapping, Sequence
from typing import Any

from imagen_fake import spec
from imagen_fake.pipeline.call import NO_OUTCOME
from imagen_fake.pipeline.redaction import redact
from imagen_fake.spec import Surface


class ApiError(Exception):
    """A refusal, named by its id in `schemas/errors.json`, with what its text speaks of.

    The field `codes` holds support codes, `task` the task whose opening words the text takes.
    A `message` is said in place of the known text.
    """

    def __init__(
        self, error_id: str, codes: Sequence[str] = (), message: str = "", **fields: Any
    ) -> None:
        super().__init__(error_id, fields)
        self.id = error_id
        self.codes = tuple(codes)
        self.message = message
        self.fields: dict[str, Any] = {"task": "generate", **fields}
        self.outcome = NO_OUTCOME
        """What directives force upon the call that is refused."""


def without_frames(error: ApiError) -> ApiError:
    """The error without its traceback and what it came of.

    The frames of both hold the request's body, and often the error itself: only the garbage
    collector would free them.
    """
    error.__traceback__ = error.__context__ = error.__cause__ = None
    return error


def status(error: ApiError, surface: Surface) -> Mapping[str, Any]:
    """The `google.rpc.Status` of an error as a surface words it: code, message, status, details.

    `code` is the HTTP status. Details are there only where the service was seen to send them.
    """
    entry = _entry(error, surface)
    safe = {  # texts may repeat a body; only the fake's own `problem` never does
        name: redact(value)
        for name, value in error.fields.items()
        if isinstance(value, str) and name != "problem"
    }
    failure = spec.task_schema(error.fields["task"])["x-failure"]
    words = error.fields | safe | {"failed": failure["text"]}
    if error.codes:
        words["error_codes"] = ", ".join(error.codes)
    codes = error.codes if entry.get("supportCodes", True) else ()
    code = spec.table("status_codes")["codes"][entry["status"]]["http"]
    status_fields = {
        "code": entry.get("http", code),
        "message": error.message
        or _fill_template(entry["message"], words) + codes_suffix(codes, surface),
        "status": entry["status"],
    }
    if "details" in entry:
        status_fields["details"] = _fill_template(
            entry["details"], words | {"message": status_fields["message"]}
        )
    return status_fields


def codes_suffix(codes: Sequence[str], surface: Surface) -> str:
    """The tail ` Support codes: …` of a text, empty without codes or where a surface hides them."""
    if not codes or not surface.shows_codes:
        return ""
    text: str = spec.read("errors.json")["supportCodes"]["text"]
    return text.format(codes=", ".join(codes))


def _entry(error: ApiError, surface: Surface) -> Any:
    """What is known of an error under the id that task and model, or else the surface, have."""
    task = error.fields["task"]
    renamed = spec.wording(task, error.fields.get("model", ""))
    if task == spec.CONTENT:
        renamed = {**renamed, **spec.content_surface(surface.name)["errors"]}
    error_id = renamed.get(error.id) or surface.error(error.id)
    return spec.read("errors.json")["errors"][error_id]


def _fill_template(template: Any, words: Mapping[str, Any]) -> Any:
    """A template with every `{word}` in every string below it filled in.

    A string that is nothing but `{violations}` becomes their list.
    """
    if template == "{violations}":
        violations = words["violations"]
        return violations if isinstance(violations, list) else [{"description": violations}]
    if isinstance(template, str):
        return template.format_map(words)
    if isinstance(template, list):
        return [_fill_template(part, words) for part in template]
    return {key: _fill_template(part, words) for key, part in template.items()}

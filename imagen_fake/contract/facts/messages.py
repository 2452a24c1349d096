"""Matching messages with the templates in `errors.json`."""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from imagen_fake import spec
from imagen_fake.contract.exchange import Case
from imagen_fake.contract.facts.lookup import error_entry, surface_of
from imagen_fake.contract.facts.schemas import task_schema

PLACEHOLDER = re.compile(r"\{(\w+)\}")
CODES = r"(?: Support codes: (?P<codes>[0-9]+(?:, [0-9]+)*))?"


def surface_error_id(case: Case, error_id: str) -> str:
    """The id under which the case's task and model, or else its surface, have an error."""
    renamed = spec.wording(case.task, case.model)
    return renamed.get(error_id) or surface_of(case).error(error_id)


def match_message(case: Case, error_id: str, message: str) -> Mapping[str, str] | None:
    """The values of the placeholders of an error's message; None if it is another message."""
    error = error_entry(error_id)
    codes = surface_of(case).shows_codes and error.get("supportCodes", True)
    match = message_pattern(error["message"], case.task, bool(codes)).fullmatch(message)
    return match and match.groupdict("")


def matching_errors(case: Case, message: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Every error that a message can be, the one with the longest text of its own first."""
    errors = spec.read("errors.json")["errors"]
    for error_id in sorted(
        errors, key=lambda one: -len(PLACEHOLDER.sub("", errors[one]["message"]))
    ):
        words = match_message(case, error_id, message)
        if words is not None and PLACEHOLDER.sub("", errors[error_id]["message"]):
            yield error_id, words


@cache
def message_pattern(template: str, task: str, codes: bool) -> re.Pattern[str]:
    """A pattern for every message made of a template; its placeholders are groups."""
    opening = str(task_schema(task)["x-failure"]["text"])
    pattern, groups = "", set[str]()
    for number, part in enumerate(
        PLACEHOLDER.split(template.replace("{{", "\0").replace("}}", "\1"))
    ):
        if not number % 2:
            pattern += re.escape(part.replace("\0", "{").replace("\1", "}"))
        elif part == "failed":
            pattern += re.escape(opening)
        else:
            pattern += f"(?P={part})" if part in groups else f"(?P<{part}>.*?)"
            groups.add(part)
    return re.compile(pattern + (CODES if codes else ""), re.DOTALL)

"""Matching messages with the templates in `errors.json`."""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from imagen_fake import spec
from imagen_fake.contract.exchange import Case
from imagen_fake.contract.facts.lookup import error_entry, surface_of
from imagen_fake.contract.facts.schemas import task_schema

PLACEHOLDER = re.compile(r"\{(\w+)\}")
MAX_LENGTH = 100_000
"""The most characters of a message that is read."""

CODES = r"(?: Support codes: (?P<codes>[0-9]+(?:, [0-9]+)*))?"


def surface_error_id(case: Case, error_id: str) -> str:
    """The id under which the case's task and model, or else its surface, have an error."""
    renamed = spec.wording(case.task, case.model)
    return renamed.get(error_id) or surface_of(case).error(error_id)


def match_message(case: Case, error_id: str, message: str) -> Mapping[str, str] | None:
    """The values of the placeholders of an error's message; None if it is another message."""
    error = error_entry(error_id)
    codes = surface_of(case).shows_codes and error.get("supportCodes", True)
    pattern = message_pattern(error["message"], case.task, bool(codes))
    match = pattern.fullmatch(message) if len(message) <= MAX_LENGTH else None
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
    """A pattern for every message made of a template; its placeholders are groups.

    A placeholder ends where the text behind it first occurs: in an atomic group, as trying every
    other end, too, would take hours for some messages.
    """
    opening = str(task_schema(task)["x-failure"]["text"])
    first, *parts = PLACEHOLDER.split(template.replace("{{", "\0").replace("}}", "\1"))
    pattern, names, texts = _literal(first), parts[::2], parts[1::2]
    for number, (name, text) in enumerate(zip(names, texts, strict=True)):
        if name == "failed":
            pattern += re.escape(opening) + _literal(text)
        elif name in names[:number]:
            pattern += f"(?P={name}){_literal(text)}"
        elif names.count(name) > 1 or name == names[-1]:
            pattern += f"(?P<{name}>.*?){_literal(text)}"
        else:
            pattern += f"(?>(?P<{name}>.*?){_literal(text)})"
    return re.compile(pattern + (CODES if codes else ""), re.DOTALL)


def _literal(text: str) -> str:
    return re.escape(text.replace("\0", "{").replace("\1", "}"))

"""Which of the texts in `errors.json` a text is, and what stands in its blanks."""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from imagen_fake import spec
from imagen_fake.contract.exchange import Case
from imagen_fake.contract.facts.places import speaking

BLANK = re.compile(r"\{(\w+)\}")
CODES = r"(?: Support codes: (?P<codes>[0-9]+(?:, [0-9]+)*))?"


def shown_id(case: Case, error_id: str) -> str:
    """The id under which the case's task and model, or else its surface, word an error."""
    renamed = spec.wording(case.task, case.model)
    return renamed.get(error_id) or speaking(case).error(error_id)


def words(case: Case, error_id: str, message: str) -> Mapping[str, str] | None:
    """What stands in the blanks of an error's text; None if the message is another text."""
    known = spec.read("errors.json")["errors"][error_id]
    codes = speaking(case).shows_codes and known.get("supportCodes", True)
    found = pattern(known["message"], case.task, bool(codes)).fullmatch(message)
    return found and found.groupdict("")


def meant(case: Case, message: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Every error that a message can be, the one with the most words of its own first."""
    errors = spec.read("errors.json")["errors"]
    for error_id in sorted(errors, key=lambda one: -len(BLANK.sub("", errors[one]["message"]))):
        found = words(case, error_id, message)
        if found is not None and BLANK.sub("", errors[error_id]["message"]):
            yield error_id, found


@cache
def pattern(template: str, task: str, codes: bool) -> re.Pattern[str]:
    """What every text made of a template matches; its blanks are groups."""
    opening = str(spec.task_schema(task)["x-failure"]["text"])
    spelled, seen = "", set[str]()
    for number, part in enumerate(BLANK.split(template.replace("{{", "\0").replace("}}", "\1"))):
        if not number % 2:
            spelled += re.escape(part.replace("\0", "{").replace("\1", "}"))
        elif part == "failed":
            spelled += re.escape(opening)
        else:
            spelled += f"(?P={part})" if part in seen else f"(?P<{part}>.*?)"
            seen.add(part)
    return re.compile(spelled + (CODES if codes else ""), re.DOTALL)

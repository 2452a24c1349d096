"""The words that open every error of a task, where the service opens them otherwise."""

import re
from collections.abc import Sequence

from imagen_fake import spec
from imagen_fake.contract.checks.response import error_object
from imagen_fake.contract.exchange import Case, Fact
from imagen_fake.contract.facts.facts import fact, join_pointer
from imagen_fake.contract.facts.lookup import error_entry
from imagen_fake.contract.facts.messages import message_pattern, surface_error_id
from imagen_fake.contract.settle.observation import Observation

OPENING = "{failed}"
"""The placeholder in messages for a task's opening words."""

MAX_LENGTH = 1000
"""The most characters of opening words."""


def shared_opening(observations: Sequence[Observation]) -> str | None:
    """The words that open all errors that ought to open with others; None without such words."""
    openings = {_opening(one) for one in observations if _is_blamed(one)}
    return openings.pop() if len(openings) == 1 else None


def opening_fact(case: Case) -> Fact:
    """The fact of the opening words of a case's task, which may be those of another task."""
    file = f"tasks/{case.task}.json"
    reference = spec.read(file)["x-failure"].get("$ref")
    return fact(f"tasks/{reference}" if reference else join_pointer(file, "x-failure"))


def _is_blamed(observation: Observation) -> bool:
    return any(
        one.check == "message" and one.fact.pointer.endswith("/x-failure")
        for one in observation.differences
    )


def _opening(observation: Observation) -> str | None:
    """What stands before the words of the error itself; None for other words."""
    case, text = observation.exchange.case, error_object(observation.exchange.response)
    if case.violation is None:
        return None
    template = str(error_entry(surface_error_id(case, case.violation.error))["message"])
    own = message_pattern(template.removeprefix(OPENING), case.task, True).pattern
    pattern = f"(?P<opening>.{{0,{MAX_LENGTH}}}?)(?:{own})"
    match = re.fullmatch(pattern, str(text.get("message", "")), re.DOTALL)
    return match and match["opening"]

"""The check of what errors state of a parameter, its limits, values and type."""

from collections.abc import Iterator, Mapping
from contextlib import suppress

from imagen_fake.contract.checks.registry import check, difference
from imagen_fake.contract.checks.response import error_object
from imagen_fake.contract.exchange import Case, Difference, Exchange, Fact
from imagen_fake.contract.facts.facts import DIALECTS
from imagen_fake.contract.facts.lookup import error_fact, parameter_fact, read_value, rule_fact
from imagen_fake.contract.facts.messages import match_message, surface_error_id

KEYWORDS: Mapping[str, str] = {
    "minimum": "minimum",
    "maximum": "maximum",
    "options": "enum",
    "choices": "enum",
    "type": "type",
    "expected": "type",
}
"""The placeholders of messages, and the keyword of the parameter whose value each states."""

TYPE_OF_VALUE = ("kind", "received")
"""The placeholders that state the type of what was sent."""
TYPES = {"array": "list", **{name: name for name in
         ("boolean", "integer", "null", "number", "object", "string")}}  # fmt: skip
"""The types of JSON, and how messages call them."""


@check("quoted", answers=False)
def quoted_limits(exchange: Exchange) -> Iterator[Difference]:
    """An error states the limits, the values or the type that the parameter has."""
    case, text = exchange.case, error_object(exchange.response).get("message")
    if case.violation is None or not isinstance(text, str):
        return
    error_id = surface_error_id(case, case.violation.error)
    words = match_message(case, error_id, text) or {}
    for placeholder in [one for one in KEYWORDS if one in words]:
        with suppress(KeyError):  # of what is no parameter, or has no such keyword
            rule = _rule(case, case.violation.path, KEYWORDS[placeholder])
            expected = read_value(rule.pointer)
            if not _states(words[placeholder], expected):
                yield difference("quoted", rule, expected, words[placeholder])
    for stated in [words[one] for one in TYPE_OF_VALUE if one in words]:
        if not any(_states(stated, name) for name in TYPES):
            yield difference("quoted", error_fact(error_id), "a type of JSON", stated)


def _rule(case: Case, path: str, keyword: str) -> Fact:
    """The fact of a parameter's keyword. Raises KeyError where there is none."""
    if case.surface in DIALECTS:
        return rule_fact(case, "properties", *path.split("."), keyword)
    return parameter_fact(case, path, keyword)


def _states(text: str, expected: object) -> bool:
    """Whether a text has each of some values, a type, or is just a number."""
    if isinstance(expected, list):
        return all(str(value) in text for value in expected)
    if isinstance(expected, str):
        return not {expected, TYPES.get(expected)}.isdisjoint(text.split())
    return text == str(expected)

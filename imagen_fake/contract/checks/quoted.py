"""The check of the limits that errors state."""

from collections.abc import Iterator
from contextlib import suppress

from imagen_fake.contract.checks.registry import check, difference
from imagen_fake.contract.checks.response import error_object
from imagen_fake.contract.exchange import Difference, Exchange
from imagen_fake.contract.facts.lookup import parameter_fact, read_value
from imagen_fake.contract.facts.messages import match_message, surface_error_id

LIMITS = ("minimum", "maximum")
"""The placeholders of messages that have the name of the keyword whose value they state."""


@check("quoted", answers=False)
def quoted_limits(exchange: Exchange) -> Iterator[Difference]:
    """An error states the limits that the parameter has."""
    case, text = exchange.case, error_object(exchange.response).get("message")
    if case.violation is None or not isinstance(text, str):
        return
    words = match_message(case, surface_error_id(case, case.violation.error), text) or {}
    for keyword in LIMITS:
        with suppress(KeyError):  # of what is no parameter, or has no such limit
            rule = parameter_fact(case, case.violation.path, keyword)
            expected = str(read_value(rule.pointer))
            if words[keyword] != expected:
                yield difference("quoted", rule, expected, words[keyword])

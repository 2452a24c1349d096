"""The check of the errors for bodies that are not JSON."""

from collections.abc import Iterator

from imagen_fake.contract.bodies.malformed_json import json_problem
from imagen_fake.contract.checks.registry import check, difference
from imagen_fake.contract.checks.response import error_object
from imagen_fake.contract.exchange import Difference, Exchange
from imagen_fake.contract.facts.facts import fact
from imagen_fake.contract.facts.messages import match_message


@check("payload", answers=False)
def json_problem_message(exchange: Exchange) -> Iterator[Difference]:
    """The message names the problem of the JSON."""
    expected = json_problem(exchange.case)
    if expected:
        message = str(error_object(exchange.response).get("message", ""))
        words = match_message(exchange.case, "json_malformed", message)
        if words is None or words["problem"] != expected:
            yield difference("payload", fact("errors.json#/jsonProblems"), expected, message)

"""Checks of how bodies are refused that are no JSON."""

from collections.abc import Iterator

from imagen_fake.contract.bodies.payloads import problem_of
from imagen_fake.contract.checks.reading import error
from imagen_fake.contract.checks.registry import check, differs
from imagen_fake.contract.exchange import Difference, Exchange
from imagen_fake.contract.facts.facts import fact
from imagen_fake.contract.facts.wording import words


@check("payload", answers=False)
def payload(exchange: Exchange) -> Iterator[Difference]:
    """What is wrong with the JSON of a body, in the words that are known for it."""
    expected = problem_of(exchange.case)
    if expected:
        message = str(error(exchange.response).get("message", ""))
        found = words(exchange.case, "json_malformed", message)
        if found is None or found["problem"] != expected:
            yield differs("payload", fact("errors.json#/jsonProblems"), expected, message)

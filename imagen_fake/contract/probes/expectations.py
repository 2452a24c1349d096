"""Expectations of the answers to probes, by status, header, body and JSON value."""

from collections.abc import Callable, Iterator

from imagen_fake.contract.checks.registry import MAX_LENGTH, difference
from imagen_fake.contract.checks.response import error_object, json_body, value_at
from imagen_fake.contract.exchange import Difference, Exchange
from imagen_fake.contract.facts.facts import DIALECTS, fact
from imagen_fake.contract.facts.lookup import error_entry, http_status
from imagen_fake.contract.facts.messages import message_pattern
from imagen_fake.contract.facts.responses import validator
from imagen_fake.contract.probes.probe import Expectation


def expect(
    check: str,
    pointer: str,
    expected: object,
    observe: Callable[[Exchange], object],
    matches: Callable[[Exchange], bool] | None = None,
) -> Expectation:
    """A value of the answer, equal to the expected one unless `matches` decides.

    `pointer` is the fact that says so.
    """

    def compare(exchange: Exchange) -> Iterator[Difference]:
        observed = observe(exchange)
        if not (matches(exchange) if matches else observed == expected):
            yield difference(check, fact(pointer), expected, observed)

    return Expectation(frozenset({pointer}), compare)


def expect_status(status: int, pointer: str) -> Expectation:
    """The status code."""
    return expect(
        "status",
        pointer,
        status,
        lambda exchange: f"{exchange.response.status} {_excerpt(exchange)}",
        lambda exchange: exchange.response.status == status,
    )


def expect_error(error_id: str, surface: str = "vertex") -> Expectation:
    """The status, canonical code and message of an error in `errors.json`."""
    pointer = f"errors.json#/errors/{error_id}"

    def compare(exchange: Exchange) -> Iterator[Difference]:
        entry = error_entry(error_id)
        yield from expect_status(http_status(error_id), pointer)(exchange)
        error = error_object(exchange.response)
        message = str(error.get("message", ""))
        if not message_pattern(entry["message"], "generate", False).fullmatch(message):
            yield difference("message", fact(pointer), entry["message"], message)
        if surface not in DIALECTS and error.get("status") != entry["status"]:
            yield difference("canonical", fact(pointer), entry["status"], error.get("status"))

    return Expectation(frozenset({pointer}), compare)


def expect_schema(name: str) -> Expectation:
    """The JSON Schema of an answer, a file below `schemas/responses`."""
    pointer = f"responses/{name}.json#"

    def compare(exchange: Exchange) -> Iterator[Difference]:
        for error in validator(pointer[:-1]).iter_errors(json_body(exchange.response)):
            yield difference("shape", fact(pointer), error.message, _excerpt(exchange))

    return Expectation(frozenset({pointer}), compare)


def expect_json(pointer: str, expected: object, *path: str | int) -> Expectation:
    """The value at a place of the answer's JSON; None: nothing is there."""
    return expect("value", pointer, expected, lambda exchange: _json_at(exchange, *path))


def expect_prefix(pointer: str, prefix: str, *path: str | int) -> Expectation:
    """The beginning of a string in the answer's JSON."""
    return expect(
        "value",
        pointer,
        f"{prefix}…",
        lambda exchange: _json_at(exchange, *path),
        lambda exchange: str(_json_at(exchange, *path)).startswith(prefix),
    )


def expect_header(
    pointer: str, name: str, expected: str | None, *, part: bool = False
) -> Expectation:
    """A header of the answer, or a part of it; None: it is not there."""
    return expect(
        "headers",
        pointer,
        f"{name}: {expected}",
        lambda exchange: exchange.response.header(name),
        lambda exchange: (
            exchange.response.header(name) == expected
            or (part and str(expected) in (exchange.response.header(name) or ""))
        ),
    )


def expect_body(pointer: str, expected: bytes) -> Expectation:
    """The whole body of the answer."""
    return expect(
        "body", pointer, expected, _excerpt, lambda exchange: exchange.response.body == expected
    )


def _json_at(exchange: Exchange, *path: str | int) -> object:
    return value_at(json_body(exchange.response), *path)


def _excerpt(exchange: Exchange) -> str:
    # Longer than what is shown: the scrubber does not know a name that is cut before it sees it.
    return exchange.response.body[:MAX_LENGTH].decode("utf-8", "replace")

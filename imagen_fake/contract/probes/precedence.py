"""Probes of bodies with two errors, of which the answer names one, and of calls over a quota."""

from collections.abc import Iterator
from functools import partial
from itertools import pairwise

from imagen_fake.contract.bodies.body import get_value, set_value
from imagen_fake.contract.bodies.invalid_bodies import (
    InvalidBody,
    body_with_field,
    breakable_keywords,
    invalid_bodies,
)
from imagen_fake.contract.bodies.operation import Operation, Path
from imagen_fake.contract.bodies.rejected_case import rejected_case
from imagen_fake.contract.bodies.repair import minimal_body
from imagen_fake.contract.bodies.sample_models import generate_operation
from imagen_fake.contract.checks.response import error_object
from imagen_fake.contract.exchange import Exchange, Request
from imagen_fake.contract.facts.messages import match_message, surface_error_id
from imagen_fake.contract.probes.expectations import expect, expect_status
from imagen_fake.contract.probes.probe import Probe, http_probe, predict_probe

PRECEDENCE = "errors.json#/precedence"
QUOTA = "errors.json#/errors/quota_exceeded"
SETTING = "two calls a minute"
JSON = (b"content-type", b"application/json")
KEYWORDS = {"enum", "maximum"}
"""The keywords of which one is violated in each of two fields."""


def precedence_probes() -> Iterator[Probe]:
    """The probes of each two neighbouring parameters that are both wrong."""
    for operation in map(generate_operation, ("vertex", "gemini")):
        for (_, first), (path, second) in pairwise(_wrong_parameters(operation)):
            body = set_value(operation, first.body, path, get_value(second.body, path))
            error, name = first.violation.error, f"{first.violation.path} and {path[-1]} are wrong"
            case = operation.case(name, body, first.violation)
            yield predict_probe(
                case,
                expect(
                    "precedence",
                    PRECEDENCE,
                    f"the error of {first.violation.path}",
                    _message,
                    partial(_is_error, error),
                ),
            )


def quota_probes() -> Iterator[Probe]:
    """The probes of a quota of two calls, between which one is refused."""
    operation = generate_operation("vertex")
    next_minute = Request("POST", "/_fake/clock", (JSON,), b'{"advance": 60}')
    yield http_probe(next_minute, expect_status(200, QUOTA), setting=SETTING, prepares=True)
    calls = [
        operation.case("the first call", minimal_body(operation)),
        rejected_case(operation, "a body that is refused", "instances_missing", {}),
        operation.case("the second call", minimal_body(operation)),
        rejected_case(operation, "a call over the quota", "quota_exceeded"),
    ]
    for case, status in zip(calls, (200, 400, 200, 429), strict=True):
        yield predict_probe(case, expect_status(status, QUOTA), setting=SETTING)


def _wrong_parameters(operation: Operation) -> Iterator[tuple[Path, InvalidBody]]:
    """Each parameter with a wrong value, in the order of the schema."""
    minimal, seen = minimal_body(operation), set[Path]()
    for field, keywords in breakable_keywords(operation):
        if field.path[:1] != ("parameters",) or field.conditions or field.path in seen:
            continue
        start = body_with_field(operation, minimal, field)
        for keyword in filter(KEYWORDS.__contains__, keywords):
            if wrong := next(invalid_bodies(operation, start, field, keyword), None):
                seen.add(field.path)
                yield field.path, wrong
                break


def _message(exchange: Exchange) -> str:
    return str(error_object(exchange.response).get("message"))


def _is_error(error: str, exchange: Exchange) -> bool:
    """Whether an answer is an error in its words."""
    case = exchange.case
    return match_message(case, surface_error_id(case, error), _message(exchange)) is not None

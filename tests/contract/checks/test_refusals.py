"""What is noticed in refusals: each from the true one by one deviation."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from imagen_fake.contract.checks.runner import run_checks
from imagen_fake.contract.exchange import Case, Exchange, Response
from imagen_fake.contract.targets.addresses import SECRET
from tests.contract.sample_cases import (
    PLAIN,
    TOO_MANY,
    ask,
    differences,
    generate_case,
    true_exchange,
    with_response,
)
from tests.sweep import sweep

MAXIMUM = "models/imagen-4.0-generate-001.json#/tasks/generate/parameters/sampleCount/maximum"
WORDS = "errors.json#/errors/sample_count"
Change = Callable[[dict[str, Any]], Any]


def changed(case: Case, change: Change, status: int = 400) -> Exchange:
    exchange = ask(case)
    body = json.loads(exchange.response.body)
    return with_response(exchange, status, json.dumps(change(body) or body).encode())


def error(**fields: Any) -> Change:
    return lambda body: {"error": {**body["error"], **fields}}


@sweep(
    ("exchange", "check", "pointer"),
    [
        (with_response(ask(TOO_MANY), 200, b"{}"), "status", MAXIMUM),
        (changed(TOO_MANY, error(code=422), 422), "status",
         "tables/status_codes.json#/codes/INVALID_ARGUMENT"),
        (changed(TOO_MANY, error(status="OUT_OF_RANGE")), "canonical", WORDS),
        (changed(TOO_MANY, error(code=404)), "canonical",
         "responses/status.json#/properties/error"),
        (changed(TOO_MANY, error(message="Too many.")), "message",
         "tasks/generate.json#/x-failure"),
        (changed(TOO_MANY, error(details=[{"@type": "type.googleapis.com/google.rpc.Help"}])),
         "details", WORDS),
        (changed(TOO_MANY, error(message=None)), "null", "responses/status.json#"),
        (changed(TOO_MANY, lambda body: body["error"]), "envelope", "responses/status.json#"),
        (changed(TOO_MANY, error(reason="no")), "envelope", "responses/status.json#"),
        (changed(TOO_MANY, error(message=f"You sent {SECRET}.")), "leak",
         "responses/status.json#"),
    ],
)  # fmt: skip
def test_a_deviation_is_reported_with_its_fact(
    exchange: Exchange, check: str, pointer: str
) -> None:
    assert (check, pointer) in {(one.check, one.fact.pointer) for one in differences(exchange)}


def test_other_words_after_the_opening_ones_are_the_errors_own() -> None:
    exchange = changed(
        TOO_MANY,
        error(message="Image generation failed with the following error: Too many."),
    )
    assert [(one.check, one.fact.pointer) for one in differences(exchange)] == [("message", WORDS)]


@pytest.mark.parametrize("named", ["seed", ""])
def test_the_field_that_an_error_names_is_the_one_that_is_wrong(named: str) -> None:
    exchange = true_exchange("text for a flag")
    body = exchange.response.body.replace(b"for addWatermark", b"for " + named.encode())
    (difference,) = differences(with_response(exchange, 400, body))
    assert (difference.check, difference.expected, difference.observed) == (
        "message", "addWatermark", named)  # fmt: skip


def test_a_missing_header_is_reported() -> None:
    exchange = ask(PLAIN)
    left = [one for one in exchange.response.headers if one[0] != b"server"]
    bare = Exchange(exchange.case, exchange.request,
                    Response(200, left, exchange.response.body))  # fmt: skip
    (difference,) = differences(bare)
    assert difference.fact.pointer == "surfaces/vertex.json#/headers"
    assert difference.expected == "server: scaffolding on HTTPServer2"


def test_gemini_tells_the_time_taken() -> None:
    exchange = true_exchange("Gemini")
    left = [one for one in exchange.response.headers if one[0] != b"server-timing"]
    bare = Exchange(exchange.case, exchange.request,
                    Response(200, left, exchange.response.body))  # fmt: skip
    assert [one.fact.pointer for one in differences(bare)] == ["surfaces/gemini.json#/serverTiming"]


def test_a_refused_valid_body_is_laid_to_the_rule_that_is_misquoted() -> None:
    refusal = ask(TOO_MANY).response
    body = refusal.body.replace(b"5.", b"2.").replace(b"1 to 4", b"1 to 1")
    (difference,) = differences(with_response(ask(PLAIN), 400, body))
    assert (difference.check, difference.fact.pointer) == ("status", MAXIMUM)


def test_a_refusal_that_no_rule_explains_is_laid_to_the_task() -> None:
    body = b'{"error": {"code": 400, "message": "No.", "status": "INVALID_ARGUMENT"}}'
    (difference,) = differences(with_response(ask(PLAIN), 400, body))
    assert difference.fact.pointer == "tasks/generate.json#"


def test_a_key_in_the_address_must_not_come_back() -> None:
    exchange = ask(TOO_MANY)
    asked = exchange.request.__class__("POST", f"{exchange.request.url}?key=AIza-of-somebody",
                                       (), exchange.request.body)  # fmt: skip
    headers = [*exchange.response.headers, (b"x-echo", b"AIza-of-somebody")]
    response = Response(400, headers, exchange.response.body)
    (difference,) = differences(Exchange(exchange.case, asked, response))
    assert (difference.check, difference.expected) == ("leak", "nothing of key")


def test_openai_refusals_have_their_own_four_keys() -> None:
    exchange = true_exchange("too many for OpenAI")
    body = json.loads(exchange.response.body)
    del body["error"]["param"]
    (difference,) = differences(with_response(exchange, 400, json.dumps(body).encode()))
    assert (difference.check, difference.fact.pointer) == (
        "envelope", "responses/openai_error.json#")  # fmt: skip


def test_a_restricted_value_may_be_answered_where_the_project_is_on_the_list() -> None:
    refused = true_exchange("restricted")
    answered = Exchange(refused.case, refused.request, true_exchange("nothing is said").response)
    assert not [one for one in run_checks(answered) if one.check in {"status", "restricted"}]
    assert "restricted" in {one.check for one in differences(answered)}


def test_a_valid_body_may_be_refused_to_a_project_that_is_not_on_the_list() -> None:
    refused = true_exchange("restricted")
    valid = Exchange(generate_case(personGeneration="allow_all"), refused.request, refused.response)
    assert differences(valid) == []

"""Judges: what each of them finds in an answer."""

import json
from typing import Any

from imagen_fake.contract.exchange import Exchange, Request, Response
from imagen_fake.contract.probes import expectations
from imagen_fake.contract.probes.probe import Expectation
from tests.contract.sample_cases import PLAIN
from tests.sweep import sweep

POINTER = "surfaces/openai.json#/owner"
MISSING = {"code": 404, "message": "Invalid pageToken.", "status": "NOT_FOUND"}


def answer(body: Any, status: int = 200) -> Exchange:
    response = Response(status, ((b"server", b"a stone"),), json.dumps(body).encode())
    return Exchange(PLAIN, Request("GET", "https://host.example"), response)


@sweep(
    ("judge", "body", "number"),
    [
        (expectations.expect_status(200, POINTER), {}, 0),
        (expectations.expect_status(404, POINTER), {}, 1),
        (expectations.expect_json(POINTER, 1, "a", 0, "b"), {"a": [{"b": 1}]}, 0),
        (expectations.expect_json(POINTER, 1, "a", 0, "b"), {"a": []}, 1),
        (expectations.expect_json(POINTER, None, "a"), {}, 0),
        (expectations.expect_prefix(POINTER, "AI", "key"), {"key": "AIza"}, 0),
        (expectations.expect_prefix(POINTER, "AI", "key"), {"key": 7}, 1),
        (expectations.expect_header(POINTER, "server", "a stone"), {}, 0),
        (expectations.expect_header(POINTER, "server", "stone"), {}, 1),
        (expectations.expect_header(POINTER, "server", "stone", part=True), {}, 0),
        (expectations.expect_header(POINTER, "via", "stone", part=True), {}, 1),
        (expectations.expect_header(POINTER, "server", None), {}, 1),
        (expectations.expect_header(POINTER, "via", None), {}, 0),
        (expectations.expect_body(POINTER, b"{}"), {}, 0),
        (expectations.expect_body(POINTER, b"[]"), {}, 1),
        (expectations.expect_schema("openai_models"), {"object": "list", "data": []}, 0),
        (expectations.expect_schema("openai_models"), {"object": "list", "data": [{"id": 1}]}, 4),
    ],
)
def test_a_judge_finds_what_differs_and_nothing_else(
    judge: Expectation, body: Any, number: int
) -> None:
    found = list(judge(answer(body)))
    assert len(found) == number
    assert {one.fact.pointer for one in found} <= judge.facts


def test_a_refusal_is_judged_by_its_status_its_code_and_its_words() -> None:
    judge = expectations.expect_error("page_token")
    right = {"code": 400, "message": "Invalid pageToken.", "status": "INVALID_ARGUMENT"}
    assert list(judge(answer({"error": right}, 400))) == []
    wrong = list(judge(answer({"error": MISSING}, 404)))
    assert [one.check for one in wrong] == ["status", "canonical"]
    wrong = list(judge(answer({"error": {**right, "message": "No."}}, 400)))
    assert [one.check for one in wrong] == ["message"]

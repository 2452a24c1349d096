"""`GET /_fake/verdict`; each answer is held against the document."""

import json
from typing import Any

import pytest

from imagen_fake import spec
from imagen_fake.testing.fake import Fake
from imagen_fake.testing.messages import Request
from imagen_fake.verdict.verdict import NO_DAY
from tests.surfaces.control_client import MODEL, ControlClient

VERDICT = "/_fake/verdict"
OTHER = f"/v1/projects/other/locations/us-central1/publishers/google/models/{MODEL}:predict"


@pytest.fixture
def client() -> ControlClient:
    return ControlClient()


def checks(client: ControlClient, query: str = "") -> list[str]:
    return [one["check"] for one in client.told("GET", VERDICT + query)["findings"]]


def test_it_is_the_verdict_of_the_fake_in_process(client: ControlClient) -> None:
    client.predict("")
    client.predict("")
    client.predict("a red apple", sampelCount=2)
    told = client.told("GET", VERDICT)
    assert told == json.loads(json.dumps(Fake(client.state).verdict().to_json()))
    assert [one["check"] for one in told["findings"]] == ["retried-error", "ignored-field"]
    assert told["spending"]["usd"] == spec.table("prices")["models"][MODEL]["usd"]


def test_an_empty_journal_has_no_findings(client: ControlClient) -> None:
    told = client.told("GET", VERDICT)
    assert (told["calls"], told["severity"], told["findings"]) == (0, None, [])


def test_the_day_is_the_one_that_is_asked_for_or_else_of_the_settings(
    client: ControlClient,
) -> None:
    client.predict()
    retired = spec.read(f"models/{MODEL}.json")["lifeCycle"]["vertex"]["retired"]
    assert checks(client) == []
    assert checks(client, f"?as_of={retired}") == ["retired-model"]
    client.told("PATCH", "/_fake/config", {"as_of": retired})
    assert checks(client) == ["retired-model"]
    assert NO_DAY not in client.told("GET", VERDICT)["unchecked"]
    assert checks(client, "?as_of=2025-12-01") == []


def test_a_budget_is_held(client: ControlClient) -> None:
    client.predict()
    assert checks(client, "?budget=0") == ["over-budget"]
    assert checks(client, "?budget=99.5") == []


def test_a_project_narrows_the_calls_down(client: ControlClient) -> None:
    client.predict("")
    client.predict("")
    client.predict(path=OTHER)
    assert client.told("GET", f"{VERDICT}?project=other")["calls"] == 1
    assert checks(client, "?project=other") == []
    assert checks(client, "?project=p") == ["retried-error"]
    asked = Request("GET", f"http://fake{VERDICT}", ((b"x-imagen-fake-project", b"other"),))
    assert json.loads(client.fake.ask(asked).body)["calls"] == 1


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("as_of=yesterday", "as_of is a day such as 2026-08-18, not 'yesterday'."),
        ("as_of=", "as_of is a day"),
        ("budget=-1", "budget is an amount of US dollars such as 2.5, not '-1'."),
        ("budget=nan", "budget is an amount"),
        ("budget=1e9", "budget is an amount"),
        ("budget=٣", "budget is an amount"),
        ("buget=1", "Did you mean budget?"),
        ("budget=1&budget=2", "is there twice"),
        ("project=" + "x" * 1001, "project is"),
    ],
)
def test_what_cannot_be_judged_by_is_refused(client: ControlClient, query: str, words: str) -> None:
    status, message = client.refused("GET", f"{VERDICT}?{query}")
    assert status == 400
    assert words in message


def test_what_the_journal_forgot_is_said(client: ControlClient) -> None:
    client.state.journal._limits = (2, 2**20)
    for prompt in "abc":
        client.predict(prompt)
    told: dict[str, Any] = client.told("GET", VERDICT)
    assert (told["calls"], told["forgotten"], told["findings"][0]["check"]) == (2, 1, "incomplete")


def test_a_reset_begins_anew(client: ControlClient) -> None:
    client.predict("")
    client.predict("")
    client.told("POST", "/_fake/reset")
    assert client.told("GET", VERDICT)["calls"] == 0

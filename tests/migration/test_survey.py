"""What a move would change in many calls."""

import json
from typing import Any

import pytest

from imagen_fake.migration import survey as room
from imagen_fake.migration.journal_calls import Request
from imagen_fake.migration.migrate import migrate
from imagen_fake.migration.survey import Survey, survey

MODEL, OTHER = "imagen-4.0-generate-001", "imagen-3.0-generate-002"
TO = "gemini-3.1-flash-image"


def request(model: str = MODEL, **parameters: object) -> Request:
    body = {"instances": [{"prompt": "a red apple"}], "parameters": parameters}
    return Request("gemini", model, json.dumps(body).encode())


def notes(found: dict[str, Any], verdict: str) -> dict[str, int]:
    return {one["field"]: one["calls"] for one in found["notes"] if one["verdict"] == verdict}


def test_calls_are_counted_by_what_becomes_of_them() -> None:
    asked = [request(sampleCount=2), request(sampleCount=2), request(OTHER, sampleCount=1)]
    found = survey([*asked, request(sampleCount=9), Request("gemini", MODEL, b"")], TO).to_json()
    assert {name: found[name] for name in ("calls", "newCalls", "refused", "unread")} == {
        "calls": 5, "newCalls": 5, "refused": 1, "unread": 1,
    }  # fmt: skip
    assert found["models"] == [
        {"model": OTHER, "to": TO, "calls": 1},
        {"model": MODEL, "to": TO, "calls": 2},
    ]
    assert notes(found, "changed")["sampleCount"] == 2
    assert notes(found, "kept")["prompt"] == 3
    (refusal,) = found["refusals"]
    assert (refusal["calls"], "sampleCount, 9" in refusal["message"]) == (1, True)


def test_the_cost_is_that_of_all_calls() -> None:
    one, moved = request(sampleCount=1), migrate(request(sampleCount=1).body, MODEL, to=TO)
    found = survey([one, one, one], TO).to_json()
    assert moved.before
    assert moved.after
    assert found["before"] == pytest.approx(3 * (moved.before.usd or 0))
    assert found["after"] == pytest.approx(3 * (moved.after.usd or 0))
    assert found["before"] > 0


def test_what_is_lost_comes_first_then_what_concerns_most_calls() -> None:
    asked = [request(seed=1, addWatermark=False), request(addWatermark=False), request()]
    found = survey(asked, TO).to_json()
    assert list(notes(found, "lost").items()) == [("addWatermark", 2), ("seed", 1)]
    order = ["lost", "changed", "kept"]
    places = [order.index(one["verdict"]) for one in found["notes"]]
    assert places == sorted(places)


def test_surveys_of_several_processes_are_one() -> None:
    asked = [request(sampleCount=2), request(sampleCount=9), request(OTHER, sampleCount=1)]
    merged = Survey()
    for one in asked:
        merged.merge(json.loads(json.dumps(survey([one], TO).to_json())))
    assert merged.to_json() == survey(asked, TO).to_json()


def test_kinds_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MAX_KINDS", 3)
    monkeypatch.setattr(room, "MAX_NOTES", 2)
    found = survey([request()], TO).to_json()
    several = len(migrate(request().body, MODEL, to=TO).notes)
    assert (len(found["notes"]), found["omitted"]) == (2, several - 2)


def test_a_successor_that_is_none_is_an_error() -> None:
    with pytest.raises(ValueError, match="'imagen-4' is no model of generateContent"):
        survey([], "imagen-4")

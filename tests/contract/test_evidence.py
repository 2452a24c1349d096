import json
from dataclasses import replace

import pytest

from imagen_fake.contract.checks.runner import run_checks
from imagen_fake.contract.evidence import MAX_LENGTH, STANDINGS, Evidence, summarize
from imagen_fake.contract.exchange import Exchange, Response
from imagen_fake.contract.facts.facts import all_facts, graded_ancestor
from tests.contract.sample_cases import TOO_MANY, ask, generate_case

COUNT = "models/imagen-4.0-generate-001.json#/tasks/generate/parameters/sampleCount"
TEXT = "errors.json#/errors/sample_count"
REFUSED = replace(TOO_MANY, facts=frozenset({f"{COUNT}/maximum", TEXT}))


def standing(evidence: Evidence, pointer: str) -> str:
    """How a fact stands."""
    return next(one.standing for one in evidence.standings() if one.fact.pointer == pointer)


def lenient(exchange: Exchange) -> Exchange:
    """The same exchange, answered as if nothing were wrong."""
    return replace(exchange, response=Response(200, (), b"{}\n"))


def test_every_fact_has_a_standing() -> None:
    standings = list(Evidence().standings())
    assert [one.fact.pointer for one in standings] == list(all_facts())
    assert {one.standing for one in standings} <= STANDINGS.keys()


def test_without_a_run_a_fact_stands_as_it_is_graded() -> None:
    assert all(one.standing == one.fact.grade for one in Evidence().standings())


def test_a_kept_fact_has_the_exchange_behind_it() -> None:
    evidence = Evidence()
    evidence(ask(REFUSED), [])
    [shown] = [one for one in evidence.standings() if one.fact.pointer == graded_ancestor(COUNT)]
    assert shown.exchange
    assert (shown.exchange.case, shown.exchange.status) == (REFUSED.name, 400)
    assert json.loads(shown.exchange.request)["parameters"] == {"sampleCount": 5}
    assert shown.standing == shown.fact.grade


def test_what_a_live_run_keeps_is_confirmed_by_it() -> None:
    evidence = Evidence(live=True)
    evidence(ask(REFUSED), [])
    assert standing(evidence, graded_ancestor(COUNT)) == "live"
    assert standing(evidence, "errors.json#/errors/aspect_ratio") == "reported"


def test_a_fact_that_a_finding_rests_on_is_contradicted() -> None:
    evidence = Evidence(live=True)
    lenient_exchange = lenient(ask(REFUSED))
    evidence(lenient_exchange, run_checks(lenient_exchange))
    [shown] = [one for one in evidence.standings() if one.fact.pointer == graded_ancestor(COUNT)]
    assert shown.standing == "contradicted"
    assert shown.difference
    assert shown.difference.check == "status"
    assert shown.exchange
    assert shown.exchange.status == 200


def test_the_first_exchange_is_kept_and_a_contradiction_goes_before_it() -> None:
    evidence = Evidence()
    evidence(ask(REFUSED), [])
    lenient_exchange = lenient(ask(replace(REFUSED, name="later")))
    evidence(lenient_exchange, run_checks(lenient_exchange))
    [shown] = [one for one in evidence.standings() if one.fact.pointer == graded_ancestor(COUNT)]
    assert shown.exchange
    assert shown.exchange.case == "later"


def test_pictures_are_told_and_shown_small() -> None:
    summary = summarize(ask(generate_case(sampleCount=1)))
    picture = json.loads(summary.response)["predictions"][0]["bytesBase64Encoded"]
    assert (picture["mimeType"], picture["width"], picture["height"]) == ("image/png", 1024, 1024)
    assert summary.thumbnail
    assert summary.thumbnail.startswith(b"\xff\xd8")


def test_long_bodies_are_cut() -> None:
    summary = summarize(ask(generate_case(prompt="apple " * 1000, sampleCount=1)))
    assert len(summary.request) == MAX_LENGTH + 2


@pytest.mark.parametrize("length", range(MAX_LENGTH - 30, MAX_LENGTH, 3))
def test_no_half_of_a_name_is_left_where_a_body_is_cut(length: int) -> None:
    page = b"<" + b"p" * length + b"> of somebody@quietmoon.example\n"
    exchange = replace(ask(REFUSED), response=Response(502, (), page))
    assert "quiet" not in summarize(exchange).response


def test_how_long_each_case_took_is_noted() -> None:
    evidence = Evidence()
    evidence(replace(ask(REFUSED), seconds=0.25), [])
    assert evidence.seconds == {REFUSED.name: 0.25}

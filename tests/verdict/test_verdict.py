"""The whole verdict on what real clients did to a fake."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import freezegun
import httpx
import pytest

import imagen_fake
from imagen_fake import spec
from imagen_fake.state.called import Called
from imagen_fake.state.journal import Journal
from imagen_fake.testing.fake import Fake
from imagen_fake.verdict.verdict import MAX_FINDINGS, NO_BUDGET, NO_DAY, Verdict, judge
from tests.documents import pages

MODEL = "imagen-4.0-generate-001"
VERTEX = (
    "https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1"
    f"/publishers/google/models/{MODEL}:predict"
)
GEMINI = f"https://generativelanguage.googleapis.com/v1beta/models/{MODEL}:predict"
BODY = {"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 1}}
REFUSED = {"instances": [{"prompt": ""}], "parameters": {"sampleCount": 1}}


@pytest.fixture
def fake() -> Iterator[Fake]:
    with imagen_fake.intercept() as one:
        yield one


def post(body: Any = None, url: str = VERTEX) -> int:
    return httpx.post(url, json=body or BODY).status_code


def retried_a_400(_: Fake) -> None:
    post(REFUSED)
    post(REFUSED)


def ignored_retry_info(fake: Fake) -> None:
    fake.rule("quota=1 clock=manual")
    for seconds in (0, 5, 0):
        post(url=GEMINI)
        fake.advance(seconds)


def hammered(fake: Fake) -> None:
    fake.rule("error=503 times=3")
    for _ in range(4):
        post()


def ignored_a_field(_: Fake) -> None:
    post({**BODY, "parameters": {"sampleCount": 1, "sampelCount": 2}})


def left_the_count_out(_: Fake) -> None:
    post({"instances": [{"prompt": "a red apple"}]})


def went_over_a_quota(fake: Fake) -> None:
    fake.rule("quota=1")
    post()
    post({**BODY, "parameters": {"sampleCount": 2}})


MISTAKES: dict[str, Callable[[Fake], None]] = {
    "retried-error": retried_a_400,
    "ignored-wait": ignored_retry_info,
    "no-backoff": hammered,
    "ignored-field": ignored_a_field,
    "default-count": left_the_count_out,
    "over-quota": went_over_a_quota,
}


@pytest.mark.parametrize(("check", "make"), MISTAKES.items(), ids=MISTAKES)
def test_each_mistake_is_found_and_nothing_else(
    fake: Fake, check: str, make: Callable[[Fake], None]
) -> None:
    make(fake)
    found = {one.check for one in judge(fake.calls).findings}
    over_quota = {"over-quota"} & found if check == "ignored-wait" else set()
    assert found == {check} | over_quota


def test_a_right_client_has_no_findings(fake: Fake) -> None:
    fake.rule("error=503 times=2")
    for pause in (1, 2, 0):
        post()
        fake.advance(pause)
    verdict = judge(fake.calls, as_of=date(2025, 9, 1), budget=1.0)
    assert (verdict.findings, verdict.severity, verdict.unchecked) == ((), None, ())
    assert verdict.spending.usd == spec.table("prices")["models"][MODEL]["usd"]


def test_clocks_that_a_test_moves_do_not_count_but_the_fakes_own_does(fake: Fake) -> None:
    fake.rule("error=503 times=5")
    with freezegun.freeze_time() as clock:
        for _ in range(3):
            post()
            clock.tick(30)
        assert [one.check for one in judge(fake.calls).findings] == ["no-backoff"]
        fake.state.journal.clear()
        for pause in (1, 2, 4):
            post()
            fake.advance(pause)
        assert not judge(fake.calls).findings


def test_models_and_budget_are_judged_when_they_can_be(fake: Fake) -> None:
    post()
    cycle = spec.read(f"models/{MODEL}.json")["lifeCycle"]["vertex"]
    verdict = judge(fake.calls, as_of=date.fromisoformat(cycle["retired"]), budget=0.01)
    assert [one.check for one in verdict.findings] == ["retired-model", "over-budget"]
    assert judge(fake.calls).unchecked == (NO_DAY, NO_BUDGET)


@pytest.mark.parametrize("budget", [-1.0, float("nan"), float("inf"), True, 10**400, "1"])
def test_what_is_no_amount_of_money_is_no_budget(budget: Any) -> None:
    with pytest.raises(ValueError, match="A budget is an amount of US dollars"):
        judge([], budget=budget)


def test_what_the_journal_forgot_is_said(fake: Fake) -> None:
    post()
    verdict = judge(fake.calls, forgotten=7)
    assert [one.check for one in verdict.findings] == ["incomplete"]
    assert "7 calls were forgotten" in str(verdict)


def test_there_are_no_more_findings_than_anybody_reads(fake: Fake) -> None:
    for batch in range(4):
        unknown = {f"field{batch}x{n}": 1 for n in range(60)}
        post({**BODY, "parameters": {"sampleCount": 1, **unknown}})
    verdict = judge(fake.calls)
    assert (len(verdict.findings), verdict.omitted) == (MAX_FINDINGS, 40)
    assert "40 more findings" in str(verdict)


def test_a_verdict_of_calls_whose_bodies_were_shed_is_the_same(fake: Fake) -> None:
    for make in (retried_a_400, ignored_a_field, left_the_count_out):
        make(fake)
    whole = judge(fake.calls).to_json()
    for called in fake.calls:
        called.shed_bodies()
    assert judge(fake.calls).to_json() == whole


def test_no_body_is_parsed_and_no_picture_drawn_for_a_verdict(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    left_the_count_out(fake)
    looked_at: list[str] = []
    monkeypatch.setattr(Called, "_part", lambda _, name: looked_at.append(name))
    assert judge(fake.calls).calls == 1
    assert looked_at == []


def test_a_verdict_is_json(fake: Fake) -> None:
    hammered(fake)
    made = json.loads(json.dumps(judge(fake.calls).to_json()))
    assert made["severity"] == "warning"
    assert made["counts"] == {"info": 0, "warning": 1, "error": 0}
    assert made["findings"][0]["calls"] == [2, 3, 4]
    read = Verdict.from_json(made)
    assert (str(read), read.to_json()) == (str(judge(fake.calls)), made)


def test_an_empty_journal_has_an_empty_verdict() -> None:
    assert judge(Journal()).to_json()["calls"] == 0


def test_every_check_is_in_the_table_of_the_page() -> None:
    files = (Path(imagen_fake.__file__).parent / "verdict").glob("*.py")
    texts = [file.read_text("utf-8") for file in files]
    named = r'(?:check=|_finding\(entry, )"([a-z-]+)"'
    checks = {name for text in texts for name in re.findall(named, text)}
    rows = re.findall(r"^\| (`.*?) \|", pages()["docs/verdict.md"], re.MULTILINE)
    assert checks == set(re.findall(r"`([a-z-]+)`", " ".join(rows)))

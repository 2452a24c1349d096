"""Running the suite: what a result says."""

from collections.abc import Callable

import pytest

from imagen_fake.contract.checks.relations import RELATIONS
from imagen_fake.contract.exchange import Case, Request, Response, Violation
from imagen_fake.contract.mutants.mutants import MutatedTarget
from imagen_fake.contract.mutants.response_mutators import MUTATORS
from imagen_fake.contract.suite import Progress, run
from imagen_fake.contract.targets.live import LiveTarget
from imagen_fake.contract.targets.targets import UrlTarget
from tests.contract.sample_cases import (
    IMAGEN_3,
    IMAGEN_4,
    PLAIN,
    TOO_MANY,
    fake,
    generate_case,
    picture_cases,
    prompt_cases,
)


def live(answer: Callable[[Request], Response]) -> LiveTarget:
    return LiveTarget(
        "live", "https://host.example", lambda: "a-secret-of-mine", ("P", "L"), answer
    )


def test_the_fake_passes() -> None:
    result = run(fake(), [*prompt_cases(), *picture_cases()])
    assert result.passed, result.findings
    assert result.calls > len(prompt_cases()) + len(picture_cases())
    assert result.target == "fake"
    assert not result.unanswered
    assert not result.gone


def test_hundreds_of_refused_bodies_are_judged() -> None:
    violation = Violation("maximum", "sampleCount", "sample_count")
    cases = [
        generate_case(f"{number}", prompt=f"apple {number}", violation=violation, sampleCount=9)
        for number in range(600)
    ]
    result = run(fake(), cases, [])
    assert result.passed
    assert result.calls == 600


def test_what_is_only_assumed_is_laid_to_the_fake_and_the_rest_to_the_target() -> None:
    def other_words(ask: Callable[[Request], Response], request: Request) -> Response:
        response = ask(request)
        body = response.body.replace(b"Invalid", b"Bad")
        return Response(response.status, response.headers, body)

    ratio = next(case for case in prompt_cases() if case.name == "ratio")
    result = run(MutatedTarget(fake(), "other words", other_words), [TOO_MANY, ratio], [])
    assert [one.case.name for one in result.assumptions] == ["five pictures"]
    assert [one.case.name for one in result.errors] == ["ratio"]
    assert not result.passed


def test_every_answer_is_watched() -> None:
    seen: list[Progress] = []
    run(fake(), [TOO_MANY, PLAIN], [], on_progress=seen.append)
    assert [(one.case.name, one.calls, one.differences) for one in seen] == [
        ("five pictures", 1, 0), ("pictures", 2, 0)]  # fmt: skip


def test_a_run_may_end_with_a_finding() -> None:
    spoilt = MutatedTarget(fake(), "flat", MUTATORS["a flat error"])
    result = run(spoilt, [TOO_MANY, TOO_MANY, PLAIN], stop_when=lambda one: one.check == "envelope")
    assert result.calls == 1


def test_a_rule_starts_once_from_each_model() -> None:
    models = [IMAGEN_4, IMAGEN_3, "imagen-4.0-fast-generate-001"]
    cases = [generate_case(model, model, sampleCount=1) for model in models]
    result = run(fake(), [], [RELATIONS["ratio"]], start=[*cases, *cases])
    assert result.calls == 6


def test_a_target_that_is_not_there_leaves_cases_unanswered() -> None:
    result = run(UrlTarget("http://127.0.0.1:9", seconds=2), [TOO_MANY], [])
    assert list(result.unanswered) == ["five pictures"]
    assert "ConnectionRefusedError" in result.unanswered["five pictures"]
    assert not result.passed


def retired(_: Request) -> Response:
    body = (
        b'{"error": {"code": 404, "message": "Publisher Model `projects/p` not found.", '
        b'"status": "NOT_FOUND"}}'
    )
    return Response(404, (), body)


def test_a_retired_model_is_gone_and_is_not_asked_again() -> None:
    result = run(live(retired), [PLAIN, PLAIN, TOO_MANY])
    assert result.calls == 1
    assert result.passed
    assert "2026-08-17" in result.gone[IMAGEN_4]


def test_a_model_that_is_not_in_a_fake_is_missing() -> None:
    target = MutatedTarget(fake(), "empty", lambda _, request: retired(request))
    result = run(target, [PLAIN], [])
    assert not result.gone
    assert any(one.difference.fact.pointer == f"models/{IMAGEN_4}.json#/lifeCycle/vertex"
               for one in result.findings)  # fmt: skip


@pytest.mark.parametrize("seconds", [0.0])
def test_a_run_of_no_time_has_no_rate(seconds: float) -> None:
    from imagen_fake.contract.suite import Result

    assert Result("fake", 3, seconds).per_second == 0


def test_cases_without_a_rule_are_only_checked() -> None:
    case = Case("OpenAI", "openai", IMAGEN_4, "generate", {"prompt": "a fox", "n": 9},
                Violation("maximum", "n", "images_range"))  # fmt: skip
    assert run(fake(), [case]).calls == 1

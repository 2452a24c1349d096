import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.contract.bodies.cases import operation_cases, operations
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.exchange import Case
from imagen_fake.contract.facts.messages import match_message, surface_error_id
from imagen_fake.contract.targets.targets import InProcessTarget
from imagen_fake.pipeline.call import Call, Fault
from imagen_fake.pipeline.errors import ApiError, status
from imagen_fake.pipeline.force import (
    apply_prompt_directives,
    check_header,
    force,
    latency,
    parse_directives,
    redact_directives,
)
from imagen_fake.pipeline.respond import to_json
from imagen_fake.predict import Target, understand
from imagen_fake.safety.screen import screen, triggers
from tests.calls import predict
from tests.conftest import RESOURCE, ask, request_body, target, understood
from tests.pictures import gradient, media
from tests.sweep import sweep

CURRENT, FORMER = "imagen-4.0-generate-001", "imagegeneration@006"
OUTPUT = "56562880"
"""The support code of violence in a picture, in the service's table."""


def compelled(directives: str, **parameters: Any) -> Call:
    prompt = f"a red apple [fake: {directives}]"
    return apply_prompt_directives(understood(prompt=prompt, **parameters))


def refusal(call: Call) -> ApiError:
    with pytest.raises(ApiError) as caught:
        force(call)
    return caught.value


def answered(directives: str, model: str = CURRENT, **parameters: Any) -> list[dict[str, Any]]:
    return ask(model, prompt=f"a red apple [fake: {directives}]", **parameters)


def drawn(predictions: list[dict[str, Any]]) -> list[str]:
    return [one["bytesBase64Encoded"] for one in predictions if "bytesBase64Encoded" in one]


def reasons(predictions: list[dict[str, Any]]) -> list[str]:
    return [one["raiFilteredReason"] for one in predictions if "raiFilteredReason" in one]


@sweep("model", [CURRENT, FORMER])
@sweep(("count", "left"), [("0", 4), ("1", 3), ("3", 1), ("4", 0), ("9", 0), ("all", 0)])
def test_as_many_are_filtered_as_is_said(model: str, count: str, left: int) -> None:
    made = answered(f"filter={count}", model, sampleCount=4, includeRaiReason=False)
    assert len(drawn(made)) == len(made) == left


@pytest.mark.parametrize("model", [CURRENT, FORMER])
def test_the_pictures_left_are_the_first_ones(model: str) -> None:
    whole = ask(model, sampleCount=4)
    assert drawn(answered("filter=3", model, sampleCount=4)) == drawn(whole)[:1]


def test_todays_models_say_once_how_many_were_filtered() -> None:
    [reason] = reasons(answered("filter=2", sampleCount=4))
    assert "2" in reason
    assert reason.endswith(f" Support codes: {OUTPUT}")


def test_former_models_say_the_code_once_for_each() -> None:
    made = answered("filter=2", FORMER, sampleCount=4, includeRaiReason=True)
    assert reasons(made) == [OUTPUT, OUTPUT]


@pytest.mark.parametrize("model", [CURRENT, FORMER])
def test_the_codes_are_those_that_are_told(model: str) -> None:
    made = answered("filter=1 codes=39322892,17301594", model, includeRaiReason=True)
    [reason] = reasons(made)
    assert "39322892, 17301594" in reason


def test_pictures_that_words_would_filter_pass_where_none_shall_be() -> None:
    words = "violence and gore"
    assert not drawn(ask(prompt=words, sampleCount=2))
    assert len(drawn(ask(prompt=f"{words} [fake: filter=0]", sampleCount=2))) == 2


def test_a_blocked_prompt_is_refused_with_the_code() -> None:
    error = refusal(compelled("block=58061214"))
    shown = status(error, spec.surface("vertex"))
    assert shown["code"] == 400
    assert "sensitive words" in shown["message"]
    assert shown["message"].endswith("Support codes: 58061214")


LEVELS = [level for level in triggers()["levels"] if level != "x-note"]


def judged(category: str, score: float, level: str) -> str:
    call = compelled(
        f"'score.{category}={score}'", model=CURRENT, sampleCount=4, safetySetting=level
    )
    try:
        passing = len(screen(call).passing)
    except ApiError:
        return "refused"
    return {4: "shown", 0: "filtered"}.get(passing, "some")


@sweep("level", LEVELS)
@sweep("category", spec.table("safety_categories")["image"]["value"])
def test_a_score_counts_from_the_limit_of_the_level_on(level: str, category: str) -> None:
    limits = triggers()["levels"][level]
    expected = {
        round(tenth / 10, 1): "refused" if tenth / 10 >= limits["prompt"]
        else "filtered" if tenth / 10 >= limits["image"] else "shown"
        for tenth in range(11)
    }  # fmt: skip
    assert {score: judged(category, score, level) for score in expected} == expected


@pytest.mark.parametrize("score", [0.3, 0.6, 0.9])
def test_a_stricter_level_shows_no_more(score: float) -> None:
    order = ["shown", "filtered", "refused"]
    strictest_last = sorted(LEVELS, key=lambda one: -triggers()["levels"][one]["image"])
    verdicts = [order.index(judged("Violence", score, level)) for level in strictest_last]
    assert all(one <= other for one, other in pairwise(verdicts))


def test_a_score_is_told_where_scores_are_asked_for() -> None:
    made = answered("score.Violence=0.3", sampleCount=1, includeSafetyAttributes=True)
    [picture, prompt] = [one["safetyAttributes"] for one in made]
    assert dict(zip(picture["categories"], picture["scores"], strict=True))["Violence"] == 0.3
    assert dict(zip(prompt["categories"], prompt["scores"], strict=True))["Violence"] == 0.3


def test_a_score_of_zero_calms_the_words() -> None:
    calm = "[fake: score.Violence=0 'score.Death, Harm & Tragedy=0']"
    assert len(drawn(ask(prompt=f"Violence and gore {calm}", sampleCount=2))) == 2


STATUSES: Mapping[str, Any] = spec.table("status_codes")["codes"]
ERRORS: Mapping[str, Any] = spec.read("errors.json")["errors"]


BY_STATUS = [
    (code, error_id)
    for code, error_id in spec.read("errors.json")["byStatus"].items()
    if not code.startswith("x-")
]


def test_every_canonical_code_has_an_error() -> None:
    assert dict(BY_STATUS).keys() == STATUSES.keys()


def shown_at(surface: str, directives: str) -> Mapping[str, Any]:
    """The status of a call that is refused on a surface."""
    at = Target(spec.surface(surface), RESOURCE + CURRENT, version="v1")
    body = request_body(f"a [fake: {directives}]")
    call = apply_prompt_directives(understand(at, body, Config()))
    return status(refusal(call), at.surface)


@sweep("surface", ["vertex", "gemini"])
@sweep(("code", "error_id"), BY_STATUS)
def test_an_error_by_its_canonical_code_is_that_of_the_table(
    surface: str, code: str, error_id: str
) -> None:
    known = ERRORS[spec.surface(surface).error(error_id)]
    shown = shown_at(surface, f"error={code}")
    assert (shown["status"], shown["code"]) == (known["status"], STATUSES[known["status"]]["http"])
    opening = known["message"].partition("{")[0]
    assert shown["message"].startswith(opening)
    assert "{" not in shown["message"]


@sweep("http", sorted({codes["http"] for codes in STATUSES.values()}))
def test_an_error_by_its_http_status_has_that_status(http: int) -> None:
    assert shown_at("vertex", f"error={http}")["code"] == http


def test_the_texts_of_a_forced_error_speak_of_the_call() -> None:
    shown = shown_at("vertex", "error=403")
    assert RESOURCE + CURRENT in shown["message"]
    assert "aiplatform.endpoints.predict" in shown["message"]
    assert "imagen-4.0-generate." in shown_at("vertex", "error=429")["message"]


def test_a_text_of_ones_own_takes_the_place_of_the_known_one() -> None:
    shown = shown_at("gemini", "'error=RESOURCE_EXHAUSTED:enough is enough'")
    assert (shown["code"], shown["message"]) == (429, "enough is enough")


OPERATIONS = {
    (operation.surface, operation.task): operation for operation in reversed(list(operations()))
}
"""One model of each surface and task."""


@pytest.fixture(scope="module")
def fake() -> Iterator[InProcessTarget]:
    target = InProcessTarget()
    yield target
    target.close()


def forced(fake: InProcessTarget, case: Case, error_id: str) -> tuple[int, str]:
    """The status and the text that a directive in the header brings about."""
    asked = fake.request(case)
    wish = (b"x-imagen-fake", f"error={error_id}".encode())
    answer = fake.ask(replace(asked, headers=(*asked.headers, wish)))
    told = json.loads(answer.body)
    return answer.status, told.get("error", told)["message"]  # AI/ML API's is flat


@pytest.mark.parametrize(
    "operation", OPERATIONS.values(), ids=lambda operation: f"{operation.surface} {operation.task}"
)
def test_every_error_can_be_forced_on_every_surface_and_task(
    fake: InProcessTarget, operation: Operation
) -> None:
    plain = next(operation_cases(operation))
    for error_id in ERRORS:
        known = ERRORS[surface_error_id(plain, error_id)]
        code, message = forced(fake, plain, error_id)
        assert code == known.get("http", STATUSES[known["status"]]["http"]), error_id
        assert match_message(plain, surface_error_id(plain, error_id), message) is not None, (
            error_id
        )


def test_an_api_that_is_switched_off_is_called_by_its_name_and_project() -> None:
    shown = shown_at("vertex", "error=service_disabled")
    assert shown["message"].startswith("Vertex AI API has not been used in project p before")
    help_, info = shown["details"]
    assert help_["links"][0]["url"].endswith("/aiplatform.googleapis.com/overview?project=p")
    assert info["metadata"] == {"service": "aiplatform.googleapis.com", "consumer": "projects/p"}


@pytest.mark.parametrize("model", [CURRENT, "imagen-3.0-generate-002", FORMER])
def test_a_seed_makes_another_picture_for_each_number(model: str) -> None:
    made = [drawn(answered(f"seed={seed}", model))[0] for seed in (1, 2, 1)]
    assert made[0] == made[2] != made[1]
    assert made[0] != drawn(ask(model))[0]


def test_a_seed_goes_with_a_watermark() -> None:
    with pytest.raises(ApiError, match="seed_with_watermark"):
        ask(CURRENT, seed=1, addWatermark=True)
    assert drawn(answered("seed=1", addWatermark=True)) == drawn(answered("seed=1"))


@pytest.mark.parametrize("name", ["imagen-3.0-fast-generate-001", FORMER])
def test_a_model_that_nobody_measured_takes_what_is_assumed(name: str) -> None:
    assert latency(understood(name)) == spec.table("latencies")["other"]["median"]


def test_an_upscale_takes_as_long_as_an_upscale_was_seen_to() -> None:
    body = {
        "instances": [{"image": media(gradient((32, 32)))}],
        "parameters": {"mode": "upscale", "upscaleConfig": {"upscaleFactor": "x2"}},
    }
    raw = to_json(body)
    call = understand(target("imagen-4.0-upscale-preview"), raw, Config())
    assert latency(call) == spec.table("latencies")["tasks"]["upscale"]["median"]


def test_a_refusal_carries_what_was_forced_and_the_fault() -> None:
    with pytest.raises(ApiError) as caught:
        predict(target(CURRENT), request_body("a [fake: error=503 drop]"), Config())
    assert caught.value.outcome.fault == Fault(drop=True)
    assert caught.value.outcome.directives == {"error": ("unavailable", ""), "drop": True}


def test_a_refusal_by_the_words_of_a_prompt_carries_the_fault_too() -> None:
    with pytest.raises(ApiError, match="prompt_sensitive") as caught:
        predict(target(CURRENT), request_body("how to build a bomb [fake: drop]"), Config())
    assert caught.value.outcome.fault == Fault(drop=True)


def test_a_directive_that_cannot_be_followed_is_told_to_the_caller() -> None:
    with pytest.raises(ApiError) as caught:
        apply_prompt_directives(understood(prompt="a [fake: fliter=2]"))
    shown = status(caught.value, spec.surface("vertex"))
    assert (shown["code"], shown["status"]) == (400, "INVALID_ARGUMENT")
    assert shown["message"].startswith("imagen-fake: 'fliter=2' is no directive here.")


def test_the_words_that_are_lifted_draw_no_other_picture() -> None:
    assert drawn(answered("filter=0")) == drawn(ask(CURRENT))


@pytest.mark.parametrize("mode", ["all", "header"])
def test_a_header_is_followed_where_it_may_ask(mode: Any) -> None:
    assert check_header("drop", Config(directives=mode)) == "drop"


def test_a_header_is_refused_where_nobody_may_ask() -> None:
    config = Config(directives="off")
    assert check_header("", config) == ""
    with pytest.raises(ApiError) as caught:
        check_header("drop", config)
    shown = status(caught.value, spec.surface("vertex"))
    assert shown["code"] == 400
    assert shown["message"].startswith("imagen-fake: no directives are taken from the header")
    assert "--directives off" in shown["message"]


def test_forced_outcomes_are_shown_without_the_credentials_in_an_errors_text() -> None:
    forced = {"error": ("unavailable", "password: is s3cr3t"), "delay": 1.0}
    assert redact_directives(forced) == {
        "error": ("unavailable", f"password:{'*' * 10}"),
        "delay": 1.0,
    }
    assert redact_directives({"delay": 1.0}) == {"delay": 1.0}


def test_a_refused_directive_is_repeated_without_the_credentials_in_it() -> None:
    with pytest.raises(ApiError) as refused:
        parse_directives("error=503 pwd=s3cr3t")
    problem = str(refused.value.fields["problem"])
    assert problem.startswith("'pwd=**")
    assert "s3cr3t" not in problem

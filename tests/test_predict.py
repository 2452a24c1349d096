import json
from datetime import date, timedelta
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageChops

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.pipeline.errors import ApiError, status
from imagen_fake.pipeline.force import apply_prompt_directives
from imagen_fake.predict import draw, resolve, understand
from tests.calls import predict
from tests.conftest import GENERATING, ask, opened, request_body, target
from tests.sweep import sweep

TASKS = sorted(file.stem for file in (spec.ROOT / "tasks").iterdir())
LIVED = [name for name in GENERATING if "lifeCycle" in spec.read(f"models/{name}.json")]


def message(error: ApiError) -> str:
    return str(status(error, spec.surface("vertex"))["message"])


def cycle(name: str) -> Any:
    model = spec.model(name)
    return model.life_cycle("vertex") if model else {}


@sweep("model", LIVED)
def test_a_model_makes_the_number_of_pictures_that_is_asked(model: str) -> None:
    count = spec.request(model, "generate", "vertex").schema["$defs"]["parameters"]["properties"][
        "sampleCount"
    ]
    for asked in {count["minimum"], count["maximum"]}:
        assert len(ask(model, sampleCount=asked)) == asked


def test_four_pictures_come_when_no_number_is_said() -> None:
    assert len(ask(body={"instances": [{"prompt": "a red apple"}]})) == 4


@pytest.mark.parametrize("name", ["instances", "Instances"])
def test_an_instance_that_stands_in_no_list_is_taken_as_the_only_one(name: str) -> None:
    listed = {"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 1}}
    alone = {name: {"prompt": "a red apple"}, "parameters": {"sampleCount": 1}}
    (expected,), (made,) = ask(body=listed), ask(body=alone)
    assert opened(made).tobytes() == opened(expected).tobytes()


@sweep("task", TASKS)
def test_every_task_takes_one_instance_in_place_of_a_list(task: str) -> None:
    assert spec.task_schema(task)["properties"]["instances"]["x-single"] is True


@pytest.mark.parametrize("instances", ["a red apple", 7, 7.5, True])
def test_instances_that_are_neither_list_nor_object_are_refused(instances: Any) -> None:
    with pytest.raises(ApiError) as raised:
        ask(body={"instances": instances})
    assert raised.value.id == "instances_not_list"


def test_equal_calls_have_equal_answers() -> None:
    asked = request_body("a red apple")
    first, second = (predict(target("imagen-4.0-generate-001"), asked, Config()) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    "other",
    [{"prompt": "a red apples"}, {"model": "imagen-3.0-generate-001"}, {"guidanceScale": 3}],
)
def test_another_call_has_another_picture(other: dict[str, Any]) -> None:
    first = opened(ask(sampleCount=1)[0])
    second = opened(ask(**{"prompt": "a red apple", "sampleCount": 1, **other})[0])
    assert ImageChops.difference(first, second).getbbox()


def test_the_samples_of_a_call_differ() -> None:
    pictures = {opened(prediction).tobytes() for prediction in ask(sampleCount=4)}
    assert len(pictures) == 4


def test_asking_for_fewer_leaves_the_first_as_they_were() -> None:
    def pictures(count: int) -> list[bytes]:
        return [opened(prediction).tobytes() for prediction in ask(sampleCount=count)]

    assert pictures(4)[:2] == pictures(2)


def test_another_seed_is_another_picture_and_the_same_seed_the_same() -> None:
    def drawn(seed: int) -> bytes:
        return opened(ask(sampleCount=1, seed=seed, addWatermark=False)[0]).tobytes()

    assert drawn(1) == drawn(1) != drawn(2)


def test_a_turn_varies_the_picture_unless_there_is_a_seed() -> None:
    def drawn(variation: int, **parameters: Any) -> bytes:
        return opened(ask(sampleCount=1, variation=variation, **parameters)[0]).tobytes()

    assert drawn(1) != drawn(2)
    seeded: dict[str, Any] = {"seed": 7, "addWatermark": False, "enhancePrompt": False}
    assert drawn(1, **seeded) == drawn(2, **seeded)


SEEDED: dict[str, Any] = {"seed": 7, "addWatermark": False, "sampleCount": 1}


def test_a_turn_varies_a_seeded_picture_too_while_the_prompt_is_rewritten() -> None:
    def drawn(variation: int, enhance: bool) -> bytes:
        asked = {**SEEDED, "enhancePrompt": enhance}
        return opened(ask("imagen-4.0-generate-001", variation=variation, **asked)[0]).tobytes()

    assert drawn(1, enhance=True) != drawn(2, enhance=True)
    assert drawn(1, enhance=False) == drawn(2, enhance=False)


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({**SEEDED}, ["seed promises nothing"]),
        ({**SEEDED, "enhancePrompt": False}, []),
        ({"outputOptions": {"mimeType": "image/webp", "compressionQuality": 5}}, ["image/jpeg"]),
        ({"outputOptions": {"compressionQuality": 5}}, ["compressionQuality has no effect"]),
        ({"outputOptions": {"mimeType": "image/jpeg", "compressionQuality": 5}}, []),
    ],
)
def test_what_has_no_effect_beside_something_else_is_warned_of(
    parameters: dict[str, Any], told: list[str]
) -> None:
    raw = request_body(**parameters)
    warnings = predict(target("imagen-4.0-generate-001"), raw, Config()).warnings
    assert len(warnings) == len(told)
    assert all(part in warning for part, warning in zip(told, warnings, strict=True))
    if told:
        with pytest.raises(ApiError, match="strict_warning"):
            predict(target("imagen-4.0-generate-001"), raw, Config(strict=True))


@pytest.mark.parametrize("mime", ["image/webp", "image/png", "image/gif", "image/tiff"])
def test_the_quality_of_a_jpeg_changes_no_other_format(mime: str) -> None:
    def made(**options: Any) -> Any:
        return ask(sampleCount=1, outputOptions={"mimeType": mime, **options})

    assert made(compressionQuality=5) == made()


def test_a_negative_prompt_without_effect_changes_nothing() -> None:
    assert ask(sampleCount=1, negativePrompt="dog") == ask(sampleCount=1)


def test_only_vertex_models_with_a_rewriter_say_the_rewritten_prompt() -> None:
    assert 60 <= len(ask("imagen-4.0-generate-001", sampleCount=1)[0]["prompt"].split()) <= 130
    assert "prompt" not in ask("imagen-3.0-generate-001", sampleCount=1)[0]
    assert "prompt" not in ask(sampleCount=1, enhancePrompt=False)[0]


def test_a_model_that_never_was_is_not_found() -> None:
    with pytest.raises(ApiError) as caught:
        resolve(target("wrong-model-name"), None)
    assert message(caught.value) == (
        "Publisher Model `projects/p/locations/us-central1/publishers/google/models/"
        "wrong-model-name` not found."
    )


@sweep("model", LIVED)
def test_a_model_answers_to_its_last_day_and_is_gone_on_the_next(model: str) -> None:
    end = date.fromisoformat(cycle(model)["retired"])
    assert resolve(target(model), end - timedelta(days=1))[0] is spec.model(model)
    with pytest.raises(ApiError) as caught:
        resolve(target(model), end)
    assert caught.value.id == cycle(model)["error"]


@sweep("model", [name for name in LIVED if "deprecated" in cycle(name)])
def test_a_deprecated_model_answers_with_a_warning(model: str) -> None:
    start = date.fromisoformat(cycle(model)["deprecated"])
    assert resolve(target(model), start - timedelta(days=1))[1] == ()
    (warning,) = resolve(target(model), start)[1]
    assert cycle(model)["retired"] in warning


@sweep("model", spec.model_ids())
def test_a_model_is_unknown_before_its_launch(model: str) -> None:
    start = date.fromisoformat(cycle(model)["launched"])
    assert resolve(target(model), start)[0] is spec.model(model)
    with pytest.raises(ApiError, match="model_not_found"):
        resolve(target(model), start - timedelta(days=1))


def test_the_end_of_an_old_model_is_told_in_its_own_words() -> None:
    with pytest.raises(ApiError) as caught:
        predict(target("imagegeneration@005"), request_body(), Config(as_of=date(2026, 1, 1)))
    assert "The imagegeneration@005 model has reached its end of life." in message(caught.value)


def test_without_a_day_every_model_answers() -> None:
    for model in LIVED:
        assert resolve(target(model), None)[0] is spec.model(model)


WORDS = st.sampled_from(
    ["a red apple", "Violence and gore", "a knight with a bloody sword", "a woman", "東京タワー"]
)


@given(
    prompt=WORDS | st.text(min_size=1, max_size=30),
    model=st.sampled_from(LIVED),
    reason=st.booleans(),
    scores=st.booleans(),
    person=st.sampled_from(["DONT_ALLOW", "allow_adult"]),
    mime=st.sampled_from(["image/jpeg", "image/bmp"]),
)
@settings(max_examples=40, deadline=None)
def test_every_answer_fits_its_schema(
    prompt: str, model: str, reason: bool, scores: bool, person: str, mime: str
) -> None:
    asked = request_body(
        prompt, sampleCount=1, includeRaiReason=reason, includeSafetyAttributes=scores,
        personGeneration=person, outputOptions={"mimeType": mime},
    )  # fmt: skip
    try:
        answer, shape = json.loads(predict(target(model), asked, Config()).body), "generate"
    except ApiError as error:
        answer, shape = {"error": status(error, spec.surface("vertex"))}, "status"
    schema = spec.read(f"responses/{shape}.json")
    assert not list(jsonschema_rs.validator_for(schema).iter_errors(answer))


def test_a_filtered_picture_is_none() -> None:
    asked = request_body("Violence and gore", sampleCount=1)
    call = apply_prompt_directives(understand(target("imagen-3.0-generate-002"), asked, Config()))
    assert draw(call, lambda _, pictures: pictures) == []


def test_warnings_travel_to_the_answer() -> None:
    raw = json.dumps({"instances": [{"prompt": "x", "zork": 1}]}).encode()
    (warning,) = predict(target("imagen-3.0-generate-002"), raw, Config()).warnings
    assert "instances[].zork" in warning

"""Every parameter of every model at, inside and outside each of its limits."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.pipeline.errors import ApiError, status
from imagen_fake.pipeline.validate import EXPECTED, JSON_TYPES, count_tokens
from imagen_fake.predict import understand
from tests.conftest import GENERATING, target, understood
from tests.sweep import sweep

MODELS = GENERATING
VALUES: dict[str, Any] = {
    "string": "text", "integer": 1, "number": 1.5, "boolean": True, "object": {}, "array": [],
}  # fmt: skip


def parameters(model_id: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every parameter a model heeds, nested ones by their path."""
    model = spec.model(model_id)
    assert model
    schema = spec.request(model.id, "generate", "vertex").schema["$defs"]["parameters"]
    for name, parameter in schema["properties"].items():
        if "x-effect" in parameter or "not" in parameter:
            continue
        yield (name,), parameter
        for inner, below in parameter.get("properties", {}).items():
            yield (name, inner), below


def ask_with(model_id: str, path: tuple[str, ...], value: Any) -> Any:
    """The value as it stands in the understood call."""
    given: Any = value
    for name in reversed(path):
        given = {name: given}
    if path == ("seed",):
        given["addWatermark"] = False
    call = understood(model_id, **given)
    found: Any = call.parameters
    for name in path:
        found = found[name]
    return found


def refused(model_id: str, path: tuple[str, ...], value: Any) -> str:
    with pytest.raises(ApiError) as caught:
        ask_with(model_id, path, value)
    shown = status(caught.value, spec.surface("vertex"))
    assert shown["code"] == 400
    return str(shown["message"])


def cases(*keywords: str) -> list[Any]:
    return [
        pytest.param(model, path, parameter, id=f"{model}-{'.'.join(path)}")
        for model in MODELS
        for path, parameter in parameters(model)
        if not keywords or any(keyword in parameter for keyword in keywords)
    ]


@sweep(("model", "path", "parameter"), cases("minimum"))
def test_a_number_is_taken_at_and_inside_its_limits(
    model: str, path: tuple[str, ...], parameter: Any
) -> None:
    low, high = parameter["minimum"], parameter["maximum"]
    for value in (low, high, (low + high) // 2):
        assert ask_with(model, path, value) == value


@sweep(("model", "path", "parameter"), cases("minimum"))
def test_a_number_outside_its_limits_is_refused_by_value_and_limits(
    model: str, path: tuple[str, ...], parameter: Any
) -> None:
    for value in (parameter["minimum"] - 1, parameter["maximum"] + 1):
        message = refused(model, path, value)
        for said in (value, parameter["minimum"], parameter["maximum"]):
            assert str(said) in message


@sweep(("model", "path", "parameter"), cases("enum"))
def test_every_listed_value_is_taken(model: str, path: tuple[str, ...], parameter: Any) -> None:
    for value in parameter["enum"]:
        assert ask_with(model, path, value) == value


@sweep(("model", "path", "parameter"), cases("enum"))
def test_a_value_that_is_not_listed_is_refused_by_name(
    model: str, path: tuple[str, ...], parameter: Any
) -> None:
    other = f"{parameter['enum'][0]}?"
    assert other in refused(model, path, other)


@sweep(("model", "path", "parameter"), cases("type"))
def test_a_value_of_another_type_is_refused_by_what_it_is(
    model: str, path: tuple[str, ...], parameter: Any
) -> None:
    for kind, value in VALUES.items():
        if kind == parameter["type"] or {kind, parameter["type"]} == {"integer", "number"}:
            continue
        if parameter["type"] == "integer" and kind == "number":
            continue
        message = refused(model, path, value)
        assert path[-1] in message
        assert EXPECTED[JSON_TYPES[type(value)]] in message


@sweep(("model", "path", "parameter"), cases("default"))
def test_a_default_stands_where_nothing_was_said(
    model: str, path: tuple[str, ...], parameter: Any
) -> None:
    found: Any = understood(model).parameters
    for name in path:
        found = found[name]
    assert found == parameter["default"] or path == ("outputOptions",)


@sweep("model", MODELS)
def test_a_prompt_is_taken_up_to_its_tokens_and_refused_past_them(model: str) -> None:
    known = spec.model(model)
    assert known
    prompt = spec.request(known.id, "generate", "vertex").schema["$defs"]["instance"]["properties"]
    limit = prompt["prompt"]["x-max-tokens"]
    assert understood(model, prompt="a " * limit).prompt == "a " * limit
    with pytest.raises(ApiError) as caught:
        understood(model, prompt="a " * (limit + 1))
    message = str(status(caught.value, spec.surface("vertex"))["message"])
    assert f"{limit + 1} tokens" in message
    assert f"up to {limit}" in message


@pytest.mark.parametrize("model", ["imagen-3.0-generate-001", "imagegeneration@002"])
def test_a_negative_prompt_is_refused_past_its_tokens(model: str) -> None:
    with pytest.raises(ApiError, match="negative_prompt_too_long"):
        understood(model, negativePrompt="a " * 481)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("a red apple", 3),
        ("don't", 3),
        ("", 0),
        ("internationalization", 2),
        ("东京塔 tower", 4),
        ("snake_case", 3),
        ("🍎🍏", 2),
    ],
)
def test_tokens_are_words_marks_and_east_asian_characters(text: str, tokens: int) -> None:
    assert count_tokens(text) == tokens


@given(st.text(), st.text())
def test_more_text_never_has_fewer_tokens(text: str, more: str) -> None:
    assert count_tokens(f"{text} {more}") >= max(count_tokens(text), count_tokens(more))


def test_a_seed_needs_the_watermark_off() -> None:
    watermarks: list[dict[str, Any]] = [{}, {"addWatermark": True}]
    for watermark in watermarks:
        with pytest.raises(ApiError, match="seed_with_watermark"):
            understood(seed=1, **watermark)


def test_a_seed_is_taken_by_a_model_without_a_watermark_of_its_own() -> None:
    assert understood("imagegeneration@002", seed=1).parameters["seed"] == 1


def test_a_safety_setting_is_refused_by_the_model_that_has_none() -> None:
    with pytest.raises(ApiError) as caught:
        understood("imagegeneration@005", safetySetting="block_some")
    shown = status(caught.value, spec.surface("vertex"))
    assert shown["status"] == "FAILED_PRECONDITION"
    assert shown["message"].endswith("Invalid rai level from the request")


@pytest.mark.parametrize(
    "uri", ["gs://bucket", "gs://my-bucket/", "gs://my.bucket/a/b c/ü", "gs://b_1/x.png"]
)
def test_a_cloud_storage_uri_is_taken(uri: str) -> None:
    assert understood(storageUri=uri).parameters["storageUri"] == uri


@sweep(
    "uri", ["", "bucket", "gs://", "gs:///x", "gs://B", "s3://bucket/x", "gs://a/", "gs://bu\ncket"]
)
def test_another_uri_is_refused(uri: str) -> None:
    with pytest.raises(ApiError, match="storage_uri"):
        understood(storageUri=uri)


@pytest.mark.parametrize(
    ("parameter", "value"), [("personGeneration", "allow_all"), ("safetySetting", "BLOCK_FEWEST")]
)
def test_restricted_values_need_an_allowlisted_project(parameter: str, value: str) -> None:
    assert understood(**{parameter: value})
    assert understood(config=Config(allowlisted=False))
    with pytest.raises(ApiError, match=r"person_generation_allow_all|safety_setting_block_none"):
        understood(**{parameter: value}, config=Config(allowlisted=False))


def test_strict_refuses_what_would_be_ignored() -> None:
    with pytest.raises(ApiError) as caught:
        understood(sampleCuont=1, config=Config(strict=True))
    message = status(caught.value, spec.surface("vertex"))["message"]
    assert "sampleCuont" in message
    assert "Did you mean sampleCount?" in message


@pytest.mark.parametrize("asked", [True, False])
def test_the_default_of_rai_reasons_can_be_configured(asked: bool) -> None:
    config = Config(include_rai_reason=asked)
    for model in ("imagen-4.0-generate-001", "imagen-3.0-generate-002"):
        assert understood(model, config=config).parameters["includeRaiReason"] is asked
    said = understood(includeRaiReason=not asked, config=config)
    assert said.parameters["includeRaiReason"] is not asked


def test_rai_reasons_are_on_for_imagen_4_alone() -> None:
    on = {name for name in MODELS if understood(name).parameters["includeRaiReason"]}
    assert on == {name for name in MODELS if name.startswith("imagen-4.0-")}


def test_of_several_errors_the_first_in_the_schema_is_said() -> None:
    with pytest.raises(ApiError, match="sample_count"):
        understood(outputOptions={"mimeType": "no"}, aspectRatio="no", sampleCount=99)


NUMERIC = [
    (model, path)
    for model in MODELS
    for path, parameter in parameters(model)
    if parameter.get("type") in {"integer", "number"}
]


@sweep(("model", "path"), NUMERIC)
@sweep(("value", "spelled"), [(10**300, "1e+300"), (-(2.0**90), "-1.2379")])
def test_a_number_of_many_digits_is_repeated_by_its_size(
    model: str, path: tuple[str, ...], value: float, spelled: str
) -> None:
    with pytest.raises(ApiError) as caught:
        ask_with(model, path, value)
    assert caught.value.fields["value"].startswith(spelled)
    assert len(caught.value.fields["value"]) < 25


@sweep(("model", "path"), NUMERIC)
@sweep("number", ["1e999", "-1e999", "9" * 400])
def test_a_number_that_no_double_holds_is_refused_as_that(
    model: str, path: tuple[str, ...], number: str
) -> None:
    opening = "".join(f'{{"{name}": ' for name in ("parameters", *path))
    raw = f'{{"instances": [{{"prompt": "a"}}], {opening[1:]}{number}'.encode()
    with pytest.raises(ApiError) as caught:
        understand(target(model), raw + b"}" * (len(path) + 1), Config())
    message = status(caught.value, spec.surface("vertex"))["message"]
    assert "Number exceeds the range of double." in message


def test_a_refused_value_is_repeated_only_in_part() -> None:
    assert len(refused("imagen-3.0-generate-002", ("language",), "x" * 10_000)) < 400


def test_targets_carry_the_id_of_their_model() -> None:
    assert target("imagetext@001").model_id == "imagetext@001"

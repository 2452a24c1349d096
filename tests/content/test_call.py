"""From a body to a call, or what is wrong with it."""

from datetime import UTC, date, datetime
from string import Formatter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.content.call import refuse_too_long
from imagen_fake.json_tree import objects
from imagen_fake.pipeline.errors import ApiError, status
from imagen_fake.pipeline.force import latency
from tests.contents import LITE, MODEL, asked, content
from tests.sweep import sweep

VALUES = ["1:1", "1K", "ALLOW_ALL", "HIGH", "TEXT", "IMAGE", "", "gs://bucket", "image/png", "x"]
OLD = "gemini-2.0-flash-preview-image-generation"


def refused(body: Any, model: str = MODEL, surface: str = "gemini") -> str:
    with pytest.raises(ApiError) as caught:
        content(body, model, surface)
    return str(status(caught.value, spec.surface(surface))["message"])


FOURTEEN = (
    "'1:1', '1:4', '1:8', '2:3', '3:2', '3:4', '4:1', '4:3', '4:5', '5:4', '8:1', '9:16', '16:9',"
    " or '21:9'"
)


@sweep("name", sorted({*spec.table("latencies")["models"]} & {*spec.content_model_ids()}))
def test_a_model_takes_as_long_as_it_was_seen_to(name: str) -> None:
    known = spec.table("latencies")["models"][name]
    assert known["minimum"] <= known["median"] <= known["maximum"]
    assert latency(content(asked(), name)) == known["median"]


def test_a_ratio_that_is_none_is_refused_in_the_words_that_users_saw() -> None:
    assert refused(asked(imageConfig={"aspectRatio": "7:3"})) == (
        "* GenerateContentRequest.generation_config.image_config.aspect_ratio:"
        f" aspect_ratio must be one of {FOURTEEN}.\n"
    )


@pytest.mark.parametrize(
    ("model", "size"), [(MODEL, "512"), (LITE, "2K"), ("gemini-2.5-flash-image", "2K"),
                        ("gemini-3-pro-image", "512"), (MODEL, "1k")]
)  # fmt: skip
def test_a_size_that_the_model_does_not_have_is_refused(model: str, size: str) -> None:
    assert "image_size must be one of '1K'" in refused(
        asked(imageConfig={"imageSize": size}), model
    )


@pytest.mark.parametrize(
    ("config", "model", "text"),
    [
        ({"candidateCount": 2}, MODEL, "Multiple candidates is not enabled for this model"),
        ({"candidateCount": 3}, "gemini-2.5-flash-image-preview",
         "Multiple candidates is not enabled for models/gemini-2.5-flash-image-preview"),
        ({"thinkingConfig": {}}, "gemini-2.5-flash-image",
         "Thinking is not enabled for this model"),
        ({"thinkingConfig": {"thinkingLevel": "LOW"}}, MODEL,
         "Thinking level is not supported for this model."),
        ({"imageConfig": {"aspectRatio": "1:1"}}, OLD,
         "Aspect ratio is not enabled for this model"),
        ({"responseMimeType": "application/json"}, MODEL,
         "JSON mode is not enabled for this model"),
        ({"topP": 2}, MODEL,
         "* GenerateContentRequest.generation_config.top_p: top_p must be in the range [0, 1].\n"),
    ],
)  # fmt: skip
def test_what_the_model_does_not_do_is_refused(config: Any, model: str, text: str) -> None:
    assert refused(asked(**config), model) == text


def test_functions_are_refused_and_a_search_is_not() -> None:
    functions = [{"functionDeclarations": [{"name": "f"}]}]
    assert refused({**asked(), "tools": functions}) == (
        "Function calling is not enabled for this model"
    )
    searching = {**asked(), "tools": {"google_search": {}}}
    assert content(searching).parameters["tools"] == [{"googleSearch": {}}]


def test_a_model_of_2025_ignores_image_config_with_a_warning() -> None:
    call = content(asked(imageConfig={"aspectRatio": "7:3"}), "gemini-2.5-flash-image-preview")
    assert call.parameters == {}
    assert "imageConfig has no effect" in call.warnings[0]


def test_an_output_prefix_that_is_no_bucket_is_refused() -> None:
    body = {**asked(), "outputConfig": {"outputUriPrefix": "https://x.test"}}
    assert "https://x.test" in refused(body, surface="vertex")


def test_directives_of_the_last_turn_are_no_words_of_it() -> None:
    call = content(asked("a red apple [fake: error=503]"))
    assert (call.prompt, call.directives) == ("a red apple", "error=503")
    kept = content(asked("a [fake: error=503]"), config=Config(directives="header"))
    assert kept.prompt == "a [fake: error=503]"


def test_an_equal_call_is_of_the_same_moment_of_the_configured_day() -> None:
    config = Config(as_of=date(2026, 11, 3))
    one, same = (content(asked(), config=config).moment for _ in range(2))
    other = content(asked("a pear"), config=config).moment
    assert one == same != other
    assert datetime.fromtimestamp(one, UTC).date() == date(2026, 11, 3)


@sweep("model", list(spec.content_model_ids()))
def test_a_plain_call_is_taken_by_every_model(model: str) -> None:
    call = content(asked(responseModalities=["TEXT", "IMAGE"]), model)
    assert (call.task, call.prompt) == ("content", "a red apple")


def test_an_object_of_cloud_storage_makes_a_call_irreproducible() -> None:
    file = {"fileData": {"mimeType": "image/png", "fileUri": "gs://b/a.png"}}
    assert not content({"contents": [{"parts": [file]}]}).reproducible
    assert content(asked()).reproducible


def test_the_oldest_models_want_text_and_picture() -> None:
    assert content(asked(responseModalities=["TEXT", "IMAGE"]), OLD).prompt == "a red apple"
    assert refused(asked(responseModalities=["IMAGE"]), OLD) == (
        f"The requested combination of response modalities is not supported by models/{OLD}."
    )


def test_more_tokens_than_the_model_takes_are_refused() -> None:
    model = "gemini-2.5-flash-image"
    refuse_too_long(content(asked("a " * 32_767), model))
    with pytest.raises(ApiError) as caught:
        refuse_too_long(content(asked("a " * 32_768), model))
    assert status(caught.value, spec.surface("gemini"))["message"] == (
        "The input token count (32769) exceeds the maximum number of tokens allowed (32768)."
    )


KNOWN_WORDS = {
    "name", "value", "kind", "count", "expected", "type", "received", "options", "choices",
    "alternatives", "path", "field", "minimum", "maximum", "model", "failed",
}  # fmt: skip


@sweep("model", list(spec.content_model_ids()))
def test_every_text_that_a_schema_names_can_be_filled_in(model: str) -> None:
    found = spec.content_model(model)
    assert found
    errors = spec.read("errors.json")["errors"]
    for surface in found.facts["lifeCycle"]:
        schema = spec.content_request(found.id, surface).schema
        names = {
            name for _, node in objects(schema) if "x-errors" in node
            for name in node["x-errors"].values()
        }  # fmt: skip
        for name in names:
            words = {word for _, word, _, _ in Formatter().parse(errors[name]["message"]) if word}
            assert words <= KNOWN_WORDS, name


@pytest.mark.parametrize("surface", ["gemini", "vertex"])
@given(data=st.data())
def test_any_body_of_known_fields_is_taken_or_refused(surface: str, data: st.DataObject) -> None:
    names = sorted(
        {*(key for _, node in objects(spec.content_message(surface)) for key in node), "x"}
    )
    leaves = st.none() | st.booleans() | st.floats() | st.integers() | st.sampled_from(VALUES)
    body = data.draw(
        st.fixed_dictionaries(
            {"contents": st.just({"parts": {"text": "a"}})},
            optional={
                "generationConfig": st.dictionaries(
                    st.sampled_from(names),
                    leaves | st.lists(leaves, max_size=2)
                    | st.dictionaries(st.sampled_from(names), leaves, max_size=3),
                    max_size=4,
                ),
                "safetySettings": leaves, "tools": leaves, "labels": leaves,
            },
        )
    )  # fmt: skip
    try:
        outcome = content(body, MODEL, surface).task
    except ApiError as error:
        outcome = str(status(error, spec.surface(surface))["code"])
    assert outcome in ("content", "400")

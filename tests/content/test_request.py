"""What a parsed body stands for, and what is wrong with it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake import spec
from imagen_fake.content.request import MAX_VIOLATIONS, parse_request, snake_case
from imagen_fake.json_tree import objects
from imagen_fake.pipeline.errors import ApiError, status
from tests.sweep import sweep

UNKNOWN = "Invalid JSON payload received. Unknown name"
SURFACES = ("gemini", "vertex")


def error_of(body: Any, surface: str = "gemini") -> Any:
    with pytest.raises(ApiError) as caught:
        parse_request(body, surface)
    return status(caught.value, spec.surface(surface))


def spelled(value: Any, respell: Any) -> Any:
    """A body whose keys are spelled anew."""
    if isinstance(value, dict):
        return {respell(key): spelled(child, respell) for key, child in value.items()}
    return [spelled(child, respell) for child in value] if isinstance(value, list) else value


BODY = {
    "contents": [
        {"role": "user", "parts": [{"inlineData": {"mimeType": "image/png", "data": "aa"}}]},
        {"role": "model", "parts": [{"thoughtSignature": "aa", "text": "b"}]},
    ],
    "systemInstruction": {"parts": [{"text": "c"}]},
    "safetySettings": [
        {"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"},
    ],
    "generationConfig": {
        "imageConfig": {"aspectRatio": "1:1", "imageSize": "1K"},
        "thinkingConfig": {"thinkingLevel": "HIGH", "includeThoughts": True},
        "responseModalities": ["TEXT", "IMAGE"],
        "topK": 3,
    },
}


@given(st.randoms(use_true_random=False))
def test_both_spellings_are_taken_at_every_depth(choose: Any) -> None:
    mixed = spelled(BODY, lambda key: choose.choice([key, snake_case(key)]))
    assert parse_request(mixed, "gemini") == BODY


def test_what_stands_alone_is_a_list_of_one_and_lists_in_lists_are_read() -> None:
    single = {"contents": {"parts": {"text": "a"}}}
    nested = {"contents": [{"parts": [{"text": "a"}, [{"text": "b"}, [{"text": "c"}]]]}]}
    assert parse_request(single, "gemini") == {"contents": [{"parts": [{"text": "a"}]}]}
    assert parse_request(nested, "gemini")["contents"][0]["parts"] == [
        {"text": "a"}, {"text": "b"}, {"text": "c"},
    ]  # fmt: skip


def test_a_null_is_as_good_as_nothing() -> None:
    assert parse_request({"contents": None, "generationConfig": {"seed": None}}, "gemini") == {
        "contents": [], "generationConfig": {},
    }  # fmt: skip


@pytest.mark.parametrize("name", ["TEXT", "text", "Text"])
def test_a_modality_may_have_any_case(name: str) -> None:
    parsed = parse_request({"generationConfig": {"responseModalities": name}}, "vertex")
    assert parsed["generationConfig"]["responseModalities"] == ["TEXT"]


def test_an_unknown_name_at_the_top_has_no_place() -> None:
    error = error_of({"instances": []})
    text = 'Invalid JSON payload received. Unknown name "instances": Cannot find field.'
    assert (error["code"], error["message"]) == (400, text)
    assert error["details"][0]["fieldViolations"] == [{"description": text}]


def test_every_mistake_is_a_line_and_a_violation_at_its_place_in_snake_case() -> None:
    error = error_of(
        {
            "contents": [{"parts": [{"inlineData": {"mime": "x"}}]}],
            "generationConfig": {"aspectRatio": "16:9", "topP": "high"},
        }
    )
    assert error["message"].splitlines() == [
        f"{UNKNOWN} \"mime\" at 'contents[0].parts[0].inline_data': Cannot find field.",
        f"{UNKNOWN} \"aspectRatio\" at 'generation_config': Cannot find field.",
        "Invalid value at 'generation_config.top_p' (TYPE_FLOAT), \"high\"",
    ]
    violations = error["details"][0]["fieldViolations"]
    assert [one["description"] for one in violations] == error["message"].splitlines()
    assert [one["field"] for one in violations] == [
        "contents[0].parts[0].inline_data", "generation_config", "generation_config.top_p",
    ]  # fmt: skip


def test_an_enum_names_its_type() -> None:
    image = {"aspectRatio": "3:2"}
    error = error_of({"generationConfig": {"responseFormat": {"image": image}}})
    assert error["message"] == (
        "Invalid value at 'generation_config.response_format.image.aspect_ratio'"
        " (type.googleapis.com/google.ai.generativelanguage.v1beta"
        '.ImageResponseFormat.AspectRatio), "3:2"'
    )


@pytest.mark.parametrize(
    ("body", "end"),
    [
        ({"generationConfig": [{}]}, "Proto field is not repeating, cannot start list."),
        ([], "Root element must be a message."),
        ({"contents": "hi"}, 'v1beta.Content), "hi"'),
        ({"contents": {"parts": {"text": 1}}}, "(TYPE_STRING), 1"),
        ({"generationConfig": {"seed": 1.5}}, "(TYPE_INT32), 1.5"),
        ({"generationConfig": {"seed": 2**31}}, "(TYPE_INT32), 2147483648"),
        ({"generationConfig": {"seed": True}}, "(TYPE_INT32), true"),
        (
            {"contents": {"parts": {"text": "a", "inlineData": {}}}},
            "oneof field 'data' is already set. Cannot set 'inlineData'",
        ),
    ],
)
def test_a_value_of_another_kind_is_refused(body: Any, end: str) -> None:
    assert error_of(body)["message"].endswith(end)


@pytest.mark.parametrize(("value", "number"), [("7", 7), (7.0, 7), (7, 7), ("7.0", 7)])
def test_a_number_may_be_written_as_a_text(value: Any, number: int) -> None:
    parsed = parse_request({"generationConfig": {"seed": value}}, "gemini")
    assert parsed["generationConfig"]["seed"] == number


@pytest.mark.parametrize("value", [1e300, float("inf"), float("nan")])
def test_a_number_out_of_all_ranges_is_refused_at_once(value: float) -> None:
    assert "TYPE_INT32" in error_of({"generationConfig": {"seed": value}})["message"]


def test_a_surface_does_not_know_the_fields_of_the_other() -> None:
    image: Any = {"generationConfig": {"imageConfig": {"imageOutputOptions": {}}}, "labels": {}}
    assert parse_request(image, "vertex") == {"contents": [], **image}
    assert len(error_of(image)["message"].splitlines()) == 2
    assert error_of({"store": True}, "vertex")["code"] == 400


def test_of_very_many_mistakes_the_first_are_told() -> None:
    error = error_of({f"x{number}": 1 for number in range(1000)})
    assert len(error["message"].splitlines()) == MAX_VIOLATIONS
    assert len(error["details"][0]["fieldViolations"]) == MAX_VIOLATIONS


def test_a_name_that_is_a_credential_is_not_repeated() -> None:
    key = "AIza" + "x" * 35
    error = error_of({key: 1})
    assert key not in str(error)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
        lambda child: st.lists(child, max_size=3)
        | st.dictionaries(st.sampled_from([*spec.content_message("gemini")["properties"], "x"]),
                          child, max_size=4),
    )
)  # fmt: skip
def test_any_json_is_read_or_refused(body: Any) -> None:
    try:
        parsed = parse_request(body, "gemini")
    except ApiError as error:
        parsed = {error.id: None}
    assert "content_json" in parsed or parse_request(parsed, "gemini") == parsed


@sweep("surface", list(SURFACES))
def test_every_reference_of_a_message_leads_somewhere(surface: str) -> None:
    schema = spec.content_message(surface)
    names = {node["$ref"].rpartition("/")[2] for _, node in objects(schema) if "$ref" in node}
    assert names <= schema["$defs"].keys()


@pytest.mark.parametrize(("surface", "number"), [("gemini", 8), ("vertex", 1)])
def test_an_enum_may_be_its_number(surface: str, number: int) -> None:
    setting = {"category": number, "threshold": 4}
    body = {"safetySettings": setting, "generationConfig": {"responseModalities": [1, 2]}}
    parsed = parse_request(body, surface)
    named = {"category": "HARM_CATEGORY_HATE_SPEECH", "threshold": "BLOCK_NONE"}
    assert parsed["safetySettings"] == [named]
    assert parsed["generationConfig"]["responseModalities"] == ["TEXT", "IMAGE"]


@pytest.mark.parametrize("value", [99, True, 1.5])
def test_a_number_that_no_name_has_is_refused(value: Any) -> None:
    with pytest.raises(ApiError):
        parse_request({"safetySettings": {"threshold": value}}, "gemini")

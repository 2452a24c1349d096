"""Which text a text is."""

import pytest

from imagen_fake import spec
from imagen_fake.contract.exchange import Case
from imagen_fake.contract.facts.messages import (
    MAX_LENGTH,
    PLACEHOLDER,
    match_message,
    matching_errors,
    surface_error_id,
)
from tests.contract.sample_cases import generate_case

FAILED = "Image generation failed with the following error: "
SENSITIVE = (
    f"{FAILED}The prompt could not be submitted. This prompt contains sensitive words that violate "
    "Google's Responsible AI practices. Try rephrasing the prompt. If you think this was an error, "
    "send feedback."
)


def test_blanks_are_read() -> None:
    text = f"{FAILED}Invalid sampleCount, 9. m supports 1 to 4."
    assert match_message(generate_case(), "sample_count", text) == {
        "value": "9", "model": "m", "minimum": "1", "maximum": "4", "codes": ""}  # fmt: skip


def test_another_text_is_not_taken_for_it() -> None:
    assert match_message(generate_case(), "sample_count", "Invalid sampleCount, 9.") is None


def test_support_codes_may_follow_on_vertex() -> None:
    told = match_message(
        generate_case(), "prompt_sensitive", f"{SENSITIVE} Support codes: 42876398, 1"
    )
    assert told == {"codes": "42876398, 1"}


def test_support_codes_are_wrong_where_a_surface_hides_them() -> None:
    text = f"{SENSITIVE} Support codes: 42876398"
    assert match_message(generate_case(surface="gemini"), "prompt_sensitive", text) is None
    assert match_message(generate_case(surface="gemini"), "prompt_sensitive", SENSITIVE) == {}


@pytest.mark.parametrize("surface", ["vertex", "gemini"])
def test_a_message_is_recognised(surface: str) -> None:
    first, _ = next(matching_errors(generate_case(surface=surface), SENSITIVE))
    assert first == "prompt_sensitive"


def test_a_stranger_s_message_means_nothing() -> None:
    assert list(matching_errors(generate_case(), "Bad gateway")) == []


def test_a_task_has_its_own_words_for_some_errors() -> None:
    case = Case("caption", "vertex", "imagetext@001", "caption", {})
    assert surface_error_id(case, "prompt_sensitive") == "reasoning_blocked"


def test_a_surface_has_its_own_words_for_some_errors() -> None:
    assert (
        surface_error_id(generate_case(surface="gemini"), "model_not_found")
        == "gemini_model_not_found"
    )


def test_what_is_sent_may_hold_the_words_behind_it() -> None:
    text = f"{FAILED}Invalid sampleCount, 9. m supports 1 to 4. m supports 1 to 4."
    words = match_message(generate_case(), "sample_count", text)
    assert words
    assert words["maximum"] == "4. m supports 1 to 4"


@pytest.mark.parametrize(
    "error_id",
    [
        error_id
        for error_id, error in spec.read("errors.json")["errors"].items()
        if not error["message"].endswith("}")
    ],
)
def test_a_message_that_repeats_the_words_of_an_error_is_another_one_and_soon(
    error_id: str,
) -> None:
    template = spec.read("errors.json")["errors"][error_id]["message"]
    words = PLACEHOLDER.split(template)[::2]
    text = FAILED + "".join(part * (MAX_LENGTH // 2 // len(template)) for part in words) + "\0"
    assert match_message(generate_case(), error_id, text) is None


def test_a_message_without_end_is_no_error_s() -> None:
    text = f"{FAILED}Invalid sampleCount, {'9' * MAX_LENGTH}. m supports 1 to 4."
    assert match_message(generate_case(), "sample_count", text) is None

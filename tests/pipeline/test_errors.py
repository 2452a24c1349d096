from string import Formatter
from typing import Any

from imagen_fake import spec
from imagen_fake.pipeline.errors import ApiError, codes_suffix, status
from tests.sweep import sweep

ERRORS = spec.read("errors.json")["errors"]
VERTEX = spec.surface("vertex")
HIDING = spec.Surface("hiding", {**VERTEX.facts, "supportCodes": {"value": False}})


def fields(template: Any) -> set[str]:
    """The words that the strings of a template want."""
    if isinstance(template, dict | list):
        parts = template.values() if isinstance(template, dict) else template
        return set().union(*map(fields, parts))
    return {name for _, name, _, _ in Formatter().parse(str(template)) if name}


def words(known: Any) -> set[str]:
    """What somebody who raises an error has to say."""
    return (fields(known["message"]) | fields(known.get("details", []))) - {"failed", "message"}


@sweep("error_id", ERRORS)
def test_every_text_is_filled_in_whole(error_id: str) -> None:
    known = ERRORS[error_id]
    shown = status(ApiError(error_id, **{name: f"<{name}>" for name in words(known)}), VERTEX)
    for name in words(known):
        assert f"<{name}>" in str(shown)
    assert "{failed}" not in shown["message"]
    assert shown["code"] >= 400


@sweep("error_id", ERRORS)
def test_details_stand_only_where_the_service_sends_them(error_id: str) -> None:
    known = ERRORS[error_id]
    said = dict.fromkeys(words(known), "x")
    shown = status(ApiError(error_id, **said), VERTEX)
    assert ("details" in shown) == ("details" in known)
    for detail in shown.get("details", ()):
        assert detail["@type"].startswith("type.googleapis.com/google.rpc.")


def test_support_codes_end_a_text() -> None:
    shown = status(ApiError("prompt_threshold", codes=("1", "2")), VERTEX)
    assert shown["message"].endswith("send feedback. Support codes: 1, 2")


def test_a_surface_may_hide_support_codes() -> None:
    assert codes_suffix(("1",), HIDING) == ""
    assert codes_suffix((), VERTEX) == ""


def test_a_surface_may_word_an_error_in_its_own_way() -> None:
    other = spec.Surface("other", {**VERTEX.facts, "errors": {"prompt_empty": "internal"}})
    assert status(ApiError("prompt_empty"), other)["status"] == "INTERNAL"


def test_a_violation_repeats_the_message() -> None:
    shown = status(ApiError("unknown_field", name="zork"), VERTEX)
    assert shown["details"][0]["fieldViolations"] == [{"description": shown["message"]}]


def test_a_wrong_key_is_refused_in_the_words_of_the_callers_language_too() -> None:
    shown = status(ApiError("api_key_invalid", service="s"), VERTEX)
    localized = shown["details"][1]
    assert localized["@type"] == "type.googleapis.com/google.rpc.LocalizedMessage"
    assert localized["message"] == shown["message"]

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_args

import pytest

from imagen_fake.config import Config, DirectiveSources, Switch
from imagen_fake.state.state import (
    CHANGEABLE,
    SettingError,
    State,
    changeable_settings,
    parse_changes,
)
from imagen_fake.storage.objects import NewObject
from tests.sweep import sweep


def test_the_storage_is_the_folder_of_the_config(tmp_path: Path) -> None:
    state = State(Config(storage=tmp_path))
    state.storage.put([NewObject("gs://pictures/a", b"data", "image/png")])
    assert (tmp_path / "pictures" / "a").read_bytes() == b"data"


def test_changed_settings_discard_the_kept_answers() -> None:
    state = State(Config())
    before = state.responses
    state.configure(strict=True)
    changed = state.responses
    state.reset()
    assert len({id(cache) for cache in (before, changed, state.responses)}) == 3


def refusal(**asked: Any) -> str:
    with pytest.raises(SettingError) as caught:
        parse_changes(asked)
    return str(caught.value)


def test_every_setting_that_may_change_is_shown() -> None:
    told = changeable_settings(Config(as_of=date(2026, 8, 18), strict=True))
    assert list(told) == list(CHANGEABLE)
    assert (told["as_of"], told["strict"], told["include_rai_reason"]) == ("2026-08-18", True, None)


def test_without_a_day_none_is_shown() -> None:
    assert changeable_settings(Config())["as_of"] is None


def test_what_is_shown_can_be_asked_for() -> None:
    config = Config(
        directives="off", as_of=date(2025, 1, 2), vary_unseeded=True, include_rai_reason=False
    )
    assert replace(Config(), **parse_changes(changeable_settings(config))) == config


@pytest.mark.parametrize("value", ["2026-08-18", date(2026, 8, 18)])
def test_a_day_is_read_from_a_text_or_a_date(value: Any) -> None:
    assert parse_changes({"as_of": value}) == {"as_of": date(2026, 8, 18)}


def test_no_day_is_one_too() -> None:
    assert parse_changes({"as_of": None}) == {"as_of": None}


@pytest.mark.parametrize(
    "value",
    ["soon", "2026-13-01", "", 20260818, True, ["2026-08-18"], datetime(2026, 8, 18)],
)
def test_what_is_no_day_is_refused_with_one(value: Any) -> None:
    assert refusal(as_of=value) == f"as_of is a day such as 2026-08-18, not {str(value)!r}."


SWITCHES = [name for name in CHANGEABLE if name not in ("as_of", "directives", "caption")]


@sweep("name", SWITCHES)
@sweep("value", [True, False])
def test_a_switch_is_on_or_off(name: str, value: bool) -> None:
    assert parse_changes({name: value}) == {name: value}


@sweep("name", SWITCHES)
@sweep("value", [1, "true", [], {}])
def test_another_value_of_a_switch_is_refused(name: str, value: Any) -> None:
    assert refusal(**{name: value}) == f"{name} is true or false, not {str(value)!r}."


@pytest.mark.parametrize("value", get_args(DirectiveSources))
def test_directives_are_taken_from_a_known_place(value: str) -> None:
    assert parse_changes({"directives": value}) == {"directives": value}


@pytest.mark.parametrize("value", ["none", "", "ALL", None, True, ["all"], {}])
def test_another_place_of_directives_is_refused_with_those_there_are(value: Any) -> None:
    told = refusal(directives=value)
    assert told == f"directives is one of all, header, off, not {str(value)!r}."


@pytest.mark.parametrize("value", get_args(Switch))
def test_captions_are_on_or_off(value: str) -> None:
    assert parse_changes({"caption": value}) == {"caption": value}


@pytest.mark.parametrize("value", ["no", "", "OFF", None, False, ["off"], {}])
def test_another_value_of_captions_is_refused_with_those_there_are(value: Any) -> None:
    assert refusal(caption=value) == f"caption is one of on, off, not {str(value)!r}."


def test_only_the_reason_may_be_left_to_the_models() -> None:
    assert parse_changes({"include_rai_reason": None}) == {"include_rai_reason": None}
    assert "strict is true or false" in refusal(strict=None)


@pytest.mark.parametrize("name", ["auth", "storage", "cache_bytes", "nope", ""])
def test_another_setting_is_refused_with_those_that_can_change(name: str) -> None:
    told = refusal(**{name: True})
    assert told == f"{name!r} cannot be changed; what can is {', '.join(CHANGEABLE)}."


def test_a_long_value_is_told_in_short() -> None:
    assert len(refusal(as_of="x" * 10_000)) < 200
    assert len(refusal(**{"x" * 10_000: 1})) < 250


def test_of_a_long_error_the_end_is_kept() -> None:
    state = State(Config())
    state.note_error(ValueError("a" * 20_000 + "b"))
    assert state.errors[0] == "a" * 9_998 + "b\n"

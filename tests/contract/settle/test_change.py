"""Changes of facts in the text of their files."""

import json

import pytest

from imagen_fake import spec
from imagen_fake.contract.facts.facts import all_facts, split_pointer
from imagen_fake.contract.settle.change import Change, Values, apply
from imagen_fake.contract.settle.json_text import locate

SOURCE = "cassettes/vertex/one.yaml@2026-11-30"
ASSUMED = "errors.json#/errors/sample_count"
DOCUMENTED = "tasks/try_on.json#/$defs/parameters/properties/sampleCount"
CONFLICTING = "tasks/generate.json#/$defs/parameters/properties/seed"
INLINE = "tables/prices.json#/tasks/try_on"


def changed(pointer: str, values: Values = Values()) -> tuple[dict[str, object], str]:  # noqa: B008 (frozen)
    """The fact after a change, and the text around it."""
    file, steps = split_pointer(pointer)
    text = (spec.ROOT / file).read_text("utf-8")
    new = apply({file: text}, [Change(all_facts()[pointer], SOURCE, values)])[file]
    member = locate(new, steps)
    return json.loads(new[member.start : member.end]), new


def test_what_was_assumed_and_is_confirmed_has_the_recording_for_a_note() -> None:
    old = spec.read("errors.json")["errors"]["sample_count"]
    fact, _ = changed(ASSUMED)
    expected = {**old, "x-grade": "recorded", "x-source": [SOURCE]}
    assert fact == {key: one for key, one in expected.items() if key != "x-note"}


def test_what_was_documented_and_is_confirmed_keeps_its_sources() -> None:
    fact, _ = changed(DOCUMENTED)
    assert (fact["x-grade"], fact["x-source"]) == ("recorded", ["try-on-pages", SOURCE])
    assert "x-conflict" not in fact


def test_what_was_documented_and_is_contradicted_says_what_it_was() -> None:
    fact, _ = changed(DOCUMENTED, Values({f"{DOCUMENTED}/maximum": 3}))
    assert (fact["maximum"], fact["x-source"]) == (3, [SOURCE, "try-on-pages"])
    assert fact["x-conflict"] == "Documented before: maximum 4."


def test_a_conflict_is_added_to_the_one_there_is() -> None:
    fact, _ = changed(CONFLICTING, Values({f"{CONFLICTING}/maximum": 9}))
    assert str(fact["x-conflict"]).endswith(" is taken. Documented before: maximum 4294967295.")


def test_a_value_of_its_own_stands_before_what_is_said_of_the_fact() -> None:
    fact, _ = changed(ASSUMED, Values({f"{ASSUMED}/http": 422}))
    assert list(fact)[-4:] == ["when", "http", "x-grade", "x-source"]


def test_a_value_can_be_removed() -> None:
    pointer = "errors.json#/errors/method_not_allowed"
    fact, _ = changed(pointer, Values(removed=(f"{pointer}/http",)))
    assert "http" not in fact


def test_a_fact_on_one_line_stays_on_one() -> None:
    _, text = changed(INLINE)
    assert f'"usd": 0.06, "x-grade": "recorded", "x-source": ["{SOURCE}"]' in text


def test_a_fact_that_is_not_in_the_file_raises() -> None:
    with pytest.raises(KeyError):
        apply({"errors.json": "{}"}, [Change(all_facts()[ASSUMED], SOURCE)])

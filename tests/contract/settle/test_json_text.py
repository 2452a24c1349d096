"""Edits of JSON that leave alone whatever they do not change."""

import json
from difflib import ndiff

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake import spec
from imagen_fake.contract.facts.facts import all_facts, split_pointer
from imagen_fake.contract.settle.json_text import (
    insert_member,
    locate,
    remove_member,
    replace_value,
)
from imagen_fake.json_tree import objects
from tests.sweep import sweep

FILES = sorted({split_pointer(pointer)[0] for pointer in all_facts()})
INLINE = '{"a": {"usd": 0.02, "x-grade": "assumed", "x-note": "Nobody says."}}'
LINES = '{\n  "a": {\n    "x-grade": "assumed",\n    "x-note": "Nobody says."\n  }\n}\n'


def text_of(file: str) -> str:
    return (spec.ROOT / file).read_text("utf-8")


def changed_lines(old: str, new: str) -> list[str]:
    pairs = ndiff(old.splitlines(keepends=True), new.splitlines(keepends=True))
    return [line.rstrip() for line in pairs if line[0] in "+-"]


@sweep("file", FILES)
def test_every_object_of_the_facts_is_located(file: str) -> None:
    text = text_of(file)
    for steps, node in objects(json.loads(text)):
        member = locate(text, tuple(map(str, steps)))
        assert json.loads(text[member.start : member.end]) == node


@sweep("file", FILES)
def test_a_grade_changes_one_line_of_the_facts(file: str) -> None:
    text = text_of(file)
    pointer = next(one for one in all_facts() if one.startswith(f"{file}#"))
    steps = (*split_pointer(pointer)[1], "x-grade")
    new = replace_value(text, steps, "of a test")
    assert len(changed_lines(text, new)) == 2
    assert replace_value(new, steps, all_facts()[pointer].grade) == text


def test_a_member_is_inserted_on_a_line_of_its_own_where_the_others_are() -> None:
    new = insert_member(LINES, ["a"], "x-grade", "x-source", ["one"])
    assert changed_lines(LINES, new) == ['+     "x-source": [', '+       "one"', "+     ],"]


def test_a_member_is_inserted_on_the_line_where_the_others_are() -> None:
    new = insert_member(INLINE, ["a"], "x-grade", "x-source", ["one"])
    assert '"x-grade": "assumed", "x-source": ["one"], "x-note"' in new
    assert json.loads(new)["a"]["x-source"] == ["one"]


def test_a_list_stays_on_as_many_lines_as_it_was() -> None:
    assert replace_value('{"a": [1, 2]}', ["a"], [3]) == '{"a": [3]}'
    assert replace_value('{\n  "a": [\n    1\n  ]\n}', ["a"], [1, 2]) == (
        '{\n  "a": [\n    1,\n    2\n  ]\n}'
    )


@pytest.mark.parametrize("steps", [["b"], ["a", "b"], ["a", "x-grade", "b"]])
def test_what_is_not_there_cannot_be_changed(steps: list[str]) -> None:
    with pytest.raises(KeyError):
        replace_value(LINES, steps, 1)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(st.text(max_size=3), children, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=3), JSON, min_size=1, max_size=4), JSON, st.data())
def test_edits_of_text_are_edits_of_values(
    value: dict[str, object], new: object, data: st.DataObject
) -> None:
    key = data.draw(st.sampled_from(sorted(value)))
    text = json.dumps(value, indent=data.draw(st.sampled_from([None, 2])))
    assert json.loads(replace_value(text, [key], new)) == {**value, key: new}
    without = {name: one for name, one in value.items() if name != key}
    assert json.loads(remove_member(text, [key])) == without
    assert json.loads(insert_member(text, [], key, "a new key", new)) == {**value, "a new key": new}

import json

from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.json_tree import at, merge, objects

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(base=JSON, patch=st.dictionaries(st.text(), JSON))
def test_a_patch_laid_twice_changes_nothing_more(base: object, patch: object) -> None:
    once = merge(base, patch)
    assert merge(once, patch) == once


@given(base=JSON)
def test_an_empty_patch_leaves_an_object_as_it_is(base: object) -> None:
    assert merge(base, {}) == (base if isinstance(base, dict) else {})


def test_null_takes_a_key_away_however_deep() -> None:
    assert merge({"a": {"b": 1, "c": 2}}, {"a": {"b": None}}) == {"a": {"c": 2}}


def test_a_pointer_leads_through_lists_and_objects() -> None:
    assert at({"a": [{"b": 1}, 2]}, "a/0/b") == 1


def test_objects_are_found_in_lists_and_objects_with_the_way_to_them() -> None:
    tree = {"a": [{"b": {}}, 1], "c": {}}
    assert [path for path, _ in objects(tree)] == [(), ("a", 0), ("a", 0, "b"), ("c",)]


@given(tree=JSON)
def test_every_object_is_found_once(tree: object) -> None:
    count = 0

    def hook(pairs: list[tuple[str, object]]) -> dict[str, object]:
        nonlocal count
        count += 1
        return dict(pairs)

    json.loads(json.dumps(tree), object_pairs_hook=hook)
    assert len(list(objects(tree))) == count

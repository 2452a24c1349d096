from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.storage.objects import StorageError
from imagen_fake.surfaces.storage_fields import parse_fields, select_fields
from tests.storing import reason
from tests.sweep import sweep

LISTED: Any = {
    "kind": "storage#objects",
    "nextPageToken": "x",
    "items": [{"name": "a", "size": "1", "metadata": {"who": "me", "why": "no"}}, {"name": "b"}],
}


@sweep(
    ("text", "expected"),
    [
        ("kind", {"kind": "storage#objects"}),
        ("nothing", {}),
        ("items(name),nextPageToken", {"items": [{"name": "a"}, {"name": "b"}],
                                       "nextPageToken": "x"}),
        ("items/name", {"items": [{"name": "a"}, {"name": "b"}]}),
        ("items(size,metadata/who)", {"items": [{"size": "1", "metadata": {"who": "me"}}, {}]}),
        ("items/metadata(who)", {"items": [{"metadata": {"who": "me"}}, {}]}),
        ("items/*/who", {"items": [{"name": "a", "size": "1", "metadata": {"who": "me"}},
                                   {"name": "b"}]}),
        ("*", LISTED),
    ],
)  # fmt: skip
def test_the_fields_that_are_asked_for_are_shown(text: str, expected: Any) -> None:
    assert select_fields(parse_fields(text), LISTED) == expected


@sweep("text", ["a,", ",a", "a(", "a)", "a()", "(a)", "a//b", "a/", "a b", "a(b", "a(b)c", "é"])
def test_what_is_no_selection_is_refused(text: str) -> None:
    with pytest.raises(StorageError, match="bad_parameter"):
        parse_fields(text)


@given(text=st.text(alphabet="ab,/()*", max_size=30))
def test_a_selection_is_read_or_refused(text: str) -> None:
    refused = reason(lambda: select_fields(parse_fields(text), LISTED))
    assert refused in (None, "bad_parameter")


def test_a_deep_selection_is_read() -> None:
    assert select_fields(parse_fields("a(" * 20_000 + "b" + ")" * 20_000), {"a": 1}) == {"a": 1}

"""JSON as the service prints it."""

import json

import pybase64
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.content.json_text import one_line, pretty
from imagen_fake.json_tree import objects
from imagen_fake.pipeline.respond import to_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda child: st.lists(child, max_size=3) | st.dictionaries(st.text(max_size=4), child),
)


@given(VALUES)
def test_without_bytes_it_is_the_json_of_errors(value: object) -> None:
    assert pretty(value) == to_json(value)


@given(VALUES)
def test_a_line_has_blanks_after_colons_alone(value: object) -> None:
    expected = json.dumps(value, ensure_ascii=False, separators=(",", ": "))
    assert one_line(value) == expected.encode()


def test_bytes_are_base64() -> None:
    data = bytes(range(256))
    (found,) = (node["data"] for _, node in objects(json.loads(pretty({"data": data}))))
    assert pybase64.b64decode(found) == data

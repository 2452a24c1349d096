import json
from typing import Any

import pytest
from google.protobuf.message import Message
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.surfaces.wire_fields import has_more_fields
from tests import rpc

DESCRIBED = rpc.method("Predict").input_type
JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def asked(**fields: Any) -> Message:
    return rpc.request(rpc.method("Predict"), fields)


def count(message: Message) -> int:
    """The fields of a message and of those within it, an entry of a map with its key and value."""
    number = 0
    for field, value in message.ListFields():
        entries = field.message_type and field.message_type.GetOptions().map_entry
        for one in value.values() if entries else value if field.is_repeated else [value]:
            number += 3 if entries else 1
            number += count(one) if isinstance(one, Message) else 0
    return number


@given(endpoint=st.text(), instances=st.lists(JSON), labels=st.dictionaries(st.text(), st.text()))
def test_every_field_counts_however_deep(
    endpoint: str, instances: list[Any], labels: dict[str, str]
) -> None:
    request = asked(endpoint=endpoint, instances=instances, labels=labels)
    raw, fields = request.SerializeToString(), count(request)
    assert not has_more_fields(raw, DESCRIBED, fields)
    assert not fields or has_more_fields(raw, DESCRIBED, fields - 1)


UNKNOWN = {
    "a number": b"\x98\x3f\x01",
    "eight bytes": b"\x99\x3f12345678",
    "a text": b"\x9a\x3f\x03abc",
    "four bytes": b"\x9d\x3f1234",
}


@pytest.mark.parametrize("field", UNKNOWN.values(), ids=UNKNOWN)
def test_fields_that_nobody_knows_count(field: bytes) -> None:
    assert not has_more_fields(field * 9, DESCRIBED, 9)
    assert has_more_fields(field * 10, DESCRIBED, 9)


@given(st.binary(max_size=60))
def test_any_bytes_are_counted(raw: bytes) -> None:
    assert has_more_fields(raw * 1000, DESCRIBED, 0) or not has_more_fields(raw, DESCRIBED, 60)


def test_no_more_fields_are_looked_at_than_the_limit() -> None:
    class Counted(bytes):
        looks = 0

        def __getitem__(self, place: Any) -> Any:
            Counted.looks += 1
            return super().__getitem__(place)

    raw = asked(instances=[json.loads("[[[1]]]")]).SerializeToString()
    assert has_more_fields(Counted(raw * 100_000), DESCRIBED, 1000)
    assert Counted.looks < 100 * 1000

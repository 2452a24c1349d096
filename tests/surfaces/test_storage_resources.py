from typing import Any

import pytest

from imagen_fake.storage.metadata import ObjectMetadata, Properties
from imagen_fake.surfaces.storage_resources import (
    expected_checksums,
    parse_page_token,
    parse_properties,
    parse_resource,
)
from tests.storing import reason

TEN = ObjectMetadata("pictures", "a", 10, "", "", 1, 1, "", "")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, Properties("image/x", {"cacheControl": "old"}, {"a": "1"})),
        ({"contentType": None}, Properties(headers={"cacheControl": "old"}, metadata={"a": "1"})),
        ({"cacheControl": None, "metadata": None}, Properties("image/x")),
        ({"metadata": {"a": None, "b": "2"}, "size": "9", "wobble": 1},
         Properties("image/x", {"cacheControl": "old"}, {"b": "2"})),
    ],
)  # fmt: skip
def test_what_is_not_named_stays_and_what_is_null_goes(
    told: dict[str, Any], expected: Properties
) -> None:
    before = Properties("image/x", {"cacheControl": "old"}, {"a": "1"})
    assert parse_properties(told, before) == expected


def test_checksums_are_read_from_the_resource_and_the_headers() -> None:
    told = {"md5Hash": "a", "crc32c": "b", "name": "c"}
    assert expected_checksums(told, {}) == {"md5Hash": "a", "crc32c": "b"}
    assert expected_checksums(told, {"x-goog-hash": "crc32c=d, md5=e==,sha=f"}) == {
        "md5Hash": "e==",
        "crc32c": "d",
    }
    assert expected_checksums({}, {"content-md5": "g"}) == {"md5Hash": "g"}


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 60_000, b'{"a": 1}{'])
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    assert reason(lambda: parse_resource(body)) == "bad_upload"


@pytest.mark.parametrize("token", ["é", "=", "/w==", "!!!!"])
def test_a_token_of_nobody_begins_at_the_start(token: str) -> None:
    assert parse_page_token(token) == ""

import io
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.storage.metadata import (
    Hasher,
    ObjectMetadata,
    Properties,
    Sidecar,
    Stamp,
    Version,
    checksums_of,
    rfc3339,
)
from tests.sweep import sweep

TEXTS = st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3)
STORED = ObjectMetadata(
    "pictures", "a", 4, "md5", "crc", 7, 2, "then", "now", Properties("image/png")
)
STAMP = Stamp(10**18, 4)


@given(headers=TEXTS, metadata=TEXTS, name=st.text(max_size=9))
def test_what_is_kept_is_known_again(
    headers: dict[str, str], metadata: dict[str, str], name: str
) -> None:
    properties = Properties("image/png", headers, metadata)
    stored = ObjectMetadata("pictures", name, 4, "md5", "crc", 7, 2, "then", "now", properties)
    assert Sidecar.decode(stored.encode(STAMP)) == Sidecar(STAMP, stored)


@sweep(
    "change",
    [
        {"size": "4"},
        {"name": None},
        {"generation": True},
        {"properties": {"content_type": 4}},
        {"properties": {"metadata": {"a": {}}}},
        {"properties": {"metadata": {"a": "\ud800"}}},
        {"properties": {"metadata": {"\ud800": "a"}}},
        {"properties": {"wobble": ""}},
        {"properties": None},
        {"file": [1]},
        {"file": "text"},
        {"more": 1},
    ],
)
def test_what_a_person_spoiled_is_nothing(change: dict[str, object]) -> None:
    told = json.loads(STORED.encode(STAMP))
    assert Sidecar.decode(json.dumps({**told, **change}).encode()) is None


def test_every_version_has_an_etag_of_its_own() -> None:
    versions = [Version(one, other) for one in (1, 2, 11) for other in (1, 2, 11)]
    assert len({version.etag for version in versions}) == 9


def test_the_version_of_a_file_is_its_time_in_microseconds() -> None:
    assert Stamp(1_700_000_000_123_456_789, 4).version == Version(1_700_000_000_123_456, 1)
    assert Stamp(-5, 4).version == Version(1, 1)


def test_a_moment_is_told_in_utc() -> None:
    told = rfc3339(1_700_000_000_500_000_000)
    assert told.endswith("Z")
    assert datetime.fromisoformat(told) == datetime.fromtimestamp(1_700_000_000.5, UTC)


@pytest.mark.parametrize(
    ("data", "crc32c"),
    [(b"", "AAAAAA=="), (b"123456789", "4waSgw=="), (bytes(32), "ipE2qg==")],
)
def test_the_crc32c_is_that_of_the_standard(data: bytes, crc32c: str) -> None:
    """The check value of the Rocksoft model, and the first test of RFC 3720, B.4."""
    assert checksums_of(io.BytesIO(data)).crc32c == crc32c


@given(parts=st.lists(st.binary(max_size=20)))
def test_parts_come_to_the_same_as_the_whole(parts: list[bytes]) -> None:
    checksums = Hasher()
    for part in parts:
        checksums.update(part)
    assert checksums.checksums() == checksums_of(io.BytesIO(b"".join(parts)))

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.storage.checksums import Hasher, checksums_of


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

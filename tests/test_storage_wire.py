import pytest

from imagen_fake.surfaces.storage_wire import crc32c


@pytest.mark.parametrize(
    ("data", "expected"),
    [(b"", "AAAAAA=="), (b"123456789", "4waSgw=="), (bytes(32), "ipE2qg==")],
)
def test_the_crc32c_is_that_of_the_standard(data: bytes, expected: str) -> None:
    """The check value of the Rocksoft model, and the first test of RFC 3720, B.4."""
    assert crc32c(data) == expected

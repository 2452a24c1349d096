import pytest

from imagen_fake.middleware.repeated_headers import SINGLE_HEADERS, reject_repeated
from imagen_fake.pipeline.errors import ApiError


@pytest.mark.parametrize("name", sorted(SINGLE_HEADERS))
def test_what_may_stand_once_is_refused_twice(name: bytes) -> None:
    reject_repeated([(name, b"a")])
    with pytest.raises(ApiError, match="header_repeated"):
        reject_repeated([(name, b"a"), (b"accept", b"b"), (name, b"a")])


def test_others_may_be_repeated() -> None:
    reject_repeated([(b"accept", b"a"), (b"accept", b"b")])

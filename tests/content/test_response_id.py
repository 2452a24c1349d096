"""Ids that decode as those of the service do."""

from base64 import urlsafe_b64decode
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.content.response_id import SERVER_TOPS, create_time, response_id, split

RECORDED = {"G-58avX7NK2SmNAP3degyA4": "2026-08-12T22:05:15.867829Z",
            "k0lDaayLFJLF8eEP_I2c6Q4": "2025-12-18T00:23:47.329132Z"}  # fmt: skip


def decoded(text: str) -> tuple[int, list[int]]:
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    return int.from_bytes(raw[:4], "little"), list(varints(raw[4:]))


def varints(raw: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in raw:
        number |= (byte & 127) << shift
        shift = shift + 7 if byte > 127 else 0
        if byte < 128:
            yield number
            number = 0


@given(st.floats(1.5e9, 2e9), st.binary(max_size=8))
def test_an_id_holds_its_moment_and_two_numbers(moment: float, seed: bytes) -> None:
    text = response_id(moment, seed)
    seconds, (microseconds, server, process) = decoded(text)
    assert (seconds, microseconds) == split(moment)
    assert SERVER_TOPS[0] <= server >> 24 <= SERVER_TOPS[1]
    assert process < 2**32
    assert len(text) in range(20, 24)


@pytest.mark.parametrize(("text", "time"), RECORDED.items())
def test_recorded_ids_decode_to_the_time_of_their_answer(text: str, time: str) -> None:
    seconds, (microseconds, server, _) = decoded(text)
    assert create_time(seconds + microseconds / 10**6) == time
    assert SERVER_TOPS[0] <= server >> 24 <= SERVER_TOPS[1]


def test_another_seed_is_another_id_of_the_same_moment() -> None:
    one, other = (response_id(1.7e9, seed) for seed in (b"a", b"b"))
    assert one != other
    assert one[:5] == other[:5]

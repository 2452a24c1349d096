import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.imaging.files.shorthand import ELLIPSIS, abbreviate, pack_text, unpack_text

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXTS)
def test_unpacking_gives_the_packed_text(text: str) -> None:
    assert unpack_text(pack_text(text)) == text


def test_a_lone_surrogate_is_packed_as_a_question_mark() -> None:
    assert unpack_text(pack_text("a\ud800b")) == "a?b"


@pytest.mark.parametrize(
    "prompt", ["a red apple on a wooden table", "sunset over the mountains, oil painting, 4K"]
)
def test_english_takes_less_than_seven_tenths(prompt: str) -> None:
    assert len(pack_text(prompt)) < 0.7 * len(prompt)


@given(TEXTS, st.integers(6, 200))
def test_what_is_shortened_keeps_to_its_room(text: str, room: int) -> None:
    assert len(abbreviate(text, room)[1]) <= room


@given(TEXTS, st.integers(6, 200))
def test_a_shortened_text_begins_as_the_whole_one(text: str, room: int) -> None:
    packed, data = abbreviate(text, room)
    kept = unpack_text(data) if packed else data.decode()
    assert kept == text or text.startswith(kept.removesuffix(ELLIPSIS))


def test_a_text_that_is_cut_off_fills_its_room_and_ends_in_an_ellipsis() -> None:
    _, data = abbreviate("e" * 100, 20)
    assert len(data) == 20
    half_bytes = 3 * len(ELLIPSIS.encode())
    assert unpack_text(data) == "e" * (40 - half_bytes) + ELLIPSIS


@pytest.mark.parametrize("text", ["雪山上的猫", "KYZ!"])
def test_a_text_that_shorthand_would_lengthen_is_left_as_it_is(text: str) -> None:
    assert abbreviate(text, 100) == (False, text.encode())

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.imaging.files.message import (
    ELLIPSIS,
    LEAST,
    abbreviate,
    decode_message,
    encode_message,
    pack_figures,
    pack_text,
    unpack_figures,
    unpack_text,
)
from imagen_fake.imaging.painting.page import Figure
from imagen_fake.imaging.prompt.vocabulary import vocabulary

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
FIGURES = [Figure(icon, 300, True, (place, 40), 3) for place, icon in enumerate(("cat", "cube"))]


@given(TEXT, st.integers(0, 2), st.tuples(st.integers(1, 4096), st.integers(1, 4096)))
def test_a_message_is_parsed_as_it_was_written(
    text: str, count: int, page: tuple[int, int]
) -> None:
    message = decode_message(*encode_message(text, FIGURES[:count], 1000), page)
    assert (message.text, message.figures) == (text, tuple(FIGURES[:count]))
    assert message.page == page


@given(st.integers(7, 200))
def test_a_message_keeps_to_its_room_and_figures_leave_some_to_the_text(room: int) -> None:
    text = "a long tale " * 40
    packed, data = encode_message(text, FIGURES, room)
    message = decode_message(packed, data, (640, 480))
    assert len(data) <= room
    assert text.startswith(message.text.removesuffix(ELLIPSIS))
    assert bool(message.figures) is (room >= 15 + LEAST)


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


ICONS = sorted({said.icon for said in vocabulary().words.values() if said.icon})
SIDE = st.integers(-3000, 5000)
PLACES = st.lists(st.tuples(st.sampled_from(ICONS), SIDE, SIDE, st.booleans()), max_size=8)


@given(PLACES, st.integers(8, 1500), st.booleans(), st.integers(1, 15), st.binary())
def test_figures_and_what_follows_them_are_read_again(
    places: list[tuple[str, int, int, bool]], size: int, mirrored: bool, reach: int, rest: bytes
) -> None:
    figures = tuple(
        Figure(icon, size, mirrored, (left, top), reach * lined)
        for icon, left, top, lined in places
    )
    assert unpack_figures(pack_figures(figures) + rest) == (figures, rest)


def test_one_figure_takes_nine_bytes_and_none_takes_one() -> None:
    figure = Figure("cat", 400, False, (10, 20), 0)
    assert [len(pack_figures(list(some))) for some in ((figure,), (), (figure, figure))] == [
        9,
        1,
        15,
    ]


@given(st.binary())
def test_no_bytes_are_an_error_and_all_figures_can_be_drawn(data: bytes) -> None:
    figures, rest = unpack_figures(data)
    assert {figure.icon for figure in figures} <= set(ICONS)
    assert all(8 <= figure.size <= 2047 for figure in figures)
    assert data.endswith(rest)

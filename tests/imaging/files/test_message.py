from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.imaging.files.message import LEAST, decode_message, encode_message
from imagen_fake.imaging.files.shorthand import ELLIPSIS
from imagen_fake.imaging.painting.figure import Figure

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

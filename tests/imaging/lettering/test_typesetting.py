from hypothesis import given, settings
from hypothesis import strategies as st

from imagen_fake.imaging.lettering.fonts import TEXT
from imagen_fake.imaging.lettering.runs import Word, words_of
from imagen_fake.imaging.lettering.typesetting import glyphs_of, line_width, typeset_word, wrap


@given(text=st.text(max_size=200), room=st.integers(100, 900), most=st.integers(0, 4))
@settings(deadline=None, max_examples=60)
def test_lines_keep_to_their_number_and_room(text: str, room: int, most: int) -> None:
    wrapped = wrap(words_of(text, TEXT), 20, room, most)
    widths = [sum(item.gap + item.width for item in line) - line[0].gap for line in wrapped]
    several = [width for width, line in zip(widths, wrapped, strict=True) if len(line) > 2]
    assert len(wrapped) <= most
    assert all(width <= room for width in several)


def test_words_of_a_right_to_left_script_follow_leftwards() -> None:
    words = [Word(TEXT, text) for text in ("abc", "\u05d0", "\u05d1", "xyz")]
    (line,) = wrap(words, 20, 900, 1)
    assert [item.word.text for item in line] == ["abc", "\u05d1", "\u05d0", "xyz"]


@given(text=st.text(max_size=80), size=st.integers(7, 40))
def test_pens_of_a_line_go_from_its_start_to_its_width(text: str, size: int) -> None:
    line = [typeset_word(word, size) for word in words_of(text, TEXT)]
    pens = [pen for pen, _ in glyphs_of(line)]
    assert pens[:1] == [0][: len(line)]
    ends = [pen + item.width for pen, item in zip(pens, line, strict=True)]
    assert ends[-1:] == [line_width(line)][: len(line)]
    gaps = [start - end for end, start in zip(ends, pens[1:], strict=False)]
    assert gaps == [item.gap for item in line[1:]]

from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.contract.printable import printable

ANY = st.text(st.characters(exclude_categories=()))


@given(ANY)
def test_nothing_is_left_that_steers_or_cannot_be_written(text: str) -> None:
    shown = printable(text)
    assert shown.encode().decode() == shown
    assert all(one.isprintable() or one == "\n" for one in shown)


@given(st.text(st.characters(categories=("L", "N", "P", "S"), include_characters=" \n")))
def test_what_can_be_read_is_kept(text: str) -> None:
    assert printable(text) == text


def test_the_rest_is_told_by_its_code() -> None:
    assert printable("\x1b[2J\ud800\u202e\t") == r"\x1b[2J\ud800\u202e\t"

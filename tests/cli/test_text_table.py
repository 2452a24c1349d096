from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.cli.text_table import format_table, wrap

ROWS = [["name", "size", "note"], ["a", "1", ""], ["long one", "200", "big"]]
WORDS = st.lists(st.text("abc-", min_size=1, max_size=8), min_size=1).map(" ".join)


def test_columns_are_aligned_where_lines_are_wide_enough() -> None:
    assert format_table(ROWS, 20).splitlines() == [
        "name      size  note",
        "a         1",
        "long one  200   big",
    ]


def test_narrow_lines_have_a_record_for_each_row_and_leave_out_what_is_empty() -> None:
    assert format_table(ROWS, 19).splitlines() == [
        "a", "  size: 1", "long one", "  size: 200; note:", "  big",
    ]  # fmt: skip


@given(text=WORDS)
def test_wrapped_words_are_never_broken(text: str) -> None:
    assert wrap(text, 10).split() == text.split()

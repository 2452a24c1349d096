from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from imagen_fake import spec
from imagen_fake.cli.model_report import describe, format_table, overview, wrap
from tests.sweep import sweep


def test_the_overview_is_a_table_of_equal_columns() -> None:
    heading, *rows = overview().splitlines()
    column = heading.index("images")
    assert len(rows) == len(spec.model_ids())
    assert {row[column].isdigit() for row in rows} == {True}


SIZED = [
    name
    for name in spec.model_ids()
    if (model := spec.model(name)) and "1K" in model.facts["sizes"]
]


@sweep("model", SIZED)
def test_a_description_names_every_size(model: str) -> None:
    text = describe(model)
    known = spec.model(model)
    assert known
    for ratio in ("1:1",):
        width, height = known.size("1K", ratio)
        assert f"{ratio} {width}x{height}" in text


def test_the_overview_of_a_day_names_what_was_to_come() -> None:
    assert "not before 2025-08-14" in overview(date(2025, 1, 1))


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

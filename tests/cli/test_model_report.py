from datetime import date

from imagen_fake import spec
from imagen_fake.cli.model_report import describe, overview
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

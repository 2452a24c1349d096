import pytest

from imagen_fake.surfaces.storage_wire import number


@pytest.mark.parametrize(
    ("text", "expected"), [("12", 12), ("", None), (None, None), ("-1", None), ("1" * 19, None)]
)
def test_a_number_is_read_or_there_is_none(text: str | None, expected: int | None) -> None:
    assert number(text) == expected

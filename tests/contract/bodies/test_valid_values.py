"""Values worth a case: every choice, both bounds, the longest text."""

from typing import Any

import pytest

from imagen_fake.contract.bodies.fields import fields
from imagen_fake.contract.bodies.operation import Operation, Path
from imagen_fake.contract.bodies.valid_values import abbreviate, valid_values

GENERATE = Operation("imagegeneration@002", "generate", "vertex")
VERIFY = Operation("imageverification@001", "verify", "vertex")


def tried(operation: Operation, path: Path) -> dict[str, Any]:
    field = next(field for field in fields(operation) if field.path == path)
    return dict(valid_values(operation, field))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("sampleCount", [1, 8]),
        ("addWatermark", [True, False]),
        ("aspectRatio", ["1:1"]),
        ("guidanceScale", [0, 500, 1, 250]),
    ],
)
def test_choices_and_bounds_are_tried(name: str, values: list[Any]) -> None:
    assert list(tried(GENERATE, ("parameters", name)).values()) == values


def test_a_text_is_tried_at_its_longest() -> None:
    longest = tried(GENERATE, ("instances", 0, "prompt")).values()
    assert max(len(text.split()) for text in longest) == 64


def test_a_picture_is_tried_in_every_format_and_mode() -> None:
    found = tried(VERIFY, ("instances", 0, "image"))
    assert {"PNG", "JPEG", "GIF", "BMP", "WEBP", "PNG in I;16", "mislabelled"} <= found.keys()


def test_a_long_value_is_shown_by_its_beginning_and_its_length() -> None:
    assert abbreviate("apple " * 100) == '"apple apple apple apple apple apple app… (602)'

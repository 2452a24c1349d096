"""What a move costs."""

import pytest

from imagen_fake.migration.migrate import migrate

BODY = {"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 2}}


def test_two_pictures_cost_twice_before_and_after() -> None:
    moved = migrate(BODY, "imagen-4.0-generate-001")
    assert moved.before
    assert moved.after
    assert moved.before.usd == pytest.approx(2 * 0.04)
    assert moved.after.usd == pytest.approx(2 * 0.0336)


def test_an_unknown_price_is_none() -> None:
    moved = migrate(BODY, "imagen-4.0-generate-001", to="gemini-2.0-flash-exp")
    assert moved.after
    assert moved.after.usd is None

"""A migration as JSON and as text."""

from imagen_fake.migration.migrate import migrate
from imagen_fake.migration.migration import Migration

BODY = {"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 2}}


def test_the_text_counts_calls_and_the_json_holds_them() -> None:
    moved = migrate(BODY, "imagen-4.0-generate-001")
    assert "gemini-nano-banana-2.1, 2 calls" in str(moved)
    assert len(moved.to_json()["calls"]) == 2


def test_a_refused_call_says_so() -> None:
    error = {"code": 400, "status": "INVALID_ARGUMENT", "message": "No."}
    assert str(Migration("m", error=error)) == "refused: 400 INVALID_ARGUMENT\nNo."

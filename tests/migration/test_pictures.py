"""Pictures become parts, and words say what they are for."""

from imagen_fake import spec
from imagen_fake.migration.migrate import migrate


def test_a_mask_is_one_more_picture_and_words() -> None:
    body = spec.task_schema("edit")["examples"][0]
    (call,) = migrate(body, "imagen-3.0-capability-001").calls
    parts = call.body["contents"][0]["parts"]
    assert [next(iter(part)) for part in parts[:2]] == ["inlineData", "inlineData"]
    assert any("Picture 2 is a mask" in part.get("text", "") for part in parts)

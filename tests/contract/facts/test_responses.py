"""The schemas of answers: which one is a task's, and what it takes."""

from imagen_fake import spec
from imagen_fake.contract.facts.responses import response_file, validator


def test_tasks_answer_as_their_own_schema_says_or_as_generating_does() -> None:
    assert response_file("segment") == "responses/segment.json"
    assert response_file("try_on") == "responses/generate.json"


def test_every_task_has_one_that_takes_no_refusal() -> None:
    refusal = {"error": {"code": 400, "message": "No.", "status": "INVALID_ARGUMENT"}}
    assert validator("responses/status.json").is_valid(refusal)
    tasks = [path.stem for path in (spec.ROOT / "tasks").glob("*.json")]
    assert [task for task in tasks if validator(response_file(task)).is_valid(refusal)] == []

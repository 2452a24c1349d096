"""Every parameter of every task has its verdict."""

from imagen_fake import spec
from imagen_fake.migration.note import facts
from tests.sweep import sweep

TASKS = sorted(file.stem for file in (spec.ROOT / "tasks").iterdir())


@sweep("task", TASKS)
def test_every_parameter_of_a_task_with_a_successor_has_a_fact(task: str) -> None:
    if facts("tasks")[task].get("none"):
        assert facts("tasks")[task]["verdict"] == "lost"
        return
    names = set(spec.task_schema(task)["$defs"]["parameters"]["properties"]) - {"outputOptions"}
    assert names <= facts("fields").keys()

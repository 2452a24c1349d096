from typing import Any

import jsonschema_rs

from imagen_fake import spec
from imagen_fake.openapi.task_rules import selection_rules
from imagen_fake.predict import choose_task
from tests.sweep import sweep

CAPABLE, OLD, UPSCALING, TEXTS = (
    "imagen-3.0-capability-001", "imagegeneration@002", "imagen-3.0-generate-002", "imagetext@001"
)  # fmt: skip
RAW = {"referenceType": "REFERENCE_TYPE_RAW"}
MASK = {"referenceType": "REFERENCE_TYPE_MASK"}


MODES = ("EDIT_MODE_OUTPAINT", "EDIT_MODE_DEFAULT")
PARAMETERS: list[Any] = [
    {}, {"mode": "upscale"}, {"upscaleConfig": {}}, {"mode": None},
    *({"editMode": mode} for mode in MODES),
]  # fmt: skip
INSTANCES: list[Any] = [
    {"prompt": "a cat"}, {"image": {}}, {"image": None}, {"image": {}, "prompt": " "},
    {"image": {}, "prompt": "What?"}, {"referenceImages": []}, {"referenceImages": [RAW]},
    {"referenceImages": [RAW, MASK]},
]  # fmt: skip


@sweep("model", [CAPABLE, OLD, UPSCALING, TEXTS])
@sweep("parameters", PARAMETERS)
@sweep("instance", INSTANCES)
def test_a_body_keeps_the_rules_of_the_task_that_is_chosen_and_of_no_other(
    model: str, instance: Any, parameters: Any
) -> None:
    known = spec.model(model)
    assert known
    body = {"instances": [instance], "parameters": parameters}
    kept = [
        task
        for task in known.tasks
        if jsonschema_rs.is_valid({"allOf": [{}, *selection_rules(known, task, "vertex")]}, body)
    ]
    assert kept == [choose_task(known, body)]

"""Beyond schemas: pictures that are none, and what there must be."""

import pytest

from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.bodies.pictures import FAULTS
from imagen_fake.contract.bodies.repair import minimal_body
from imagen_fake.contract.bodies.semantic_cases import semantic_cases

CAPABILITY = "imagen-3.0-capability-001"


@pytest.mark.parametrize(
    ("model", "task", "errors"),
    [
        (CAPABILITY, "customize", {"picture_missing"}),
        ("imagen-4.0-upscale-preview", "upscale", {"image_size_default", "upscale_too_large"}),
        ("imageverification@001", "verify", set()),
    ],
)
def test_what_a_task_compares_is_broken(model: str, task: str, errors: set[str]) -> None:
    operation = Operation(model, task, "vertex")
    found = [
        case.violation
        for case in semantic_cases(operation, minimal_body(operation))
        if case.violation
    ]
    assert {one.error for one in found if one.keyword == "semantics"} == errors


def test_every_picture_is_broken_in_every_way() -> None:
    operation = Operation("virtual-try-on-001", "try_on", "vertex")
    found = {
        (case.violation.path, case.violation.keyword)
        for case in semantic_cases(operation, minimal_body(operation))
        if case.violation
    }
    for path in ("instances[0].personImage.image", "instances[0].productImages[0].image"):
        assert {(path, fault) for fault in FAULTS} <= found


def test_words_alone_have_no_pictures_to_break() -> None:
    operation = Operation("imagen-4.0-generate-001", "generate", "vertex")
    assert list(semantic_cases(operation, minimal_body(operation))) == []

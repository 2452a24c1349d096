"""Beyond schemas: pictures that are none, and what there must be."""

import pytest

from imagen_fake.contract.bodies.beyond import beyond
from imagen_fake.contract.bodies.form import Form
from imagen_fake.contract.bodies.pictures import FAULTS
from imagen_fake.contract.bodies.rules import plain_body

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
    form = Form(model, task, "vertex")
    found = [case.broken for case in beyond(form, plain_body(form)) if case.broken]
    assert {one.error for one in found if one.keyword == "beyond"} == errors


def test_every_picture_is_broken_in_every_way() -> None:
    form = Form("virtual-try-on-001", "try_on", "vertex")
    found = {
        (case.broken.path, case.broken.keyword)
        for case in beyond(form, plain_body(form))
        if case.broken
    }
    for path in ("instances[0].personImage.image", "instances[0].productImages[0].image"):
        assert {(path, fault) for fault in FAULTS} <= found


def test_words_alone_have_no_pictures_to_break() -> None:
    form = Form("imagen-4.0-generate-001", "generate", "vertex")
    assert list(beyond(form, plain_body(form))) == []

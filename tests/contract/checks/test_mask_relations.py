"""Relations of masks, broken on purpose."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.bodies.repair import minimal_body
from imagen_fake.contract.checks.mask_relations import user_mask
from imagen_fake.contract.checks.relations import RELATIONS
from imagen_fake.contract.exchange import Case
from tests.contract.sample_cases import Altered, edit_case

SEGMENT = Operation("image-segmentation-001", "segment", "vertex")


def segment_case(**parameters: Any) -> Case:
    body = minimal_body(SEGMENT)
    body = {**body, "parameters": {**body["parameters"], **parameters}}
    return SEGMENT.case("masks", body)


def test_a_mask_is_as_it_is_sent() -> None:
    mask = user_mask(edit_case())
    assert mask is not None
    left, top, right, bottom = mask.getbbox() or (0, 0, 0, 0)
    assert (left, top) == (64, 64)
    assert (right, bottom) == (192, 192)


def test_a_mask_that_is_found_by_the_service_is_not_known() -> None:
    reference = edit_case().body["instances"][0]["referenceImages"][0]
    found = {"referenceType": "REFERENCE_TYPE_MASK",
             "maskImageConfig": {"maskMode": "MASK_MODE_FOREGROUND"}}  # fmt: skip
    body = {"instances": [{"prompt": "x", "referenceImages": [reference, found]}]}
    assert user_mask(replace(edit_case(), body=body)) is None


def test_a_mask_is_grown_as_requested() -> None:
    case = edit_case()
    references = [
        {**one, "maskImageConfig": {**one["maskImageConfig"], "dilation": 0.1}}
        if "maskImageConfig" in one else one
        for one in case.body["instances"][0]["referenceImages"]
    ]  # fmt: skip
    mask = user_mask(
        replace(case, body={"instances": [{"prompt": "x", "referenceImages": references}]})
    )
    assert mask is not None
    assert mask.getbbox() == (64 - 26, 64 - 26, 192 + 26, 192 + 26)  # a tenth of 256 pixels


def ignoring(name: str, value: Any) -> Callable[[Case], Case]:
    """The case with another value of a parameter."""

    def change(case: Case) -> Case:
        return replace(case, body={**case.body, "parameters": {
            **case.body["parameters"], name: value}})  # fmt: skip

    return change


@pytest.mark.parametrize(
    ("relation", "name", "value"),
    [("dilation", "maskDilation", 0.05), ("confidence", "confidenceThreshold", 0),
     ("most masks", "maxPredictions", 3), ("foreground or not", "mode", "foreground"),
     ("threshold", "binaryColorThreshold", 96)],
)  # fmt: skip
def test_masks_that_do_not_mind_a_parameter_are_reported(
    relation: str, name: str, value: Any
) -> None:
    start = segment_case(mode="foreground" if relation == "dilation" else "prompt")
    start = replace(start, body={**start.body, "instances": [
        {**start.body["instances"][0], "prompt": "things"}]})  # fmt: skip
    assert RELATIONS[relation].applies(start)
    (found,) = RELATIONS[relation].rule(Altered(ignoring(name, value)), start)
    assert found.fact.pointer.endswith(f"/{name}")


def test_a_mask_that_stays_soft_is_reported_at_each_threshold() -> None:
    soft = Altered(ignoring("binaryColorThreshold", -1))
    found = list(RELATIONS["threshold"].rule(soft, segment_case(mode="foreground")))
    assert [one.expected for one in found] == ["white above 0", "white above 96", "white above 200"]

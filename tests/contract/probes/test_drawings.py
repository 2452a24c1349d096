"""Drawings that do not fit: each judge notices another answer and names its facts."""

import pytest

from imagen_fake.contract.probes.drawings import drawing_probes
from imagen_fake.contract.probes.probe import Probe
from tests.contract.probe_answers import assert_notices_other_answers, each


@each(drawing_probes)
def test_each_judge_finds_fault_with_another_answer(probe: Probe) -> None:
    assert_notices_other_answers(probe)


@pytest.mark.parametrize("task", ["edit", "customize", "legacy_edit", "segment"])
def test_a_larger_drawing_is_asked_for_with_and_without_strictness(task: str) -> None:
    probes = [
        probe for probe in drawing_probes() if f"tasks/{task}.json#/x-fitted" in probe.case.facts
    ]
    assert [(probe.setting, probe.case.violation is None) for probe in probes] == [
        ("", True),
        ("strict", False),
    ]

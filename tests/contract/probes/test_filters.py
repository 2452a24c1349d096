"""The safety filter: each judge notices another answer and names its facts."""

from imagen_fake import spec
from imagen_fake.contract.probes.filters import filter_probes
from imagen_fake.contract.probes.probe import Probe
from tests.contract.probe_answers import assert_notices_other_answers, each


@each(filter_probes)
def test_each_judge_finds_fault_with_another_answer(probe: Probe) -> None:
    assert_notices_other_answers(probe)


def test_each_text_of_the_filter_is_asked_for() -> None:
    touched = set().union(*(probe.case.facts for probe in filter_probes()))
    texts = spec.read("errors.json")["filters"]
    assert {f"errors.json#/filters/{name}" for name in texts} <= touched

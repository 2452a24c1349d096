"""The safety filter: each judge notices another answer and names its facts."""

from imagen_fake import spec
from imagen_fake.contract.probes.filters import of_filters
from imagen_fake.contract.probes.probing import Probe
from tests.contract.probed import each, find_fault


@each(of_filters)
def test_each_judge_finds_fault_with_another_answer(probe: Probe) -> None:
    find_fault(probe)


def test_each_text_of_the_filter_is_asked_for() -> None:
    touched = set().union(*(probe.case.facts for probe in of_filters()))
    texts = spec.read("errors.json")["filters"]
    assert {f"errors.json#/filters/{name}" for name in texts} <= touched

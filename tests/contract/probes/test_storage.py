"""Cloud Storage: each judge notices another answer and names its facts."""

from imagen_fake import spec
from imagen_fake.contract.probes.probe import Probe
from imagen_fake.contract.probes.storage import storage_probes
from tests.contract.probe_answers import assert_notices_other_answers, each


@each(storage_probes)
def test_each_judge_finds_fault_with_another_answer(probe: Probe) -> None:
    assert_notices_other_answers(probe)


def test_every_refusal_but_the_spare_ones_is_brought_forth() -> None:
    touched = set().union(*(probe.case.facts for probe in storage_probes()))
    spare = {"bad_uri", "unavailable", "cancelled_upload"}
    refusals = spec.read("surfaces/storage.json")["refusals"].keys() - spare
    assert {f"surfaces/storage.json#/refusals/{name}" for name in refusals} <= touched

"""Answers that only probes look at: each judge notices another answer and names its facts."""

from imagen_fake.contract.probes.predictions import prediction_probes
from imagen_fake.contract.probes.probe import Probe
from tests.contract.probe_answers import assert_notices_other_answers, each


@each(prediction_probes)
def test_each_judge_finds_fault_with_another_answer(probe: Probe) -> None:
    assert_notices_other_answers(probe)


def test_a_mask_of_every_class_in_the_table_is_asked_by_both_spellings() -> None:
    names = {probe.case.body["instances"][0].get("prompt") for probe in prediction_probes()
             if probe.case.task == "segment"}  # fmt: skip
    assert {"animal (other)", "animal_other", "a thing of no class"} < names

"""Objects of Cloud Storage: each judge notices another answer and names its facts."""

from imagen_fake.contract.probes.objects import object_probes
from imagen_fake.contract.probes.probe import Probe
from tests.contract.probe_answers import assert_notices_other_answers, each


@each(object_probes)
def test_each_judge_finds_fault_with_another_answer(probe: Probe) -> None:
    assert_notices_other_answers(probe)


def test_every_method_of_an_object_is_asked() -> None:
    methods = {probe.request.method for probe in object_probes() if probe.request}
    assert methods == {"DELETE", "GET", "PATCH", "POST", "PUT"}

"""Forced errors: each judge notices another answer and names its facts."""

from imagen_fake import spec
from imagen_fake.contract.probes.forced import forced_error_probes, setting_probes
from imagen_fake.contract.probes.probe import Probe
from tests.contract.probe_answers import assert_notices_other_answers, each


@each(forced_error_probes)
def test_each_judge_finds_fault_with_another_answer(probe: Probe) -> None:
    assert_notices_other_answers(probe)


def test_every_canonical_code_is_forced_on_each_surface() -> None:
    names = " ".join(probe.case.name for probe in forced_error_probes())
    for code in spec.table("status_codes")["codes"]:
        if code != "OK":
            assert names.count(f"a forced {code}") == len(spec.surfaces())


@each(setting_probes)
def test_the_limit_of_small_bodies_is_told(probe: Probe) -> None:
    assert_notices_other_answers(probe)

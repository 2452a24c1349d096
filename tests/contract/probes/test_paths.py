"""Paths and methods: each judge notices another answer and names its facts."""

from imagen_fake import spec
from imagen_fake.contract.probes.paths import path_probes
from imagen_fake.contract.probes.probe import Probe
from tests.contract.probe_answers import assert_notices_other_answers, each


@each(path_probes)
def test_each_judge_finds_fault_with_another_answer(probe: Probe) -> None:
    assert_notices_other_answers(probe)


def test_every_version_is_asked() -> None:
    names = [probe.case.name for probe in path_probes()]
    for surface in ("vertex", "gemini"):
        for version in spec.surface(surface).facts["versions"]["value"]:
            assert any(name.startswith(f"POST /{version}/") for name in names)

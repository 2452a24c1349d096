"""Every probe is passed by the true fake, and failed by one that answers otherwise."""

from collections.abc import Iterator

import pytest

from imagen_fake.contract.facts import fact
from imagen_fake.contract.probes import probes
from imagen_fake.contract.suite import run
from imagen_fake.contract.targets import InProcessTarget

ALL = list(probes())


@pytest.fixture(scope="module")
def target() -> Iterator[InProcessTarget]:
    fake = InProcessTarget()
    yield fake
    fake.close()


def test_the_fake_passes_every_probe(target: InProcessTarget) -> None:
    result = run(target, [], [], probes=ALL)
    assert result.passed, [(one.case.name, one.difference) for one in result.findings]
    assert result.asked == len(ALL)


def test_no_two_probes_have_the_same_name() -> None:
    names = [probe.case.name for probe in ALL]
    assert len(set(names)) == len(names)


def test_whatever_a_probe_touches_is_a_fact() -> None:
    for probe in ALL:
        assert probe.case.facts
        for pointer in probe.case.facts:
            assert fact(pointer)

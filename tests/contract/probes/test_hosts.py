"""The service's hosts: each judge notices another answer and names its facts."""

from dataclasses import replace

import pytest

from imagen_fake import spec
from imagen_fake.contract.probes.hosts import host_probes
from imagen_fake.contract.probes.probe import Probe
from imagen_fake.contract.targets.settings import ConfiguredFake
from tests.contract.probe_answers import assert_notices_other_answers, each


@each(host_probes)
def test_each_judge_finds_fault_with_another_answer(probe: Probe) -> None:
    assert_notices_other_answers(probe)


def test_every_kind_of_host_is_asked() -> None:
    touched = set().union(*(probe.case.facts for probe in host_probes()))
    kinds = spec.table("hosts")["answered"]
    assert touched == {f"tables/hosts.json#/answered/{kind}" for kind in kinds}


def test_a_host_that_nobody_answers_for_is_no_answer() -> None:
    fake, probe = ConfiguredFake("itself"), next(iter(host_probes()))
    assert probe.request
    with pytest.raises(ConnectionError):
        fake.ask(replace(probe.request, url="https://maps.googleapis.com/"))

"""Probes of two errors at once, and of a quota."""

from imagen_fake.contract.probes.precedence import (
    PRECEDENCE,
    precedence_probes,
    quota_probes,
)
from imagen_fake.contract.suite import run
from tests.contract.sample_cases import fake


def test_the_fake_names_the_first_of_two_errors() -> None:
    probes = list(precedence_probes())
    assert len(probes) >= 10
    assert all(PRECEDENCE in probe.case.facts for probe in probes)
    assert run(fake(), [], [], probes=probes).findings == ()


def test_each_probe_has_two_wrong_parameters() -> None:
    for probe in precedence_probes():
        first, _, second = (
            probe.case.name.rpartition(": ")[2].removesuffix(" are wrong").partition(" and ")
        )
        assert first != second


def test_refused_calls_use_up_no_quota() -> None:
    target = fake()
    for _ in range(2):  # each run begins in a minute of its own
        result = run(target, [], [], probes=quota_probes())
        assert (result.calls, result.findings) == (5, ())

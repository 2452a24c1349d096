"""Tokens and the metadata server: each judge notices another answer and names its facts."""

from imagen_fake import spec
from imagen_fake.contract.probes.probe import Probe
from imagen_fake.contract.probes.tokens import token_probes
from tests.contract.probe_answers import assert_notices_other_answers, each


@each(token_probes)
def test_each_judge_finds_fault_with_another_answer(probe: Probe) -> None:
    assert_notices_other_answers(probe)


def test_every_refusal_and_every_grant_is_asked_for() -> None:
    touched = set().union(*(probe.case.facts for probe in token_probes()))
    for kind in ("refusals", "grants"):
        for name in spec.read("surfaces/oauth.json")[kind]:
            assert f"surfaces/oauth.json#/{kind}/{name}" in touched

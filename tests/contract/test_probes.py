"""Every probe is passed by the true fake, and each of its judges can find fault."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pytest

from imagen_fake.contract.coverage import untouched
from imagen_fake.contract.exchange import Difference, Exchange, Response
from imagen_fake.contract.facts import fact
from imagen_fake.contract.probes import probes
from imagen_fake.contract.probing import Probe
from imagen_fake.contract.settings import SETTINGS
from imagen_fake.contract.suite import Result, run
from imagen_fake.contract.targets import InProcessTarget

ALL = list(probes())
JUDGED = [probe for probe in ALL if probe.judges]
ENDING = re.compile(rb"([.\]0-9])\"")
SPOILS: Sequence[Callable[[Response], Response]] = (
    lambda response: replace(response, status=599),
    lambda response: replace(response, headers=()),
    lambda response: replace(response, headers=((b"x-imagen-fake-warnings", b"look out"),)),
    lambda response: replace(response, body=b"{}"),
    lambda response: replace(
        response, body=re.sub(rb"([.\]0-9])\"", rb'\1 12345678"', response.body)
    ),
    lambda response: replace(response, body=b'{"error": {"code": "no"}}'),
    lambda response: replace(response, body=b'{"nextPageToken": "1"}'),
    lambda response: replace(response, body=b'{"predictions": [{"raiFilteredReason": "no"}]}'),
)
"""Other answers: one of them must be noticed by each judge."""


class Heard:
    """A witness that remembers every exchange by the name of its case."""

    def __init__(self) -> None:
        self.exchanges: dict[str, Exchange] = {}

    def __call__(self, exchange: Exchange, _: Sequence[Difference]) -> None:
        self.exchanges[exchange.case.name] = exchange


@pytest.fixture(scope="module")
def heard() -> tuple[Result, Mapping[str, Exchange]]:
    fake, witness = InProcessTarget(), Heard()
    result = run(fake, [], [], probes=ALL, witness=witness)
    fake.close()
    return result, witness.exchanges


def test_the_fake_passes_every_probe(heard: tuple[Result, Mapping[str, Exchange]]) -> None:
    result = heard[0]
    assert result.passed, [(one.case.name, one.difference) for one in result.findings]
    assert result.asked == len(ALL)


@pytest.mark.parametrize("probe", JUDGED, ids=lambda probe: probe.case.name)
def test_each_judge_finds_fault_with_another_answer_and_names_its_facts(
    probe: Probe, heard: tuple[Result, Mapping[str, Exchange]]
) -> None:
    exchange = heard[1][probe.case.name]
    others = [replace(exchange, response=spoil(exchange.response)) for spoil in SPOILS]
    for judge in probe.judges:
        found = [difference for other in others for difference in judge(other)]
        assert {one.fact.pointer for one in found} == judge.facts


def test_a_probe_without_judges_is_judged_as_a_case_is() -> None:
    for probe in ALL:
        assert probe.judges or (probe.request is None and probe.case.broken)


def test_no_two_probes_have_the_same_name() -> None:
    names = [probe.case.name for probe in ALL]
    assert len(set(names)) == len(names)


def test_whatever_a_probe_touches_is_a_fact() -> None:
    for probe in ALL:
        assert probe.case.facts
        for pointer in probe.case.facts:
            assert fact(pointer)


def test_probes_that_need_a_setting_are_not_asked_of_another_application() -> None:
    async def nothing(*_: object) -> None:
        raise AssertionError

    target = InProcessTarget(nothing)
    assert run(target, [], [], probes=ALL).asked == 0
    target.close()


def test_without_probes_facts_are_left_untouched() -> None:
    missed = {found.pointer for found in untouched([], [])}
    assert "errors.json#/byStatus" in missed
    assert "errors.json#/byStatus" not in {found.pointer for found in untouched([], ALL)}


def test_the_fake_is_set_in_every_way_there_is() -> None:
    assert SETTINGS.keys() <= {probe.setting for probe in ALL}

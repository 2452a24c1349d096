"""The life of models: each judge notices another answer and names its facts."""

from dataclasses import replace

from imagen_fake import spec
from imagen_fake.contract.probes.life_cycle import life_cycle_probes
from imagen_fake.contract.probes.probe import Probe
from tests.contract.probe_answers import assert_notices_other_answers, each, true_answers


@each(life_cycle_probes)
def test_each_judge_finds_fault_with_another_answer(probe: Probe) -> None:
    assert_notices_other_answers(probe)


def test_each_day_on_which_something_changes_is_asked() -> None:
    settings = {probe.setting for probe in life_cycle_probes()}
    for name in spec.model_ids():
        known = spec.model(name)
        for surface in ("vertex", "gemini"):
            cycle = known.life_cycle(surface) if known else {}
            for change in ("launched", "deprecated", "retired"):
                assert change not in cycle or f"as of {cycle[change]}" in settings


def test_a_retired_model_that_still_answers_is_noticed() -> None:
    probe = next(one for one in life_cycle_probes() if one.case.violation)
    exchange = true_answers().exchanges[probe.case.name]
    other = replace(exchange, response=replace(exchange.response, status=200))
    pointers = {found.fact.pointer for judge in probe.expectations for found in judge(other)}
    assert pointers == {f"models/{probe.case.model}.json#/lifeCycle/{probe.case.surface}"}

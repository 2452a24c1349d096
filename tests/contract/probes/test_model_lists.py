"""Lists of models: each judge notices another answer and names its facts."""

import json
from dataclasses import replace

from imagen_fake.contract.probes.model_lists import model_list_probes
from imagen_fake.contract.probes.probe import Probe
from tests.contract.probe_answers import assert_notices_other_answers, each, true_answers


@each(model_list_probes)
def test_each_judge_finds_fault_with_another_answer(probe: Probe) -> None:
    assert_notices_other_answers(probe)


def test_a_model_that_is_missing_in_a_list_is_noticed() -> None:
    probe = next(one for one in model_list_probes() if "publisher_models" in str(one.case.facts))
    exchange = true_answers().exchanges[probe.case.name]
    body = json.loads(exchange.response.body)
    body["publisherModels"].pop()
    other = replace(exchange, response=replace(exchange.response, body=json.dumps(body).encode()))
    found = [one.check for judge in probe.expectations for one in judge(other)]
    assert found == ["listed"]

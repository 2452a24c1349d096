"""Usage that does not add up is noticed."""

import json

from imagen_fake.contract.probes.content.usage import prompt_differences, usage_differences
from tests.contract.probes.content.answering import LITE, plain

USAGE = json.loads(plain().response.body)["usageMetadata"]


def test_true_usage_is_right() -> None:
    assert not list(usage_differences(LITE, USAGE, 1, "1K"))
    assert not list(prompt_differences(LITE, USAGE, 0))


def test_another_total_another_order_and_another_count_are_noticed() -> None:
    total = {**USAGE, "totalTokenCount": 1}
    assert [one.check for one in usage_differences(LITE, total, 1, "1K")] == ["usage"]
    turned = dict(reversed(USAGE.items()))
    assert [one.check for one in usage_differences(LITE, turned, 1, "1K")] == ["order"]
    assert [one.check for one in usage_differences(LITE, USAGE, 2, "1K")] == ["usage"]
    assert [one.check for one in prompt_differences(LITE, USAGE, 1)] == ["usage"]

"""What the checks share: differences, and how they are spelled."""

from imagen_fake.contract.checks.registry import difference
from imagen_fake.contract.exchange import Fact
from imagen_fake.contract.facts.lookup import task_fact


def test_a_long_value_is_cut() -> None:
    assert len(difference("any", task_fact("generate"), "x" * 99_999, "").expected) < 20_000


def test_a_difference_from_an_assumed_fact_blames_the_fake() -> None:
    assert difference("any", Fact("x#", "assumed"), 1, 2).blames_the_fake
    assert not difference("any", Fact("x#", "recorded"), 1, 2).blames_the_fake

"""What is compared with an earlier answer."""

from dataclasses import replace

from imagen_fake.contract.probes.content.memory import Memory
from imagen_fake.contract.probes.content.relations import SEED_FACT
from tests.contract.probes.content.answering import noticed, plain


def test_the_same_and_another_are_told_apart() -> None:
    memory, exchange = Memory(), plain()
    assert not noticed(memory.keep("first", SEED_FACT, lambda _: 1), exchange)
    same = memory.same("x", "first", SEED_FACT, lambda _: 1)
    assert not noticed(same, exchange)
    assert noticed(memory.same("x", "first", SEED_FACT, lambda _: 2), exchange) == {"x"}
    assert not noticed(memory.other("x", "first", SEED_FACT, lambda _: 2), exchange)
    assert noticed(memory.other("x", "first", SEED_FACT, lambda _: 1), exchange) == {"x"}


def test_a_refusal_is_neither_kept_nor_compared() -> None:
    memory, exchange = Memory(), plain()
    refusal = replace(exchange, response=replace(exchange.response, status=400))
    assert not noticed(memory.keep("first", SEED_FACT, lambda _: 1), refusal)
    assert not noticed(memory.same("x", "first", SEED_FACT, lambda _: 2), exchange)

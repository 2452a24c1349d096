from imagen_fake.config import Config
from imagen_fake.state.state import State
from imagen_fake.testing.fake import Fake
from imagen_fake.testing.unused_rules import explain, is_unused
from tests.sweep import sweep
from tests.testing.test_fake import MODEL, ask


@sweep(
    ("directives", "unused"),
    [
        ("error=503", False),
        ("error=503 times=0", True),
        ("error=503 after=1", False),
        ("error=503 after=2", True),
        ("error=503 p=0", False),
        ("error=503 prompt=*plum* p=0", True),
        ("quota=5 clock=manual", False),
        ("quota=1 clock=manual", False),
        ("quota=1 model=imagen-3* clock=manual", True),
        ("error=503 project=q", True),
        ("caption=off", False),
    ],
)
def test_a_rule_is_unused_that_did_nothing(directives: str, unused: bool) -> None:
    fake = Fake(State())
    rule = fake.rule(directives)
    for _ in range(2):
        ask(fake, "a pear", sampleCount=1)
    assert is_unused(rule) is unused


@sweep(
    ("directives", "why"),
    [
        ("error=503 after=5", "its turn never came, though it was about 2 calls."),
        ("error=503 model=imagen-3*",
         f"the nearest of 2 calls is call 1: model: expected 'imagen-3*', was '{MODEL}'."),
        ("error=503 task=upscale prompt='a p*m'",
         "the nearest of 2 calls is call 2: task: expected 'upscale', was 'generate'."),
        ("error=503 project=q surface=vertex",
         "the nearest of 2 calls is call 1: project: expected 'q', was 'p'."),
    ],
)  # fmt: skip
def test_why_a_rule_did_nothing_is_told(directives: str, why: str) -> None:
    fake = Fake(State())
    rule = fake.rule(directives)
    ask(fake, "a pear")
    ask(fake, "a plum")
    assert explain(rule, fake.calls) == f"rule-1 {directives!r} was never applied: {why}"


def test_without_any_call_that_is_why() -> None:
    rule = Fake(State()).rule("drop", name="mine")
    assert explain(rule, []) == "mine 'drop' was never applied: no call was made."


def test_a_call_that_another_rule_took_is_named() -> None:
    fake = Fake(State())
    fake.rule("seed=1")
    late = fake.rule("error=503 model=imagen-4*")
    ask(fake)
    assert "call 1 is one that it is about, but was made before there" in explain(late, fake.calls)


def test_a_rule_of_the_configuration_may_rest() -> None:
    fake = Fake(State(Config(rules=("error=503 prompt=*plum*",))))
    ask(fake, "a pear")
    fake.assert_all_rules_used()
    fake.reset()
    fake.assert_all_rules_used()

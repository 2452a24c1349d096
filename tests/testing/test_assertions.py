from collections.abc import Callable
from typing import Any
from unittest.mock import ANY, patch

import pytest

from imagen_fake.config import Config
from imagen_fake.state.state import State
from imagen_fake.testing.fake import Fake, FakeProject
from tests.sweep import sweep
from tests.testing.test_fake import MODEL, ask


@pytest.fixture
def fake() -> Fake:
    """A fake that was asked for a pear, two apples and a plum."""
    made = Fake(State())
    for prompt, count in (("a pear", 1), ("an apple", 2), ("an apple", 3), ("a plum", 1)):
        ask(made, prompt, sampleCount=count)
    return made


def once(**parameters: Any) -> Fake:
    made = Fake(State())
    ask(made, "a pear", **parameters)
    return made


def failure(check: Callable[..., object], *args: Any, **expected: Any) -> list[str]:
    """The lines of what an assertion says as it fails."""
    with pytest.raises(AssertionError) as caught:
        check(*args, **expected)
    return str(caught.value).splitlines()


ALL = ["All calls:", *(
    f"  {number}. vertex {MODEL}: generate {prompt!r} -> 200"
    for number, prompt in enumerate(("a pear", "an apple", "an apple", "a plum"), 1)
)]  # fmt: skip


def test_a_call_was_made_or_none(fake: Fake) -> None:
    fake.assert_called()
    assert failure(fake.assert_not_called) == ["No call was expected, but:", *ALL[1:]]
    silent = Fake(State())
    silent.assert_not_called()
    assert failure(silent.assert_called) == ["A call was expected, there was none."]


def test_no_call_like_that_was_made(fake: Fake) -> None:
    fake.assert_not_called(prompt="a grape")
    fake.assert_not_called(prompt="an apple", sample_count=4)
    assert failure(fake.assert_not_called, prompt="a plum") == [
        "No call with {'prompt': 'a plum'} was expected, but:", ALL[4],
    ]  # fmt: skip


def test_one_call_is_returned(fake: Fake) -> None:
    assert once().assert_called_once().prompt == "a pear"
    assert failure(fake.assert_called_once) == ["One call was expected, there were 4.", *ALL]
    assert failure(Fake(State()).assert_called_once) == ["One call was expected, there were 0."]


def test_the_one_call_was_like_that() -> None:
    made = once(sampleCount=2)
    assert made.assert_called_once_with(prompt="a pear", sample_count=2).number == 1
    assert failure(made.assert_called_once_with, prompt="a pear", sample_count=3)[:2] == [
        "No call like that. The nearest of 1 is call 1:", "  sampleCount: expected 3, was 2",
    ]  # fmt: skip


def test_of_a_misspelt_field_the_right_name_is_told(fake: Fake) -> None:
    told = failure(fake.assert_called_with, promt="a pear")
    assert told[1:3] == [
        "  promt: expected 'a pear', was nothing",
        "  no call has a field 'promt'; did you mean prompt?",
    ]


def test_one_like_that_among_others_is_not_called_once(fake: Fake) -> None:
    told = failure(fake.assert_called_once_with, prompt="a pear")
    assert told == ["One call was expected, there were 4.", *ALL]


def test_of_several_unlike_calls_the_nearest_is_named(fake: Fake) -> None:
    assert failure(fake.assert_called_once_with, prompt="a grape", sample_count=3) == [
        "One call was expected, there were 4.",
        "No call like that. The nearest of 4 is call 3:",
        "  prompt: expected 'a grape', was 'an apple'",
        *ALL,
    ]
    assert failure(Fake(State()).assert_called_once_with, prompt="a grape") == [
        "One call was expected, there were 0.",
        "Nothing was asked, but a call with {'prompt': 'a grape'} was expected.",
    ]


@sweep(
    ("expected", "count"),
    [({}, 4), ({"prompt": "an apple"}, 2), ({"prompt": "an apple", "sampleCount": 3}, 1),
     ({"model": "imagen-3.0-generate-002"}, 0), ({"sample_count": ANY}, 4)],
)  # fmt: skip
def test_calls_like_that_are_counted(expected: dict[str, Any], count: int) -> None:
    made = Fake(State())
    for prompt, number in (("a pear", 1), ("an apple", 2), ("an apple", 3), ("a plum", 1)):
        ask(made, prompt, sampleCount=number)
    made.assert_call_count(count, **expected)
    for wrong in {count - 1, count + 1, 0} - {count}:
        assert f"there were {count}." in failure(made.assert_call_count, wrong, **expected)[0]


def test_of_too_few_calls_the_nearest_other_one_is_named(fake: Fake) -> None:
    assert failure(fake.assert_call_count, 2, prompt="a plum", sample_count=1) == [
        "2 calls with {'prompt': 'a plum', 'sample_count': 1} were expected, there were 1.",
        "The nearest other one is call 1:",
        "  prompt: expected 'a plum', was 'a pear'",
        *ALL,
    ]


def test_of_too_many_calls_none_is_near() -> None:
    assert failure(once().assert_call_count, 0) == [
        "0 calls were expected, there were 1.", *ALL[:2],
    ]  # fmt: skip


def test_these_calls_in_this_order_and_no_others(fake: Fake) -> None:
    apples: list[dict[str, Any]] = [
        {"prompt": "an apple", "sampleCount": 2},
        {"prompt": "an apple", "sample_count": 3},
    ]
    fake.assert_calls([{"prompt": "a pear"}, *apples, {}])
    assert failure(fake.assert_calls, [{}, *reversed(apples), {}]) == [
        "In place 2 is call 2, which differs:", "  sampleCount: expected 3, was 2", *ALL,
    ]  # fmt: skip
    assert failure(fake.assert_calls, [{}] * 3) == ["3 calls were expected, there were 4.", *ALL]
    assert failure(fake.assert_calls, [*[{}] * 4, {"status": 429}, {}]) == [
        "6 calls were expected, there were 4.", "The first that is missing: {'status': 429}.", *ALL,
    ]  # fmt: skip


def test_these_calls_in_this_order_and_others_between(fake: Fake) -> None:
    pear, apple, plum = ({"prompt": prompt} for prompt in ("a pear", "an apple", "a plum"))
    some: list[list[dict[str, str]]] = [[], [pear], [pear, plum], [apple, apple]]
    for expected in (*some, [pear, apple, apple, plum]):
        fake.assert_has_calls(expected)
    assert failure(fake.assert_has_calls, [apple, pear]) == [
        "Call 2 of 2 was not made after the others: {'prompt': 'a pear'}.",
        "No call like that. The nearest of 2 is call 3:",
        "  prompt: expected 'a pear', was 'an apple'",
        *ALL,
    ]
    assert failure(fake.assert_has_calls, [plum, plum])[0] == (
        "Call 2 of 2 was not made after the others: {'prompt': 'a plum'}."
    )
    assert failure(fake.assert_has_calls, [apple] * 3)[0].startswith("Call 3 of 3 was not made")
    assert failure(Fake(State()).assert_has_calls, [apple]) == [
        "Call 1 of 1 was not made: {'prompt': 'an apple'}."
    ]


MISSPELT: list[Callable[[Fake], object]] = [
    lambda fake: fake.assert_not_called(promt="x"),
    lambda fake: fake.assert_call_count(0, promt="x"),
    lambda fake: fake.assert_calls([{"promt": "x"}]),
    lambda fake: fake.assert_has_calls([{}, {"promt": "x"}]),
    lambda fake: fake.calls.filter(promt="x"),
]


@pytest.mark.parametrize("check", MISSPELT)
def test_the_name_of_a_field_that_no_call_has_is_refused(check: Callable[[Fake], object]) -> None:
    with pytest.raises(TypeError, match=r"no call has a field 'promt'; did you mean prompt\?"):
        check(Fake(State()))


def test_every_rule_was_applied(fake: Fake) -> None:
    fake.assert_all_rules_used()
    fake.rule("error=503 times=1")
    fake.rule("seed=1", prompt="*grape*")
    told = failure(fake.assert_all_rules_used)
    assert [line.split(" was never applied: ")[0] for line in told[:2]] == [
        "rule-1 'error=503 times=1'", "rule-2 'prompt=\"*grape*\" seed=1'",
    ]  # fmt: skip
    assert told[2:] == ALL
    assert [ask(fake), ask(fake, "a grape")] == [503, 200]
    fake.assert_all_rules_used()


def test_where_the_fake_itself_failed_its_traceback_is_told() -> None:
    made = once()
    made.assert_no_errors()
    with patch.object(made.state.rules, "apply_directives", {}.__getitem__):
        assert ask(made) == 500
    told = failure(made.assert_no_errors)
    assert told[:2] == [
        "imagen-fake failed, please report it:",
        "Traceback (most recent call last):",
    ]
    assert told[-1].startswith("TypeError: ")


def test_what_the_journal_has_forgotten_is_told() -> None:
    made = Fake(State(Config(journal_bytes=20_000)))
    for number in range(5):
        ask(made, f"apple {number}", sampleCount=99)
    assert 0 < len(made.calls) < 5
    told = failure(made.assert_call_count, 5)
    assert told[-1] == f"Older calls that the journal has forgotten: {5 - len(made.calls)}."


def of_two() -> tuple[FakeProject, FakeProject]:
    made = Fake(State())
    return made.project("a"), made.project("b")


def test_a_project_sees_its_own_calls_and_rules_alone() -> None:
    a, b = of_two()
    a.rule("error=503 times=1")
    for view, prompt in ((a, "a pear"), (b, "an apple"), (b, "a plum")):
        ask(Fake(view.state), prompt, project=view.name)
    assert a.assert_called_once_with(prompt="a pear", status=503, project="a").number == 1
    a.assert_all_rules_used()
    b.assert_calls([{"prompt": "an apple"}, {"prompt": "a plum", "status": 200}])
    a.reset()
    a.assert_not_called()
    assert (a.rules, b.rules, len(b.calls)) == ([], [], 2)
    assert len(Fake(a.state).calls) == 2

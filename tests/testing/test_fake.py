import json
from typing import Any
from unittest.mock import ANY, patch

import pytest

from imagen_fake.config import Config
from imagen_fake.directives.directives import DirectiveError
from imagen_fake.state.state import SettingError, State
from imagen_fake.testing.expectations import MISSING
from imagen_fake.testing.fake import Fake
from imagen_fake.testing.in_process import InProcess
from imagen_fake.testing.messages import Request
from tests.conftest import RESOURCE

MODEL = "imagen-4.0-generate-001"


@pytest.fixture
def fake() -> Fake:
    return Fake(State(Config()))


def ask(fake: Fake, prompt: str = "a red apple", *, project: str = "p", **parameters: Any) -> int:
    """The status of a call."""
    body = json.dumps({"instances": [{"prompt": prompt}], "parameters": parameters}).encode()
    asking = InProcess(fake.state)
    try:
        path = f"http://localhost/v1/{RESOURCE}{MODEL}:predict".replace("/p/", f"/{project}/")
        return asking.ask(Request("POST", path, (), body)).status
    finally:
        asking.close()


def test_a_call_that_was_expected_is_given(fake: Fake) -> None:
    ask(fake, "a pear")
    ask(fake, "a red apple", sampleCount=2)
    called = fake.assert_called_with(prompt="a red apple", sample_count=2, model=MODEL)
    assert called.number == 2


def test_the_last_of_several_such_calls_is_given(fake: Fake) -> None:
    ask(fake)
    ask(fake)
    assert fake.assert_called_with(prompt="a red apple").number == 2


def test_of_an_object_only_what_is_expected_counts(fake: Fake) -> None:
    ask(fake, outputOptions={"mimeType": "image/jpeg", "compressionQuality": 80})
    fake.assert_called_with(outputOptions={"mimeType": "image/jpeg"})
    with pytest.raises(AssertionError, match=r"compressionQuality: expected 70, was"):
        fake.assert_called_with(outputOptions={"compressionQuality": 70})


@pytest.mark.parametrize(
    ("sent", "alike"),
    [({"seed": 1}, True), ({"seed": 0}, False), ({"addWatermark": False}, 0),
     ({"addWatermark": True}, 1.0), ({"x": [1]}, [True])],
)  # fmt: skip
def test_a_truth_is_no_number(fake: Fake, sent: dict[str, Any], alike: Any) -> None:
    ask(fake, addWatermark=sent.pop("addWatermark", False), **sent)
    (name,) = sent or ["addWatermark"]
    with pytest.raises(AssertionError, match=f"{name}: expected"):
        fake.assert_called_with(**{name: alike})


def test_anything_may_be_expected_of_a_truth(fake: Fake) -> None:
    ask(fake, addWatermark=False)
    fake.assert_called_with(addWatermark=ANY)


def test_a_parameter_that_nobody_sent_was_nothing(fake: Fake) -> None:
    ask(fake)
    with pytest.raises(AssertionError, match="seed: expected 7, was nothing"):
        fake.assert_called_with(seed=7)


@pytest.mark.parametrize(
    "expected", [None, "nothing", "", 0, {}, {"a": None}, ANY, MISSING], ids=repr
)
@pytest.mark.parametrize("place", ["wobble", "outputOptions", "a_mask"])
def test_what_was_not_sent_is_equal_to_nothing(fake: Fake, place: str, expected: Any) -> None:
    ask(fake, outputOptions={"mimeType": "image/jpeg"})
    wanted = (
        {"outputOptions": {"wobble": expected}} if place == "outputOptions" else {place: expected}
    )
    with pytest.raises(AssertionError, match=r"(wobble|a_mask): expected .*, was nothing"):
        fake.assert_called_with(**wanted)


def test_the_nearest_call_is_the_one_with_the_fewest_differences(fake: Fake) -> None:
    ask(fake, "a pear", sampleCount=1)
    ask(fake, "a red apple", sampleCount=3)
    ask(fake, "a plum", sampleCount=1)
    with pytest.raises(AssertionError) as caught:
        fake.assert_called_with(prompt="a red apple", sampleCount=2, status=200)
    lines = str(caught.value).splitlines()
    assert lines[0] == "No call like that. The nearest of 3 is call 2:"
    assert lines[1:3] == ["  sampleCount: expected 2, was 3", "All calls:"]
    assert lines[3] == f"  1. vertex {MODEL}: generate 'a pear' -> 200"


def test_refused_calls_can_be_expected_by_their_status(fake: Fake) -> None:
    assert ask(fake, sampleCount=99) == 400
    assert fake.assert_called_with(status=400).task is None


def test_a_rule_is_narrowed_down_by_patterns_with_blanks_and_quotes(fake: Fake) -> None:
    rule = fake.rule("error=503", prompt="*grandma's red*", name="grandma")
    assert ask(fake, "a red apple") == 200
    assert ask(fake, "grandma's red apple") == 503
    assert (rule.name, rule.seen, rule.applied) == ("grandma", 1, 1)


def test_an_unknown_directive_is_refused_at_once(fake: Fake) -> None:
    with pytest.raises(DirectiveError, match=r"'eror=503' is no directive\. Did you mean error="):
        fake.rule("eror=503")


@pytest.mark.parametrize("rule", [["error=503"], None, b"error=503"])
def test_a_rule_that_is_no_text_is_refused(fake: Fake, rule: Any) -> None:
    for refused in ({"directives": rule}, {"directives": "error=503", "model": rule}):
        with pytest.raises(DirectiveError, match="A rule is text such as 'error=503', not"):
            fake.rule(**refused)


def test_settings_last_until_the_next_reset(fake: Fake) -> None:
    assert ask(fake) == 200
    fake.configure(as_of="2026-09-01")
    assert ask(fake) == 404
    fake.reset()
    assert ask(fake) == 200
    assert [called.number for called in fake.calls] == [1]


def test_an_unknown_setting_is_refused(fake: Fake) -> None:
    with pytest.raises(SettingError, match="'port' cannot be changed; what can is as_of"):
        fake.configure(port=1)


def test_a_quota_recovers_when_the_clock_is_moved_on(fake: Fake) -> None:
    fake.rule("quota=1 clock=manual")
    assert [ask(fake), ask(fake)] == [200, 429]
    fake.advance(60)
    assert ask(fake) == 200


def test_what_failed_in_the_fake_is_told_until_the_next_reset(fake: Fake) -> None:
    def failing(*_: object) -> object:
        raise KeyError("a bug " + "x" * 100_000)

    assert fake.errors == []
    with patch.object(fake.state.rules, "apply_directives", failing):
        assert [ask(fake) for _ in range(30)] == [500] * 30
    assert len(fake.errors) == 20
    assert all(len(told) == 10_000 and told.endswith("x'\n") for told in fake.errors)
    fake.reset()
    assert fake.errors == []


def test_the_last_twenty_calls_are_shown(fake: Fake) -> None:
    for number in range(25):
        ask(fake, f"apple {number}", sampleCount=99)
    with pytest.raises(AssertionError) as caught:
        fake.assert_not_called()
    listed = [line for line in str(caught.value).splitlines() if "vertex" in line]
    assert [line.split(".")[0].strip() for line in listed] == [str(n) for n in range(6, 26)]

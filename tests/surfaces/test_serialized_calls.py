import json
from datetime import datetime

import pytest

from imagen_fake.directives.directives import parse
from imagen_fake.pipeline.call import Outcome
from imagen_fake.pipeline.respond import Answer, to_json
from imagen_fake.state.called import Called
from imagen_fake.state.head import Head, request_head
from imagen_fake.state.journal import Journal, is_heavy
from imagen_fake.state.parts import Origin
from imagen_fake.state.rules import Rules
from imagen_fake.surfaces.control_calls import (
    matches_filters,
    serialize_call,
    serialize_directives,
    serialize_summary,
)
from imagen_fake.surfaces.control_rules import serialize_rule
from tests.conftest import request_body, understood
from tests.sweep import sweep

MODEL = "imagen-4.0-generate-001"


class Asking:
    """A request for one picture of a prompt; nobody understands it without one."""

    head: Head = request_head({
        "method": "POST", "path": "/v1/x:predict", "headers": [(b"User-Agent", b"me")]
    })  # fmt: skip

    def __init__(self, prompt: str | None) -> None:
        self.raw = request_body(prompt)
        self.prompt = prompt

    @property
    def heavy(self) -> bool:
        return is_heavy(self.head, self.raw)

    def origin(self) -> Origin:
        if self.prompt is None:
            return Origin("vertex", MODEL)
        call = understood(MODEL, prompt=self.prompt)
        return Origin("vertex", MODEL, lambda: call)


def called(prompt: str | None = "a red apple", made: Answer | None = None) -> Called:
    journal = Journal()
    journal.add(Asking(prompt), made or Answer(200, b"{}", ("a warning",)), 0.1234567)
    [one] = journal
    return one


def test_a_call_in_brief_is_the_line_of_a_list() -> None:
    one = called()
    line = serialize_summary(one)
    assert datetime.fromisoformat(line.pop("time")).timestamp() == pytest.approx(one.at, abs=0.001)
    assert line == {
        "number": 1,
        "project": "",
        "surface": "vertex",
        "method": "POST",
        "path": "/v1/x:predict",
        "model": MODEL,
        "task": "generate",
        "prompt": "a red apple",
        "status": 200,
        "seconds": 0.123457,
        "warnings": ["a warning"],
        "directives": {},
    }


def test_a_call_that_was_not_understood_has_no_task_and_no_prompt() -> None:
    line = serialize_summary(called(None))
    assert (line["task"], line["prompt"]) == (None, "")


def test_of_a_long_prompt_the_beginning_is_told_in_brief() -> None:
    prompt = "ab " * 300
    one = called(prompt)
    assert serialize_summary(one)["prompt"] == prompt[:500]
    assert serialize_call(one)["instance"]["prompt"] == prompt


def test_a_whole_call_tells_more_than_the_line() -> None:
    one = called(made=Answer(200, b'{"predictions": []}'))
    whole = serialize_call(one)
    assert whole.items() >= serialize_summary(one).items()
    assert whole["headers"] == {"user-agent": "me"}
    assert whole["body"] == json.loads(request_body())
    assert whole["instance"] == {"prompt": "a red apple"}
    assert whole["parameters"]["aspectRatio"] == "1:1"
    assert (whole["answer"], whole["pictures"]) == ({"predictions": []}, [])


def test_everything_that_is_told_is_json() -> None:
    forced = parse(
        "error=503:busy filter=2 codes=1,2 score.Hate=0.5 delay=MODEL truncate=50% slow=1k drop"
    )
    made = Answer(200, to_json({}), outcome=Outcome(forced))
    assert json.loads(json.dumps(serialize_call(called(made=made))))["directives"] == {
        "error": "unavailable:busy",
        "filter": 2,
        "codes": ["1", "2"],
        "score": {"Hate": 0.5},
        "delay": "MODEL",
        "truncate": 0.5,
        "slow": 1000,
        "drop": True,
    }


def test_an_error_is_told_by_its_id_and_words() -> None:
    assert serialize_directives({"error": ("unavailable", "")}) == {"error": "unavailable"}
    assert serialize_directives({"error": ("unavailable", "a: b")}) == {"error": "unavailable:a: b"}


@sweep(
    ("wanted", "fit"),
    [
        ({}, True),
        ({"surface": "vertex"}, True),
        ({"surface": "gemini"}, False),
        ({"model": "imagen-4*"}, True),
        ({"model": "imagen-4"}, False),
        ({"task": "gen*"}, True),
        ({"status": "200"}, True),
        ({"status": "2??"}, True),
        ({"status": "[45]*"}, False),
        ({"prompt": "*apple"}, True),
        ({"prompt": "*Apple"}, False),
        ({"prompt": "*apple", "status": "404"}, False),
    ],
)
def test_a_call_fits_what_is_wanted(wanted: dict[str, str], fit: bool) -> None:
    assert matches_filters(called(), wanted) is fit


def test_a_call_without_a_task_fits_an_empty_one() -> None:
    assert matches_filters(called(None), {"task": ""})
    assert not matches_filters(called(), {"task": ""})


def test_a_rule_is_told_with_its_counts() -> None:
    rules = Rules()
    rule = rules.add("error=503 times=1", "mine")
    call = understood()
    for _ in range(3):
        rules.apply_directives(call)
    assert serialize_rule(rule) == {
        "name": "mine", "project": "", "directives": "error=503 times=1", "seen": 3, "applied": 1
    }  # fmt: skip

from typing import Any

import pytest

from imagen_fake.directives.patterns import MOST_RULES
from tests.surfaces.control_client import (
    CONFIGURED,
    ControlClient,
)


def test_a_rule_is_added_counted_and_removed(fake: ControlClient) -> None:
    added = fake.told("POST", "/_fake/rules", {"directives": "error=503 times=1"})
    assert added == {
        "name": "rule-2", "project": "", "directives": "error=503 times=1", "seen": 0, "applied": 0
    }  # fmt: skip
    assert [fake.predict().status for _ in range(2)] == [503, 200]
    assert fake.told("GET", "/_fake/rules/rule-2") == {**added, "seen": 2, "applied": 1}
    assert fake.told("DELETE", "/_fake/rules/rule-2") == {}
    for method in ("GET", "DELETE"):
        answer = fake.refused(method, "/_fake/rules/rule-2")
        assert answer == (404, "imagen-fake: there is no rule 'rule-2'.")


def test_rules_are_listed_in_the_order_in_which_they_are_tried(fake: ControlClient) -> None:
    fake.told("POST", "/_fake/rules", {"directives": "drop", "name": "first"})
    fake.told("PUT", "/_fake/rules/second", {"directives": "drop"})
    fake.told("PUT", "/_fake/rules/first", {"directives": "filter=1"})
    listed = fake.told("GET", "/_fake/rules")["rules"]
    assert [(one["name"], one["directives"]) for one in listed] == [
        ("rule-1", CONFIGURED[0]), ("first", "filter=1"), ("second", "drop")
    ]  # fmt: skip


def test_removing_the_rules_keeps_the_calls(fake: ControlClient) -> None:
    fake.predict()
    assert fake.told("DELETE", "/_fake/rules") == {}
    assert fake.told("GET", "/_fake/rules") == {"rules": []}
    assert len(fake.told("GET", "/_fake/calls")["calls"]) == 1


def test_removing_the_rules_keeps_the_clock_and_what_prompts_and_headers_count(
    fake: ControlClient,
) -> None:
    once = "a pear [fake: error=503 times=1]"
    fake.told("POST", "/_fake/rules", {"directives": "error=500"})
    fake.told("POST", "/_fake/clock", {"advance": 5})
    assert fake.predict(once).status == 503
    fake.told("DELETE", "/_fake/rules")
    assert fake.told("GET", "/_fake/clock") == {"manual": 5}
    assert fake.predict(once).status == 200


def test_a_name_of_many_kinds_of_characters_finds_its_rule(fake: ControlClient) -> None:
    fake.told("POST", "/_fake/rules", {"directives": "drop", "name": "my rule: ü%?"})
    found = fake.told("GET", "/_fake/rules/my%20rule%3A%20%C3%BC%25%3F")
    assert found["name"] == "my rule: ü%?"


@pytest.mark.parametrize(
    "body",
    [{}, {"directives": 1}, {"directives": None},
     {"directives": "drop", "name": 1}, {"directives": "drop", "name": ""},
     {"directives": "drop", "name": "a/b"}, {"directives": "drop", "name": "x" * 201},
     {"directives": "drop", "name": ".."}, {"directives": "drop", "name": "a\nb"},
     {"directives": "drop", "name": "\0"}, {"directives": ["drop"]}, {"name": "mine"}],
)  # fmt: skip
def test_what_is_no_rule_is_refused_with_one(fake: ControlClient, body: Any) -> None:
    status, message = fake.refused("POST", "/_fake/rules", body)
    assert status == 400
    assert '{"directives": "error=503 times=2"}' in message
    assert len(fake.told("GET", "/_fake/rules")["rules"]) == 1


def test_a_rule_has_one_name(fake: ControlClient) -> None:
    body = {"directives": "drop", "name": "other"}
    assert fake.refused("PUT", "/_fake/rules/mine", body)[0] == 400


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_directives_that_cannot_be_followed_are_refused(fake: ControlClient, method: str) -> None:
    path = "/_fake/rules" + ("/mine" if method == "PUT" else "")
    status, message = fake.refused(method, path, {"directives": "fliter=1"})
    assert status == 400
    assert message.startswith("imagen-fake: 'fliter=1' is no directive.")


def test_too_many_rules_are_refused(fake: ControlClient) -> None:
    for _ in range(MOST_RULES - 1):
        fake.state.rules.add("drop")
    status, message = fake.refused("POST", "/_fake/rules", {"directives": "drop"})
    assert (status, message) == (400, f"imagen-fake: There are {MOST_RULES} rules; remove some.")


def test_a_body_of_control_has_64_kib_at_most(fake: ControlClient) -> None:
    body = b'{"directives": "drop"}'.ljust(2**16)
    assert fake.told("POST", "/_fake/rules", body)["directives"] == "drop"
    assert "65536" in fake.refused("POST", "/_fake/rules", body + b" ")[1]

"""What control tells, adds and forgets of one project."""

import json
from typing import Any

import pytest

from imagen_fake.directives.directives import LONGEST
from imagen_fake.state.journal import MAX_CALLS
from imagen_fake.testing.messages import Request
from tests.surfaces.control_client import MODEL, ControlClient, fit
from tests.sweep import sweep

HEADER = "x-imagen-fake-project"
BY_QUERY = [("GET", "calls"), ("DELETE", "calls"), ("GET", "rules"), ("POST", "rules"),
            ("DELETE", "rules"), ("GET", "rules/busy"), ("PUT", "rules/busy"),
            ("DELETE", "rules/busy"), ("POST", "reset")]  # fmt: skip


@pytest.fixture
def fake() -> ControlClient:
    made = ControlClient()
    for project in ("a", "b"):
        path = f"/v1/projects/{project}/locations/l/publishers/google/models/{MODEL}:predict"
        made.predict(project, path)
        made.told("PUT", "/_fake/rules/busy", {"directives": f"project={project} error=503"})
    return made


def with_header(fake: ControlClient, method: str, path: str, project: str, body: Any = None) -> Any:
    raw = json.dumps(body).encode() if body else b""
    headers = ((HEADER.encode(), project.encode()),)
    response = fake.fake.ask(Request(method, f"http://fake{path}", headers, raw))
    fit(method, path, response)
    return response.status, json.loads(response.body)


def prompts(fake: ControlClient) -> list[str]:
    return [one["prompt"] for one in fake.told("GET", "/_fake/calls")["calls"]]


def rules(fake: ControlClient) -> list[tuple[str, str]]:
    told = fake.told("GET", "/_fake/rules")["rules"]
    return [(one["project"], one["name"]) for one in told if one["project"]]


def test_a_project_has_calls_and_rules_of_its_own(fake: ControlClient) -> None:
    assert [one["prompt"] for one in fake.told("GET", "/_fake/calls?project=a")["calls"]] == ["a"]
    [rule] = fake.told("GET", "/_fake/rules?project=b")["rules"]
    assert (rule["name"], rule["directives"]) == ("busy", "project=b error=503")
    assert fake.told("GET", "/_fake/rules/busy?project=b") == rule
    assert fake.told("GET", "/_fake/calls?project=c") == {"calls": []}


@sweep(
    ("method", "path", "left"),
    [
        ("DELETE", "calls", (["b"], [("a", "busy"), ("b", "busy")])),
        ("DELETE", "rules", (["a", "b"], [("b", "busy")])),
        ("DELETE", "rules/busy", (["a", "b"], [("b", "busy")])),
        ("POST", "reset", (["b"], [("b", "busy")])),
    ],
)
@sweep("by_header", [True, False])
def test_what_is_of_one_project_is_forgotten_alone(
    method: str, path: str, left: Any, by_header: bool
) -> None:
    fake = ControlClient()
    for project in ("a", "b"):
        asked = f"/v1/projects/{project}/locations/l/publishers/google/models/{MODEL}:predict"
        fake.predict(project, asked)
        fake.told("PUT", "/_fake/rules/busy", {"directives": f"project={project} error=503"})
    if by_header:
        assert with_header(fake, method, f"/_fake/{path}", "a") == (200, {})
    else:
        fake.told(method, f"/_fake/{path}?project=a")
    assert (prompts(fake), rules(fake)) == left


def test_a_rule_that_is_added_for_a_project_names_it(fake: ControlClient) -> None:
    added = fake.told("POST", "/_fake/rules?project=c", {"directives": "error=429"})
    status, other = with_header(fake, "POST", "/_fake/rules", "d", {"directives": "error=429"})
    assert (status, added["project"], other["project"]) == (200, "c", "d")
    assert added["directives"] == other["directives"] == "error=429"
    again = fake.told("PUT", "/_fake/rules/mine?project=c", {"directives": "project=c error=429"})
    assert (again["project"], again["directives"]) == ("c", "project=c error=429")


def test_a_rule_of_a_project_may_be_as_long_as_another() -> None:
    fake = ControlClient()
    longest = f"error=503:{'x' * (LONGEST - 10)}"
    assert fake.told("POST", "/_fake/rules?project=c", {"directives": longest})["project"] == "c"


def test_the_query_goes_before_the_header(fake: ControlClient) -> None:
    _, told = with_header(fake, "GET", "/_fake/calls?project=a", "b")
    assert [one["project"] for one in told["calls"]] == ["a"]


def test_a_rule_of_two_projects_is_refused(fake: ControlClient) -> None:
    body = {"directives": "project=b error=429"}
    status, told = fake.refused("POST", "/_fake/rules?project=a", body)
    assert (status, told) == (
        400, "imagen-fake: project=b is not the project a that the rule is for."
    )  # fmt: skip


@sweep(("method", "path"), BY_QUERY)
@sweep("name", ["", "a*", "a%20b", "%2D"])
def test_what_is_no_name_of_a_project_is_refused_in_words(
    method: str, path: str, name: str
) -> None:
    fake = ControlClient()
    body = {"directives": "error=503"} if method in ("POST", "PUT") and "rules" in path else None
    fake.told("PUT", "/_fake/rules/busy", {"directives": "error=503"})
    status, told = fake.refused(method, f"/_fake/{path}?project={name}", body)
    assert (status, "expected is a project's name: up to 100 letters" in told) == (400, True)
    assert fake.told("GET", "/_fake/rules/busy")["directives"] == "error=503"


def test_a_page_tells_what_was_dropped_of_its_project(fake: ControlClient) -> None:
    for _ in range(MAX_CALLS + 3):
        with_header(fake, "POST", "/nowhere", "noisy")
    assert fake.told("GET", "/_fake/calls?project=noisy&limit=1")["shed"]["calls"] == 5
    assert "shed" not in fake.told("GET", "/_fake/calls?project=a")
    assert fake.told("GET", "/_fake/calls?limit=1")["shed"]["calls"] == 5

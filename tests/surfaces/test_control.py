import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.routing import Route

from imagen_fake import __version__
from imagen_fake.config import Config
from imagen_fake.state.state import State
from imagen_fake.storage.embedded import Storage
from imagen_fake.storage.objects import NewObject
from imagen_fake.surfaces.control import PREFIX, QUERIES, routes
from tests.openapi.reading import followed
from tests.surfaces.control_client import (
    DOCUMENT,
    MODEL,
    PREDICT,
    ControlClient,
)


def test_the_document_is_valid_openapi() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_the_document_has_the_paths_and_methods_that_there_are() -> None:
    there = {
        (route.path, method.lower())
        for route in routes(State(Config()))
        if isinstance(route, Route)
        for method in route.methods or ()
    }
    described = {
        (path, method)
        for path, item in DOCUMENT["paths"].items()
        for method in item
        if method != "parameters"
    }
    assert described == {(path, method) for path, method in there if method != "head"}


def test_every_operation_is_described_and_named_once() -> None:
    operations = [
        operation
        for item in DOCUMENT["paths"].values()
        for method, operation in item.items()
        if method != "parameters"
    ]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    assert all(operation["summary"] and operation["tags"] for operation in operations)


def examples(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every example in the document with the schema it is one of."""
    if isinstance(node, list):
        for child in node:
            yield from examples(child)
    if not isinstance(node, Mapping):
        return
    schema = node.get("schema", node)
    yield from (
        (schema, one) for one in node.get("examples", []) if isinstance(node["examples"], list)
    )
    if isinstance(node.get("examples"), Mapping):
        yield from ((schema, one["value"]) for one in node["examples"].values())
    if "example" in node:
        yield schema, node["example"]
    for child in node.values():
        yield from examples(child)


def test_every_example_of_the_document_fits_its_schema() -> None:
    found = list(examples(DOCUMENT))
    assert len(found) > 10
    for schema, example in found:
        jsonschema_rs.Draft202012Validator(followed(DOCUMENT, schema)).validate(example)


def test_the_queries_have_the_parameters_that_the_document_says() -> None:
    described = {
        (path.removeprefix(PREFIX), method.upper()): [
            followed(DOCUMENT, one)["name"] for one in operation["parameters"]
        ]
        for path, methods in DOCUMENT["paths"].items()
        for method, operation in methods.items()
        if method != "parameters" and "parameters" in operation
    }
    taken = {
        (path, method): list(names)
        for path, methods in QUERIES.items()
        for method, names in methods.items()
    }
    assert described == taken


@pytest.mark.parametrize("path", ["health", "ready"])
def test_a_fake_that_answers_is_well(fake: ControlClient, path: str) -> None:
    assert fake.told("GET", f"/_fake/{path}") == {"status": "ok", "version": __version__}


@pytest.mark.parametrize(
    "path", ["health", "ready", "calls", "rules", "config", "clock", "control.json"]
)
def test_a_head_request_gets_the_headers_alone(fake: ControlClient, path: str) -> None:
    got, headed = (fake.ask(method, f"/_fake/{path}") for method in ("GET", "HEAD"))
    assert (headed.status, headed.body) == (200, b"")
    assert headed.header("content-length") == str(len(got.body))


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "health", {"GET", "HEAD"}),
        ("PUT", "calls", {"GET", "HEAD", "DELETE"}),
        ("DELETE", "calls/1", {"GET", "HEAD"}),
        ("POST", "calls/1/pictures/0", {"GET", "HEAD"}),
        ("PATCH", "rules", {"GET", "HEAD", "POST", "DELETE"}),
        ("POST", "rules/x", {"GET", "HEAD", "PUT", "DELETE"}),
        ("GET", "reset", {"POST"}),
        ("POST", "config", {"GET", "HEAD", "PATCH"}),
        ("DELETE", "clock", {"GET", "HEAD", "POST"}),
        ("POST", "control.json", {"GET", "HEAD"}),
    ],
)
def test_another_method_is_refused_with_those_that_there_are(
    fake: ControlClient, method: str, path: str, allowed: set[str]
) -> None:
    response = fake.ask(method, f"/_fake/{path}")
    assert response.status == 405
    assert set((response.header("allow") or "").split(", ")) == allowed


@pytest.mark.parametrize("path", ["", "nothing", "calls/1/2", "rules/a/b", "calls/1/pictures"])
def test_another_path_is_not_found_and_not_entered(fake: ControlClient, path: str) -> None:
    assert fake.refused("GET", f"/_fake/{path}")[0] == 404
    assert fake.told("GET", "/_fake/calls") == {"calls": []}


EVERY = [(route.path, method) for route in routes(State(Config())) if isinstance(route, Route)
         for method in sorted(route.methods or ())]  # fmt: skip


@pytest.mark.parametrize(("path", "method"), EVERY)
def test_a_query_parameter_that_is_unknown_is_refused_everywhere(
    fake: ControlClient, path: str, method: str
) -> None:
    before = fake.told("GET", "/_fake/rules")
    named = path.format(number=1, index=0, name="rule-1")
    response = fake.ask(method, f"{named}?tenant=a&surface=vertex")
    assert response.status == 400
    if method != "HEAD":
        told = json.loads(response.body)["error"]["message"]
        assert told.startswith("imagen-fake: 'tenant' is no query parameter here; there ")
    assert fake.told("GET", "/_fake/rules") == before


def test_of_a_misspelt_query_parameter_the_nearest_is_told(fake: ControlClient) -> None:
    told = fake.refused("GET", "/_fake/calls?modle=imagen-4*")[1]
    assert told.endswith("there are after, limit, project, surface, model, task, status, prompt."
                         " Did you mean model?")  # fmt: skip


@pytest.mark.parametrize("query", ["limit=1&limit=2", "model=a&model=b"])
def test_a_query_parameter_that_is_there_twice_is_refused(fake: ControlClient, query: str) -> None:
    name = query.partition("=")[0]
    answer = fake.refused("GET", f"/_fake/calls?{query}")
    assert answer == (400, f"imagen-fake: the query parameter {name} is there twice.")


UNKNOWN: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "rules"): {"directives": "drop", "times": 1},
    ("PUT", "rules/mine"): {"directives": "drop", "name": "mine"},
    ("PATCH", "config"): {"strict": True, "auth": "any"},
    ("POST", "clock"): {"advance": 1, "unit": "minutes"},
    ("POST", "reset"): {"keep": "rules"},
    ("DELETE", "calls"): {"surface": "gemini"},
    ("DELETE", "rules"): {"name": "rule-1"},
    ("DELETE", "rules/rule-1"): {"sure": True},
}


@pytest.mark.parametrize(("method", "path"), UNKNOWN)
def test_a_key_that_is_unknown_is_refused_and_nothing_happens(
    fake: ControlClient, method: str, path: str
) -> None:
    fake.ask("POST", PREDICT, {})
    shown = ("calls", "rules", "config", "clock")
    before = [fake.told("GET", f"/_fake/{one}") for one in shown]
    body = UNKNOWN[method, path]
    status, told = fake.refused(method, f"/_fake/{path}", body)
    assert status == 400
    assert [*body][-1] in told or "nothing is read from a body here" in told
    assert [fake.told("GET", f"/_fake/{one}") for one in shown] == before


def test_every_route_that_changes_anything_refuses_unknown_keys() -> None:
    named = {(method, f"/_fake/{path}".replace("mine", "{name}").replace("rule-1", "{name}"))
             for method, path in UNKNOWN}  # fmt: skip
    asking = ("POST", "/_fake/migrate")  # it changes nothing, and its body is the service's
    every = {(method, path) for path, method in EVERY if method not in ("GET", "HEAD")}
    assert named == every - {asking}


@pytest.mark.parametrize("raw", [b"", b"{}", b" {\n} "])
def test_a_body_that_says_nothing_will_do_where_none_is_read(
    fake: ControlClient, raw: bytes
) -> None:
    for method, path in (("DELETE", "calls"), ("DELETE", "rules"), ("POST", "reset")):
        assert fake.told(method, f"/_fake/{path}", raw) == {}


keys = st.sampled_from(["directives", "name", "advance", "strict", "as_of"]) | st.text(max_size=8)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    | st.sampled_from([10**400, 1e308, -0.0, "drop", "2026-08-18", "error=503", "all"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


@given(
    st.sampled_from([*UNKNOWN]),
    st.dictionaries(keys, json_values, max_size=4).map(json.dumps).map(str.encode)
    | json_values.map(json.dumps).map(str.encode)
    | st.binary(max_size=40)
    | st.sampled_from([b'{"advance": 1e400}', b'{"advance": -1e400}', b'{"advance": NaN}']),
)
def test_any_body_is_followed_or_refused_in_words(
    lasting_control: ControlClient, route: tuple[str, str], raw: bytes
) -> None:
    method, path = route
    response = lasting_control.ask(method, f"/_fake/{path}", raw)
    assert response.status in (200, 400, 404)
    assert response.status == 200 or json.loads(response.body)["error"]["message"]


BODIES = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"1",
    b"\xff",
    b"[" * 200,
    b'{"directives": "error=503:\\ud800"}',
    b'{"directives": NaN}',
    b'{"directives": "drop", "directives": "drop"}',
    b'{"strict": true, "strict": true}',
    b'{"advance": 1, "advance": 1,}',
    b'"' + b"x" * 70_000 + b'"',
]


@pytest.mark.parametrize("raw", BODIES, ids=range(len(BODIES)))
@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "rules"), ("PUT", "rules/x"), ("PATCH", "config"), ("POST", "clock")],
)
def test_a_body_that_cannot_be_read_is_refused(
    fake: ControlClient, method: str, path: str, raw: bytes
) -> None:
    assert fake.refused(method, f"/_fake/{path}", raw)[0] == 400


def test_settings_are_changed_until_the_reset(fake: ControlClient) -> None:
    before = fake.told("GET", "/_fake/config")
    after = fake.told("PATCH", "/_fake/config", {"strict": True, "as_of": "2025-09-01"})
    assert after == {**before, "strict": True, "as_of": "2025-09-01"}
    assert fake.told("GET", "/_fake/config") == after
    assert fake.told("PATCH", "/_fake/config", {"strict": False})["as_of"] == "2025-09-01"
    fake.told("POST", "/_fake/reset")
    assert fake.told("GET", "/_fake/config") == before


@pytest.mark.parametrize("body", [{"as_of": "soon"}, {"strict": 1}, {"auth": "any"}])
def test_settings_that_cannot_be_are_refused_and_nothing_is_changed(
    fake: ControlClient, body: Any
) -> None:
    before = fake.told("GET", "/_fake/config")
    assert fake.refused("PATCH", "/_fake/config", {"allowlisted": False, **body})[0] == 400
    assert fake.told("GET", "/_fake/config") == before


def test_captions_can_be_switched_off_while_answers_are_kept(fake: ControlClient) -> None:
    captioned = [fake.predict().body for _ in range(2)]
    fake.told("PATCH", "/_fake/config", {"caption": "off"})
    bare = [
        fake.predict(prompt).body for prompt in ("a red apple", "a red apple [fake: caption=off]")
    ]
    assert captioned[0] == captioned[1] != bare[0] == bare[1]
    assert fake.predict("a red apple [fake: caption=on]").body == captioned[0]
    fake.told("PATCH", "/_fake/config", {"caption": "on"})
    fake.told("POST", "/_fake/rules", {"directives": "caption=off"})
    assert fake.predict().body == bare[0]


@pytest.mark.parametrize("path", [PREDICT, f"/v1beta/models/{MODEL}:predict"])
def test_a_day_after_the_end_of_a_model_is_answered_so_at_once(
    fake: ControlClient, path: str
) -> None:
    kept = [fake.predict(path=path) for _ in range(2)]
    assert [one.status for one in kept] == [200, 200]
    fake.told("PATCH", "/_fake/config", {"as_of": "2026-09-01"})
    assert fake.predict(path=path).status == 404
    fake.told("PATCH", "/_fake/config", {"as_of": None})
    again = fake.predict(path=path)
    assert (again.status, again.body) == (200, kept[0].body)


def test_a_day_before_the_end_of_a_model_is_warned_of_at_once(fake: ControlClient) -> None:
    assert fake.predict().header("x-imagen-fake-warnings") is None
    fake.told("PATCH", "/_fake/config", {"as_of": "2026-08-01"})
    assert "is deprecated" in (fake.predict().header("x-imagen-fake-warnings") or "")


def test_strictness_counts_at_once(fake: ControlClient) -> None:
    assert fake.predict(negativePrompt="pears").status == 200
    fake.told("PATCH", "/_fake/config", {"strict": True})
    assert fake.predict(negativePrompt="pears").status == 400


def test_the_clock_is_moved_on_and_quotas_recover(fake: ControlClient) -> None:
    fake.told("POST", "/_fake/rules", {"directives": "quota=1 clock=manual"})
    assert fake.told("GET", "/_fake/clock") == {"manual": 0}
    assert [fake.predict().status for _ in range(2)] == [200, 429]
    assert fake.told("POST", "/_fake/clock", {"advance": 59.5}) == {"manual": 59.5}
    assert fake.predict().status == 429
    assert fake.told("POST", "/_fake/clock", {"advance": 1}) == {"manual": 60.5}
    assert fake.predict().status == 200


@pytest.mark.parametrize("step", ['"1"', "true", "null", "[]", "-1", "1000000001", "1" * 100])
def test_a_step_that_the_clock_cannot_take_is_refused(fake: ControlClient, step: str) -> None:
    raw = f'{{"advance": {step}}}'.encode()
    status, message = fake.refused("POST", "/_fake/clock", raw)
    assert status == 400
    assert "seconds" in message
    assert fake.told("GET", "/_fake/clock") == {"manual": 0}


def test_others_are_answered_while_a_reset_waits_for_the_storage(fake: ControlClient) -> None:
    storage, before = fake.state.storage, fake.state.generation
    assert isinstance(storage, Storage)
    storage.write("gs://pictures/a", b"data", "image/png")
    with ThreadPoolExecutor(1) as pool:
        with storage.folder.locked("gs://"):
            reset = pool.submit(fake.told, "POST", "/_fake/reset")
            while not before.ended:
                assert not reset.done()
            assert fake.predict().status == 200
            assert not reset.done()
        assert reset.result(30) == {}
    assert fake.ask("GET", "/storage/v1/b/pictures/o/a").status == 404


def test_a_reset_forgets_everything(fake: ControlClient) -> None:
    fake.state.storage.put([NewObject("gs://pictures/a", b"data", "image/png")])
    fake.told("POST", "/_fake/rules", {"directives": "drop", "name": "mine"})
    fake.told("POST", "/_fake/clock", {"advance": 5})
    fake.ask("POST", PREDICT, {})
    assert fake.told("POST", "/_fake/reset") == {}
    assert fake.told("GET", "/_fake/calls") == {"calls": []}
    assert [one["name"] for one in fake.told("GET", "/_fake/rules")["rules"]] == ["rule-1"]
    assert fake.told("GET", "/_fake/clock") == {"manual": 0}
    assert fake.ask("GET", "/storage/v1/b/pictures/o/a").status == 404

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.routing import Route

from imagen_fake import __version__
from imagen_fake.app import create_app
from imagen_fake.config import Config
from imagen_fake.directives.patterns import MOST_RULES
from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.respond import Answer
from imagen_fake.state.called import Head, Origin, head
from imagen_fake.state.state import State
from imagen_fake.storage.embedded import Storage
from imagen_fake.surfaces.control import PAGE_SIZE, PREFIX, routes
from imagen_fake.surfaces.control_query import MAX_PATTERN
from imagen_fake.surfaces.serializers import FILTERS
from imagen_fake.testing.in_process import InProcess, Request, Response
from tests.conftest import RESOURCE, understood
from tests.openapi.reading import followed

MODEL, UPSCALING = "imagen-4.0-generate-001", "imagen-4.0-upscale-preview"
PREDICT = f"/v1/{RESOURCE}{MODEL}:predict"
SMALL = {"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 1}}
CONFIGURED = ("prompt=nope* error=500",)


class Asked:
    """A fake in process, asked by paths; what comes back from control fits its document."""

    def __init__(self) -> None:
        self.state = State(Config(rules=CONFIGURED))
        self.fake = InProcess(create_app(state=self.state))

    def ask(self, method: str, path: str, body: Any = None) -> Response:
        raw = (
            body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        )
        response = self.fake.ask(Request(method, f"http://fake{path}", (), raw))
        if path.startswith(PREFIX) and response.status not in (405, 500):
            fit(method, path, response)
        return response

    def told(self, method: str, path: str, body: Any = None) -> Any:
        response = self.ask(method, path, body)
        assert response.status == 200
        return json.loads(response.body)

    def refused(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        response = self.ask(method, path, body)
        return response.status, json.loads(response.body)["error"]["message"]

    def predict(
        self, prompt: str = "a red apple", path: str = PREDICT, **parameters: Any
    ) -> Response:
        body = {"instances": [{"prompt": prompt}], "parameters": {"sampleCount": 1, **parameters}}
        return self.ask("POST", path, body)


@pytest.fixture(scope="module")
def lasting() -> Iterator[Asked]:
    asked = Asked()
    yield asked
    asked.fake.close()


@pytest.fixture
def fake(lasting: Asked) -> Asked:
    lasting.state.reset()
    return lasting


def document() -> Any:
    fake = InProcess(create_app())
    response = fake.ask(Request("GET", f"http://fake{PREFIX}control.json"))
    fake.close()
    return json.loads(response.body)


DOCUMENT = document()


def templated(path: str) -> str:
    """The path as the document has it."""
    parts = path.partition("?")[0].split("/")
    for number, part in enumerate(parts[:-1]):
        if part in ("calls", "rules", "pictures"):
            parts[number + 1] = {"calls": "{number}", "rules": "{name}", "pictures": "{index}"}[
                part
            ]
    return "/".join(parts)


def fit(method: str, path: str, response: Response) -> None:
    """Raise if an answer is not what the document says."""
    item = DOCUMENT["paths"].get(templated(path))
    if item is None:
        assert response.status == 404
        return
    operation = item["get" if method == "HEAD" else method.lower()]
    described = followed(DOCUMENT, operation["responses"][str(response.status)])
    media_type = (response.header("content-type") or "").partition(";")[0]
    schema = described["content"][media_type].get("schema")
    if schema and response.body:
        jsonschema_rs.Draft202012Validator(schema, validate_formats=True).validate(
            json.loads(response.body)
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


def test_calls_are_narrowed_down_by_what_the_document_says() -> None:
    named = [one["name"] for one in DOCUMENT["paths"]["/_fake/calls"]["get"]["parameters"]]
    assert named == ["after", "limit", *FILTERS]


@pytest.mark.parametrize("path", ["health", "ready"])
def test_a_fake_that_answers_is_well(fake: Asked, path: str) -> None:
    assert fake.told("GET", f"/_fake/{path}") == {"status": "ok", "version": __version__}


@pytest.mark.parametrize(
    "path", ["health", "ready", "calls", "rules", "config", "clock", "control.json"]
)
def test_a_head_request_gets_the_headers_alone(fake: Asked, path: str) -> None:
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
    fake: Asked, method: str, path: str, allowed: set[str]
) -> None:
    response = fake.ask(method, f"/_fake/{path}")
    assert response.status == 405
    assert set((response.header("allow") or "").split(", ")) == allowed


@pytest.mark.parametrize("path", ["", "nothing", "calls/1/2", "rules/a/b", "calls/1/pictures"])
def test_another_path_is_not_found_and_not_entered(fake: Asked, path: str) -> None:
    assert fake.refused("GET", f"/_fake/{path}")[0] == 404
    assert fake.told("GET", "/_fake/calls") == {"calls": []}


def test_calls_are_listed_in_order(fake: Asked) -> None:
    for prompt in ("one", "two", "three"):
        fake.predict(f"{prompt} [fake: error=503]")
    calls = fake.told("GET", "/_fake/calls")["calls"]
    assert [(one["number"], one["prompt"]) for one in calls] == [
        (1, "one"),
        (2, "two"),
        (3, "three"),
    ]


def refuse(fake: Asked, count: int) -> None:
    for _ in range(count):
        fake.ask("POST", PREDICT, {})


def pages(fake: Asked, query: str) -> Iterator[list[int]]:
    after = 0
    while True:
        page = fake.told("GET", f"/_fake/calls?after={after}&{query}")
        yield [one["number"] for one in page["calls"]]
        if "after" not in page:
            return
        after = page["after"]


@pytest.mark.parametrize(
    ("count", "limit", "expected"),
    [
        (5, 2, [[1, 2], [3, 4], [5]]),
        (4, 2, [[1, 2], [3, 4]]),
        (3, 5, [[1, 2, 3]]),
        (0, 5, [[]]),
        (2, 0, [[]]),
    ],
)
def test_a_page_says_where_the_next_one_begins(
    fake: Asked, count: int, limit: int, expected: list[list[int]]
) -> None:
    refuse(fake, count)
    assert list(pages(fake, f"limit={limit}")) == expected


def test_a_page_has_fifty_calls_unless_it_is_told(fake: Asked) -> None:
    refuse(fake, PAGE_SIZE + 1)
    assert list(pages(fake, "")) == [[*range(1, PAGE_SIZE + 1)], [PAGE_SIZE + 1]]


def test_a_page_has_a_thousand_calls_at_most(fake: Asked) -> None:
    refuse(fake, 3)
    assert list(pages(fake, "limit=999999999")) == [[1, 2, 3]]


def test_pages_of_calls_that_are_narrowed_down(fake: Asked) -> None:
    for number in range(6):
        fake.ask("POST", PREDICT if number % 2 else "/nowhere", {})
    assert list(pages(fake, "limit=2&status=400")) == [[2, 4], [6]]


@pytest.mark.parametrize(
    "query", ["after=x", "after=-1", "after=", "limit=1.5", "limit=1234567890"]
)
def test_a_page_that_cannot_be_is_refused(fake: Asked, query: str) -> None:
    status, message = fake.refused("GET", f"/_fake/calls?{query}")
    name, _, value = query.partition("=")
    assert (status, message) == (400, f"imagen-fake: {name} must be a whole number, not {value!r}.")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [1, 2, 3, 4]),
        ("surface=vertex", [1, 3]),
        ("surface=gemini", [2]),
        ("surface=", [4]),
        ("model=imagen-4.0-g*", [1, 2]),
        ("model=IMAGEN-4*", []),
        ("task=generate", [1, 2]),
        ("task=", [3, 4]),
        ("status=4*", [3, 4]),
        ("status=404", [4]),
        ("prompt=*apple*", [1]),
        ("prompt=*apple*&status=404", []),
    ],
)
def test_calls_are_narrowed_down(fake: Asked, query: str, expected: list[int]) -> None:
    fake.predict()
    fake.predict("a pear", f"/v1beta/models/{MODEL}:predict")
    fake.ask("POST", f"/v1/{RESOURCE}{UPSCALING}:predict", b"{")
    fake.ask("POST", "/nowhere", {})
    assert [one["number"] for one in fake.told("GET", f"/_fake/calls?{query}")["calls"]] == expected


EVERY = [(route.path, method) for route in routes(State(Config())) if isinstance(route, Route)
         for method in sorted(route.methods or ())]  # fmt: skip


@pytest.mark.parametrize(("path", "method"), EVERY)
def test_a_query_parameter_that_is_unknown_is_refused_everywhere(
    fake: Asked, path: str, method: str
) -> None:
    before = fake.told("GET", "/_fake/rules")
    named = path.format(number=1, index=0, name="rule-1")
    response = fake.ask(method, f"{named}?project=a&surface=vertex")
    assert response.status == 400
    if method != "HEAD":
        told = json.loads(response.body)["error"]["message"]
        assert told.startswith("imagen-fake: 'project' is no query parameter here; there ")
    assert fake.told("GET", "/_fake/rules") == before


def test_of_a_misspelt_query_parameter_the_nearest_is_told(fake: Asked) -> None:
    told = fake.refused("GET", "/_fake/calls?modle=imagen-4*")[1]
    assert told.endswith("there are after, limit, surface, model, task, status, prompt."
                         " Did you mean model?")  # fmt: skip


@pytest.mark.parametrize("query", ["limit=1&limit=2", "model=a&model=b"])
def test_a_query_parameter_that_is_there_twice_is_refused(fake: Asked, query: str) -> None:
    name = query.partition("=")[0]
    answer = fake.refused("GET", f"/_fake/calls?{query}")
    assert answer == (400, f"imagen-fake: the query parameter {name} is there twice.")


@pytest.mark.parametrize("name", FILTERS)
def test_a_pattern_longer_than_is_read_is_refused(fake: Asked, name: str) -> None:
    assert fake.told("GET", f"/_fake/calls?{name}={'*' * MAX_PATTERN}") == {"calls": []}
    status, told = fake.refused("GET", f"/_fake/calls?{name}={'*' * (MAX_PATTERN + 1)}")
    assert (status, told) == (400, f"imagen-fake: {name} has 1001 characters; 1000 are read.")


class Waiting:
    """A request that is understood only once `understood` is set."""

    head: Head = head({"method": "POST", "path": "/x", "headers": []})
    raw = b"{}"

    def __init__(self) -> None:
        self.reached, self.understood = Event(), Event()

    def origin(self) -> Origin:
        return Origin("vertex", MODEL, self.understand)

    def understand(self) -> Call:
        self.reached.set()
        assert self.understood.wait(30)
        return understood(MODEL)


@pytest.mark.parametrize("path", ["calls", "calls?task=generate", "calls?prompt=*", "calls/1"])
def test_others_are_answered_while_calls_are_told(fake: Asked, path: str) -> None:
    waiting = Waiting()
    fake.state.journal.add(waiting, Answer(200, b"{}"), 0.0)
    with ThreadPoolExecutor(1) as pool:
        told = pool.submit(fake.ask, "GET", f"/_fake/{path}")
        try:
            assert waiting.reached.wait(30)
            assert fake.predict().status == 200
            assert not told.done()
        finally:
            waiting.understood.set()
        assert told.result().status == 200


def test_a_call_is_told_with_its_pictures(fake: Asked) -> None:
    fake.predict()
    call = fake.told("GET", "/_fake/calls/1")
    assert call["pictures"] == ["/_fake/calls/1/pictures/0"]
    picture = fake.ask("GET", call["pictures"][0])
    assert (picture.status, picture.header("content-type")) == (200, "image/jpeg")
    assert picture.body[:3] == b"\xff\xd8\xff"


@pytest.mark.parametrize("number", ["2", "0", "x", "-1", "9" * 5000, "1.0"])
def test_a_call_that_never_was_is_missing(fake: Asked, number: str) -> None:
    fake.predict()
    for path in ("", "/pictures/0"):
        status, message = fake.refused("GET", f"/_fake/calls/{number}{path}")
        assert status == 404
        assert message == f"imagen-fake: call {number[:80]} was never made, or is forgotten."


@pytest.mark.parametrize("index", ["1", "x", "9" * 5000])
def test_a_picture_that_never_was_is_missing(fake: Asked, index: str) -> None:
    fake.predict()
    answer = fake.refused("GET", f"/_fake/calls/1/pictures/{index}")
    assert answer == (404, "imagen-fake: call 1 has 1 pictures.")


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"\xff", b'{"instances": [{"prompt": "a", "seed": 1e999}]}', b"[]", b"null",
     b'{"instances": [{"prompt": "\\ud83c\\udf4e"}], "parameters": {"sampleCount": 1}}'],
)  # fmt: skip
def test_a_call_of_any_body_can_be_told(fake: Asked, raw: bytes) -> None:
    fake.ask("POST", PREDICT, raw)
    assert fake.told("GET", "/_fake/calls/1")["number"] == 1


def test_forgetting_the_calls_keeps_the_rules(fake: Asked) -> None:
    fake.predict()
    assert fake.told("DELETE", "/_fake/calls") == {}
    assert fake.told("GET", "/_fake/calls") == {"calls": []}
    assert len(fake.told("GET", "/_fake/rules")["rules"]) == 1


def test_a_rule_is_added_counted_and_removed(fake: Asked) -> None:
    added = fake.told("POST", "/_fake/rules", {"directives": "error=503 times=1"})
    assert added == {"name": "rule-2", "directives": "error=503 times=1", "seen": 0, "applied": 0}
    assert [fake.predict().status for _ in range(2)] == [503, 200]
    assert fake.told("GET", "/_fake/rules/rule-2") == {**added, "seen": 2, "applied": 1}
    assert fake.told("DELETE", "/_fake/rules/rule-2") == {}
    for method in ("GET", "DELETE"):
        answer = fake.refused(method, "/_fake/rules/rule-2")
        assert answer == (404, "imagen-fake: there is no rule 'rule-2'.")


def test_rules_are_listed_in_the_order_in_which_they_are_tried(fake: Asked) -> None:
    fake.told("POST", "/_fake/rules", {"directives": "drop", "name": "first"})
    fake.told("PUT", "/_fake/rules/second", {"directives": "drop"})
    fake.told("PUT", "/_fake/rules/first", {"directives": "filter=1"})
    listed = fake.told("GET", "/_fake/rules")["rules"]
    assert [(one["name"], one["directives"]) for one in listed] == [
        ("rule-1", CONFIGURED[0]), ("first", "filter=1"), ("second", "drop")
    ]  # fmt: skip


def test_removing_the_rules_keeps_the_calls(fake: Asked) -> None:
    fake.predict()
    assert fake.told("DELETE", "/_fake/rules") == {}
    assert fake.told("GET", "/_fake/rules") == {"rules": []}
    assert len(fake.told("GET", "/_fake/calls")["calls"]) == 1


def test_removing_the_rules_keeps_the_clock_and_what_prompts_and_headers_count(
    fake: Asked,
) -> None:
    once = "a pear [fake: error=503 times=1]"
    fake.told("POST", "/_fake/rules", {"directives": "error=500"})
    fake.told("POST", "/_fake/clock", {"advance": 5})
    assert fake.predict(once).status == 503
    fake.told("DELETE", "/_fake/rules")
    assert fake.told("GET", "/_fake/clock") == {"manual": 5}
    assert fake.predict(once).status == 200


def test_a_name_of_many_kinds_of_characters_finds_its_rule(fake: Asked) -> None:
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
def test_what_is_no_rule_is_refused_with_one(fake: Asked, body: Any) -> None:
    status, message = fake.refused("POST", "/_fake/rules", body)
    assert status == 400
    assert '{"directives": "error=503 times=2"}' in message
    assert len(fake.told("GET", "/_fake/rules")["rules"]) == 1


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
    fake: Asked, method: str, path: str
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
    assert named == {(method, path) for path, method in EVERY if method not in ("GET", "HEAD")}


@pytest.mark.parametrize("raw", [b"", b"{}", b" {\n} "])
def test_a_body_that_says_nothing_will_do_where_none_is_read(fake: Asked, raw: bytes) -> None:
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
    lasting: Asked, route: tuple[str, str], raw: bytes
) -> None:
    method, path = route
    response = lasting.ask(method, f"/_fake/{path}", raw)
    assert response.status in (200, 400, 404)
    assert response.status == 200 or json.loads(response.body)["error"]["message"]


def test_a_rule_has_one_name(fake: Asked) -> None:
    body = {"directives": "drop", "name": "other"}
    assert fake.refused("PUT", "/_fake/rules/mine", body)[0] == 400


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_directives_that_cannot_be_followed_are_refused(fake: Asked, method: str) -> None:
    path = "/_fake/rules" + ("/mine" if method == "PUT" else "")
    status, message = fake.refused(method, path, {"directives": "fliter=1"})
    assert status == 400
    assert message.startswith("imagen-fake: 'fliter=1' is no directive.")


def test_too_many_rules_are_refused(fake: Asked) -> None:
    for _ in range(MOST_RULES - 1):
        fake.state.rules.add("drop")
    status, message = fake.refused("POST", "/_fake/rules", {"directives": "drop"})
    assert (status, message) == (400, f"imagen-fake: There are {MOST_RULES} rules; remove some.")


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
    fake: Asked, method: str, path: str, raw: bytes
) -> None:
    assert fake.refused(method, f"/_fake/{path}", raw)[0] == 400


def test_settings_are_changed_until_the_reset(fake: Asked) -> None:
    before = fake.told("GET", "/_fake/config")
    after = fake.told("PATCH", "/_fake/config", {"strict": True, "as_of": "2025-09-01"})
    assert after == {**before, "strict": True, "as_of": "2025-09-01"}
    assert fake.told("GET", "/_fake/config") == after
    assert fake.told("PATCH", "/_fake/config", {"strict": False})["as_of"] == "2025-09-01"
    fake.told("POST", "/_fake/reset")
    assert fake.told("GET", "/_fake/config") == before


@pytest.mark.parametrize("body", [{"as_of": "soon"}, {"strict": 1}, {"auth": "any"}])
def test_settings_that_cannot_be_are_refused_and_nothing_is_changed(fake: Asked, body: Any) -> None:
    before = fake.told("GET", "/_fake/config")
    assert fake.refused("PATCH", "/_fake/config", {"allowlisted": False, **body})[0] == 400
    assert fake.told("GET", "/_fake/config") == before


def test_captions_can_be_switched_off_while_answers_are_kept(fake: Asked) -> None:
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
def test_a_day_after_the_end_of_a_model_is_answered_so_at_once(fake: Asked, path: str) -> None:
    kept = [fake.predict(path=path) for _ in range(2)]
    assert [one.status for one in kept] == [200, 200]
    fake.told("PATCH", "/_fake/config", {"as_of": "2026-09-01"})
    assert fake.predict(path=path).status == 404
    fake.told("PATCH", "/_fake/config", {"as_of": None})
    again = fake.predict(path=path)
    assert (again.status, again.body) == (200, kept[0].body)


def test_a_day_before_the_end_of_a_model_is_warned_of_at_once(fake: Asked) -> None:
    assert fake.predict().header("x-imagen-fake-warnings") is None
    fake.told("PATCH", "/_fake/config", {"as_of": "2026-08-01"})
    assert "is deprecated" in (fake.predict().header("x-imagen-fake-warnings") or "")


def test_strictness_counts_at_once(fake: Asked) -> None:
    assert fake.predict(negativePrompt="pears").status == 200
    fake.told("PATCH", "/_fake/config", {"strict": True})
    assert fake.predict(negativePrompt="pears").status == 400


def test_the_clock_is_moved_on_and_quotas_recover(fake: Asked) -> None:
    fake.told("POST", "/_fake/rules", {"directives": "quota=1 clock=manual"})
    assert fake.told("GET", "/_fake/clock") == {"manual": 0}
    assert [fake.predict().status for _ in range(2)] == [200, 429]
    assert fake.told("POST", "/_fake/clock", {"advance": 59.5}) == {"manual": 59.5}
    assert fake.predict().status == 429
    assert fake.told("POST", "/_fake/clock", {"advance": 1}) == {"manual": 60.5}
    assert fake.predict().status == 200


@pytest.mark.parametrize("step", ['"1"', "true", "null", "[]", "-1", "1000000001", "1" * 100])
def test_a_step_that_the_clock_cannot_take_is_refused(fake: Asked, step: str) -> None:
    raw = f'{{"advance": {step}}}'.encode()
    status, message = fake.refused("POST", "/_fake/clock", raw)
    assert status == 400
    assert "seconds" in message
    assert fake.told("GET", "/_fake/clock") == {"manual": 0}


def test_others_are_answered_while_a_reset_waits_for_the_storage(fake: Asked) -> None:
    storage, before = fake.state.storage, fake.state.generation
    assert isinstance(storage, Storage)
    storage.write("gs://pictures/a", b"data", "image/png")
    with ThreadPoolExecutor(1) as pool:
        with storage.folder.locked("gs://"):
            reset = pool.submit(fake.told, "POST", "/_fake/reset")
            while not before.over:
                assert not reset.done()
            assert fake.predict().status == 200
            assert not reset.done()
        assert reset.result(30) == {}
    assert fake.ask("GET", "/storage/v1/b/pictures/o/a").status == 404


def test_a_reset_forgets_everything(fake: Asked) -> None:
    fake.state.storage.write("gs://pictures/a", b"data", "image/png")
    fake.told("POST", "/_fake/rules", {"directives": "drop", "name": "mine"})
    fake.told("POST", "/_fake/clock", {"advance": 5})
    fake.ask("POST", PREDICT, {})
    assert fake.told("POST", "/_fake/reset") == {}
    assert fake.told("GET", "/_fake/calls") == {"calls": []}
    assert [one["name"] for one in fake.told("GET", "/_fake/rules")["rules"]] == ["rule-1"]
    assert fake.told("GET", "/_fake/clock") == {"manual": 0}
    assert fake.ask("GET", "/storage/v1/b/pictures/o/a").status == 404

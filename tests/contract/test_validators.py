"""The reference validator and the fake's own give the same verdict, of every body there is."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs
from hypothesis import given, settings
from hypothesis import strategies as st

from imagen_fake import spec
from imagen_fake.contract.bodies.cases import every_case, operations
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.bodies.strategies import invalid_cases, valid_cases
from imagen_fake.contract.exchange import Case
from imagen_fake.json_tree import objects
from tests.sweep import sweep

DIFFERING = {
    r"\\d": "jsonschema takes the digits of every script, jsonschema-rs those of ASCII",
    r"\\w": "jsonschema takes the letters of every script, jsonschema-rs those of ASCII",
    r"\\b": "it stands between letters, of which each has its own",
    r"\\Z": "jsonschema-rs builds no validator of it",
    r"\{,": "jsonschema-rs builds no validator of it",
    r"\\S": "jsonschema counts U+001C to U+001F and U+0085 as blank, jsonschema-rs U+FEFF",
    r"(?<!\[\^)\\s(?!\\u001c-\\u001f\\u0085\\ufeff\])": "the same; together with these it is equal",
    r"(?<!\(\?!\\n\))\$": "jsonschema's matches before a newline at the end, too",
}
"""What patterns must not have, and why."""


def schemas() -> Iterator[tuple[str, Any]]:
    for file in sorted(spec.ROOT.rglob("*.json")):
        document = spec.read(file.relative_to(spec.ROOT).as_posix())
        if file.parent.name in {"tasks", "models", "responses"}:
            yield file.name, document
        elif "request" in document:
            yield file.name, document["request"]


def patterns() -> list[str]:
    return [
        f"{name}: {node['pattern']}"
        for name, schema in schemas()
        for path, node in objects(schema)
        if isinstance(node.get("pattern"), str) and path[-1:] not in {("x-errors",), ("x-tokens",)}
    ]


@sweep("pattern", patterns)
def test_no_pattern_is_read_otherwise_by_the_other_validator(pattern: str) -> None:
    _, _, text = pattern.partition(": ")
    escaped = text.encode("ascii", "backslashreplace").decode()
    assert [why for part, why in DIFFERING.items() if re.search(part, escaped)] == []


@sweep("schema", schemas, ids=lambda named: named[0])
def test_no_multiple_is_asked_for(schema: tuple[str, Any]) -> None:
    """0.3 is no multiple of 0.1 to jsonschema, and is one to jsonschema-rs."""
    assert [path for path, node in objects(schema[1]) if "multipleOf" in node] == []


@cache
def other_validator(operation: Operation) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(dict(operation.document))


def assert_same_verdict(case: Case) -> None:
    operation = Operation(case.model, case.task, case.surface)
    body = operation.with_defaults(case.body, operation.document)
    assert operation.validator.is_valid(body) == other_validator(operation).is_valid(body)


def test_both_validators_give_the_same_verdict_of_every_listed_body() -> None:
    cases = [case for case in every_case() if not isinstance(case.body, bytes)]
    assert len(cases) > 3951
    for case in cases:
        assert_same_verdict(case)


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_both_validators_give_the_same_verdict_of_generated_bodies(data: st.DataObject) -> None:
    operation = data.draw(st.sampled_from(list(operations())))
    assert_same_verdict(data.draw(st.one_of(valid_cases(operation), invalid_cases(operation))))

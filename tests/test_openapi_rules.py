"""What generators, linters and mocks need of a document beyond that it is valid OpenAPI."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from imagen_fake.openapi import PATHS, document
from imagen_fake.surfaces import control
from tests.openapi.reading import operations

CONTROL = json.loads(Path(control.__file__).with_name("control.json").read_text())
DOCUMENTS = {**{name: document(name) for name in PATHS}, "all": document(), "control": CONTROL}
ALL = pytest.mark.parametrize("found", DOCUMENTS.values(), ids=DOCUMENTS.keys())

BELOW = {"items", "not", "if", "then", "else", "contains", "x-documented", "additionalProperties"}
LISTS, NAMED = {"allOf", "anyOf", "oneOf"}, {"properties", "patternProperties", "$defs"}
PLAIN = re.compile("[A-Za-z][A-Za-z0-9_]*")


def schemas(found: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every schema of a document with the path to it."""
    yield from _named("", found.get("components", {}).get("schemas", {}))
    for path, part in _mappings("", found):
        if isinstance(part.get("schema"), Mapping):
            yield from _below(f"{path}/schema", part["schema"])


def _mappings(path: str, node: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every mapping of a document outside of its named schemas and examples."""
    if isinstance(node, Mapping):
        yield path, node
        for key in node.keys() - {"schemas", "examples", "schema"}:
            yield from _mappings(f"{path}/{key}", node[key])
    elif isinstance(node, list):
        for place, one in enumerate(node):
            yield from _mappings(f"{path}/{place}", one)


def _named(path: str, named: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, schema in named.items():
        yield from _below(f"{path}/{name}", schema)


def _below(path: str, schema: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if not isinstance(schema, Mapping):
        return
    yield path, schema
    for key in sorted(BELOW & schema.keys()):
        yield from _below(f"{path}/{key}", schema[key])
    for key in sorted(LISTS & schema.keys()):
        yield from _named(f"{path}/{key}", dict(_numbered(schema[key])))
    for key in sorted(NAMED & schema.keys()):
        yield from _named(f"{path}/{key}", schema[key])


def _numbered(listed: list[Any]) -> Iterator[tuple[str, Any]]:
    return ((str(place), one) for place, one in enumerate(listed))


def types(schema: Mapping[str, Any]) -> list[str]:
    found = schema.get("type", [])
    return [found] if isinstance(found, str) else list(found)


def takes(found: Any, schema: Mapping[str, Any], value: Any) -> bool:
    """Whether a schema of the document takes a value."""
    referred = {"components": found["components"]} if '"$ref"' in json.dumps(schema) else {}
    return jsonschema_rs.is_valid({**schema, **referred}, value)


@ALL
def test_every_list_tells_what_is_in_it(found: Any) -> None:
    lists = [(path, schema) for path, schema in schemas(found) if "array" in types(schema)]
    assert [path for path, schema in lists if "items" not in schema] == []


@ALL
def test_a_schema_takes_its_own_default_choices_and_examples(found: Any) -> None:
    refused = [
        path
        for path, schema in schemas(found)
        for value in [
            *([schema["default"]] if "default" in schema else []),
            *schema.get("enum", []),
            *schema.get("examples", []),
        ]
        if not takes(found, schema, value)
    ]
    assert refused == []


@ALL
def test_no_default_is_an_object(found: Any) -> None:
    objects = [path for path, schema in schemas(found) if schema.get("default") == {}]
    assert objects == []


@ALL
def test_an_object_that_may_be_null_is_an_alternative_to_null(found: Any) -> None:
    mixed = [
        path
        for path, schema in schemas(found)
        if len(types(schema)) > 1 and "properties" in schema and "x-documented" not in path
    ]
    assert mixed == []


@ALL
def test_choices_are_texts_unless_they_belong_to_a_rule(found: Any) -> None:
    odd = [
        path
        for path, schema in schemas(found)
        if not re.search("/(allOf|not|if|then)/", path)
        and not all(one is None or isinstance(one, str) for one in schema.get("enum", []))
    ]
    assert odd == []


@ALL
def test_choices_that_may_be_null_have_no_list_of_types(found: Any) -> None:
    listed = [
        path for path, schema in schemas(found) if "enum" in schema and len(types(schema)) > 1
    ]
    assert listed == []


@ALL
def test_alternatives_are_several(found: Any) -> None:
    assert [path for path, schema in schemas(found) if len(schema.get("anyOf", [0, 0])) < 2] == []


@ALL
def test_no_two_schemas_get_one_name_in_a_generated_client(found: Any) -> None:
    named = found["components"].get("schemas", {})
    titles = [schema["title"] for _, schema in schemas(found) if "title" in schema]
    repeated = Counter(re.sub("[^a-z0-9]", "", name.lower()) for name in [*named, *titles])
    assert [name for name, times in repeated.items() if times > 1] == []


@ALL
def test_names_are_plain(found: Any) -> None:
    names = [operation["operationId"] for _, _, operation in operations(found)]
    names += [name for part in found["components"].values() for name in part]
    assert [name for name in names if not PLAIN.fullmatch(name)] == []


@ALL
def test_every_tag_is_declared_with_a_description_and_used(found: Any) -> None:
    used = {tag for _, _, operation in operations(found) for tag in operation["tags"]}
    assert {tag["name"] for tag in found["tags"] if tag["description"]} == used


@ALL
def test_every_operation_tells_what_it_does(found: Any) -> None:
    silent = [path for path, _, one in operations(found) if not one.get("summary")]
    assert silent == []


@pytest.mark.parametrize("surface", PATHS)
def test_a_text_of_an_answer_with_a_pattern_has_an_example(surface: str) -> None:
    found = document(surface)
    answers = {path: schema for path, schema in schemas(found) if path.startswith("/response_")}
    assert answers
    assert [
        path for path, one in answers.items() if "pattern" in one and "examples" not in one
    ] == []

"""Cassettes as files."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from vcr.serialize import deserialize  # type: ignore[import-untyped]
from vcr.serializers import yamlserializer  # type: ignore[import-untyped]

from imagen_fake.contract.cassettes.cassette import Cassette, Provenance, read, to_yaml, write
from imagen_fake.contract.exchange import Request, Response

PROVENANCE = Provenance(
    "A picture.", "reported", ("github:a/b#1",), "quotation", "2026-07",
    when={"as_of": date(2026, 7, 20)},
)  # fmt: skip
ASKED = Request("POST", "https://a.example/v1/m:predict", ((b"A", b"1"), (b"A", b"2")), b"{\n}")
HELD = Cassette("one", PROVENANCE, ((ASKED, Response(404, ((b"B", b"3"),), b"{\n}\n")),))


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    assert read(write(HELD, tmp_path)) == HELD


def test_a_cassette_may_lie_in_a_folder_of_its_own(tmp_path: Path) -> None:
    path = write(replace(HELD, name="vertex/one"), tmp_path)
    assert path == tmp_path / "vertex" / "one.yaml"
    assert read(path, tmp_path).name == "vertex/one"


@pytest.mark.parametrize("odd", ["\r", "\x85", "\u2028", "\x00", "\ufeff", "\t", " \n", "'\"#: "])
def test_odd_characters_are_kept(tmp_path: Path, odd: str) -> None:
    asked = replace(ASKED, body=f"{odd}a\n{odd}b{odd}".encode())
    held = replace(HELD, interactions=((asked, HELD.interactions[0][1]),))
    assert read(write(held, tmp_path)) == held


def test_bodies_keep_their_lines() -> None:
    assert "      body: |-\n        {\n        }\n" in to_yaml(HELD)


def test_what_is_not_said_takes_no_line() -> None:
    assert "unsettled" not in to_yaml(HELD)
    assert "as_of: 2026-07-20" in to_yaml(HELD)


def test_vcr_reads_what_is_written() -> None:
    (request,), (response,) = deserialize(to_yaml(HELD), yamlserializer)
    assert (request.method, request.uri, request.body) == ("POST", ASKED.url, ASKED.body)
    assert response["status"] == {"code": 404, "message": "Not Found"}
    assert response["headers"] == {"B": ["3"]}
    assert response["body"] == {"string": b"{\n}\n"}


def test_a_status_that_http_does_not_have_has_no_words() -> None:
    held = replace(HELD, interactions=((ASKED, Response(499, (), b"{}\n")),))
    _, (response,) = deserialize(to_yaml(held), yamlserializer)
    assert response["status"] == {"code": 499, "message": ""}


@pytest.mark.parametrize(
    "text",
    ["", "- 1", "version: 1\ninteractions: []\n", "provenance: {odd: 1}\ninteractions: []", "{"],
)
def test_a_file_that_is_no_cassette_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.yaml"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"other\.yaml is no cassette"):
        read(path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("provenance", "text"),
        ("sources", "contract-runs"),
        ("date", "../\x1b[2J"),
        ("case", ["a"]),
        ("findings", [{"check": ["metadata"]}]),
        ("uri", 5),
        ("headers", []),
        ("body", 5),
        ("code", "200"),
    ],
)
def test_a_value_of_another_type_is_refused_where_it_stands(
    tmp_path: Path, name: str, value: object
) -> None:
    def changed(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: value if key == name else changed(child) for key, child in node.items()}
        return list(map(changed, node)) if isinstance(node, list) else node

    held = replace(HELD.provenance, case="plain", findings=({"check": "metadata"},))
    document = yaml.safe_load(to_yaml(replace(HELD, provenance=held)))
    path = tmp_path / "other.yaml"
    path.write_text(json.dumps(changed(document), default=str))
    with pytest.raises(ValueError, match=rf"is no cassette: \$\..*\b{name}\b"):
        read(path)


@pytest.mark.parametrize("findings", ["&a [1, *a]", "[&a [1], &b [*a, *a], [*b, *b]]", "[" * 5000])
def test_a_few_lines_never_become_more_than_they_are(tmp_path: Path, findings: str) -> None:
    path = tmp_path / "other.yaml"
    path.write_text(f"provenance:\n  findings: {findings}\n")
    with pytest.raises(ValueError, match=r"other\.yaml is no cassette"):
        read(path)

"""`docs/migrating.md` says of each parameter what `migration.json` does."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from imagen_fake.migration.note import facts
from tests.documents import pages

PAGE = pages()["docs/migrating.md"]


def rows() -> Iterator[str]:
    for name, fact in facts("fields").items():
        yield row(f"`{name}`", fact)
        if "absent" in fact:
            yield row(f"`{name}` left out", fact["absent"])


def row(name: str, fact: Mapping[str, Any]) -> str:
    place = f"`{fact['to']}`" if "to" in fact else "-"
    text = re.sub(r"\{(\w+)\}", r"*\1*", fact["text"])
    return f"| {name} | {place} | {fact['verdict']} | {text} | {fact['x-grade']} |"


def shown(heading: str) -> list[str]:
    table = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return [line for line in table.splitlines() if line.startswith("| `")]


def test_the_table_of_parameters_is_that_of_the_facts() -> None:
    assert shown("Parameter by parameter") == list(rows())


def test_the_table_of_tasks_is_that_of_the_facts() -> None:
    expected = []
    for name, fact in facts("tasks").items():
        goes_on = f" {fact['stays']['text']}" if "stays" in fact else ""
        text = re.sub(r"\{(\w+)\}", r"*\1*", fact["text"] + goes_on)
        expected.append(f"| `{name}` | {fact['verdict']} | {text} | {fact['x-grade']} |")
    assert shown("Task by task") == expected


def test_the_table_of_the_answer_is_that_of_the_facts() -> None:
    assert shown("The answer") == [
        f"| `{name}` | {fact['text']} | {fact['x-grade']} |"
        for name, fact in facts("answer").items()
    ]

"""What linters find in the document: nothing, with the settings in `project/`."""

import json
from collections.abc import Iterator

from tests.openapi_tools.workplace import Workplace


def linters(here: Workplace) -> Iterator[tuple[str, int]]:
    """Each linter, and how many problems it found; it has printed them."""
    options = ["lint", "openapi.json", "--ruleset", "spectral.yaml", "--format", "json", "--quiet"]
    yield "spectral", _shown(json.loads(here.node("spectral", *options, codes=(0, 1))))
    options = ["lint", "openapi.json", "--config", "redocly.yaml", "--format=json"]
    yield "redocly", _shown(json.loads(here.node("redocly", *options, codes=(0, 1)))["problems"])


def _shown(problems: list[object]) -> int:
    for problem in problems:
        print(problem)  # noqa: T201
    return len(problems)

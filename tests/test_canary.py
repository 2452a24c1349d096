import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.canary import ROOT, TESTS
from tests.sweep import sweep

PACKAGE = ROOT / "imagen_fake"
OWN = {"self", "cls"}
PUBLIC = {"_replace", "_asdict", "_fields", "_make", "_exit"}
"""Documented, in spite of the underscore: of named tuples, and of `os`."""
INNER = re.compile(r"\buvicorn\.protocols\b|\bclient_proto\b")
"""Modules that their libraries do not document."""


def attributes(file: Path) -> Iterator[str]:
    """The attributes that a module reads of anything but itself."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) not in OWN:
            yield node.attr


def leans_on_inner_parts(file: Path) -> bool:
    private = {name for name in attributes(file) if re.match("_[^_]", name)}
    return bool(private - PUBLIC or INNER.search(file.read_text(encoding="utf-8")))


@cache
def leaning() -> list[Path]:
    return [file for file in sorted(PACKAGE.rglob("*.py")) if leans_on_inner_parts(file)]


@sweep("file", leaning, ids=lambda file: file.relative_to(PACKAGE))
def test_the_canary_runs_the_tests_of_what_leans_on_inner_parts(file: Path) -> None:
    test = file.relative_to(PACKAGE).with_name(f"test_{file.name}")
    assert str(test) in [name for names in TESTS.values() for name in names]


def test_the_modules_known_to_lean_on_inner_parts_are_found() -> None:
    names = {str(file.relative_to(PACKAGE)) for file in leaning()}
    assert names >= {"imaging/files/codec.py", "server/protocol.py", "testing/http_client.py"}


@sweep("name", [name for names in TESTS.values() for name in names])
def test_what_the_canary_runs_is_there(name: str) -> None:
    assert (ROOT / "tests" / name).is_file()

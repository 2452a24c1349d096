"""The table of `docs/beside.md`: each row has a test, with the version that the row names."""

import re
from pathlib import Path

from tests.beside.environments import HERE, folders, pins
from tests.documents import ROOT, pages
from tests.sweep import sweep

PAGE = pages()["docs/beside.md"]
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \| `([^|]+)` \|$", re.MULTILINE)
ROWS = ROW.findall(PAGE.partition("<!-- beside -->")[2].partition("<!-- beside end -->")[0])
"""The library, its version and the test of each row."""

OWN = "Python's own"
"""The version of what is in the standard library."""


def test_every_test_has_a_row() -> None:
    tests = {file.relative_to(ROOT).as_posix() for file in HERE.glob("*/test_*.py")}
    assert {test for _, _, test in ROWS} == tests


def test_every_line_of_the_table_is_such_a_row() -> None:
    table = PAGE.partition("<!-- beside -->")[2].partition("<!-- beside end -->")[0]
    assert len(table.strip().splitlines()) == len(ROWS) + 2  # and its head


@sweep("row", ROWS)
def test_a_row_names_the_version_that_is_pinned(row: tuple[str, str, str]) -> None:
    library, version, test = row
    pinned = pins((ROOT / test).parent)
    assert version == pinned.get(library, OWN)
    assert library in pinned or version == OWN


@sweep("folder", [folder.name for folder in folders()])
def test_a_folder_runs_its_tests_with_warnings_as_errors(folder: str) -> None:
    settings = Path(HERE, folder, "pytest.ini").read_text(encoding="utf-8")
    assert "filterwarnings =\n    error\n" in settings

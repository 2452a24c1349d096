"""README and the pages of `docs/`, and the blocks in them that are marked."""

import re
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"


def pages() -> Mapping[str, str]:
    """The text of each page by its path from the root, README first."""
    files = (README, *sorted((ROOT / "docs").glob("*.md")))
    return {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in files}


def block(marker: str) -> str:
    """What stands in the block of code below `<!-- marker -->`, on whatever page.

    Raises LookupError if there is none.
    """
    for text in pages().values():
        if found := re.search(rf"<!-- {re.escape(marker)} -->\n```\w+\n(.*?)```", text, re.DOTALL):
            return found[1]
    raise LookupError(f"no page has a block {marker!r}")

"""`python -m tests.aimock [--write]`: the contract kit held against aimock, and against the fake.

Both are asked at a URL, on the surface that aimock has: the Gemini API. `--write` writes the
figures into docs/aimock.md. Exits with 1 if the fake differs, or nobody could be asked.
"""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from imagen_fake.config import Config
from imagen_fake.server.http import serve_in_thread
from tests.aimock.server import NAME, VERSION, aimock
from tests.aimock.table import figures, table
from tests.documents import ROOT

PAGE = ROOT / "docs" / "aimock.md"
FIGURES = re.compile(r"(?<=<!-- figures -->\n).*?(?=<!-- end -->)", re.DOTALL)
COMMAND = ("-m", "imagen_fake", "contract", "--surface", "gemini", "--target")


def contract(url: str) -> Mapping[str, Any]:
    """The JSON report of a run against a URL; what it prints goes to standard error."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "report.json")
        command = [sys.executable, *COMMAND, url, "--report", str(file)]
        subprocess.run(command, check=False, stdout=sys.stderr)
        report: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return report


@click.command()
@click.option("--write", is_flag=True, help="Write the figures into docs/aimock.md.")
def main(write: bool) -> None:
    """Run both, and print what is on the page."""
    with aimock() as url:
        other = contract(url)
    with serve_in_thread(Config()) as url:
        fake = contract(url)
    lines = [
        f"- {figures(f'`{NAME}` {VERSION}', other)}",
        f"- {figures('imagen-fake', fake)}",
        "",
        *table(other),
    ]
    text = "\n".join(lines) + "\n"
    click.echo(text, nl=False)
    if write:
        page = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(FIGURES.sub(lambda _: text, page), encoding="utf-8")
    sys.exit(0 if fake["passed"] and other["asked"] else 1)


if __name__ == "__main__":
    main()

"""The snippets of README and `docs/`, each where nothing is installed but what its line names.

`python -m tests.snippets [NAME ...]`, all of them without a name; fetches packages.
"""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import click
from PIL import Image

from tests.clients.kinds import variables
from tests.clients.snippet import DEFAULT_GRPC, DEFAULT_URL
from tests.documents import ROOT, pages

SNIPPET = re.compile(r"<!-- snippet: (\w+) -->\n```(\w+)\n(.*?)```", re.DOTALL)
INSTALL = re.compile(r"`((?:pip|npm) install [^`]+)`")
RUNNERS = {"jest": ("npx", "jest"), "vitest": ("npx", "vitest", "run")}
"""What runs tests in JavaScript and TypeScript, by the names of their snippets."""

PICTURES = {
    "apple.png": [("PNG", (1024, 1024))],
    "apple.jpg": [("JPEG", (1408, 768)), ("JPEG", (1376, 768))],
}
"""The files that snippets leave, and their formats and sizes: Imagen's square, 3 Pro's wide."""

FAKE = (sys.executable, "-m", "imagen_fake")


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of code, its language, and the line that installs what it needs."""

    name: str
    language: str
    code: str
    install: str

    @property
    def is_test(self) -> bool:
        """Whether pytest runs it."""
        return "def test_" in self.code

    @property
    def runner(self) -> str:
        """The package of JavaScript that runs it as tests; empty without one."""
        return self.name if self.name in RUNNERS else ""


def snippets() -> Iterator[Snippet]:
    """Those of every page, with what the paragraph before each installs. Raises LookupError."""
    for page, text in pages().items():
        yield from snippets_of(page, text)


def snippets_of(page: str, text: str) -> Iterator[Snippet]:
    """Those of the text of a page. Raises LookupError for one whose paragraph installs nothing."""
    for found in SNIPPET.finditer(text):
        lines = INSTALL.findall(text[: found.start()].rstrip().rpartition("\n\n")[2])
        if not lines:
            raise LookupError(f"{page} does not say how to install what {found[1]!r} needs")
        yield Snippet(found[1], found[2], found[3], lines[0])


@click.command()
@click.argument("names", nargs=-1)
def main(names: Sequence[str]) -> None:
    """Run the named snippets against a fake; exit code 1 if one fails."""
    failed = []
    with TemporaryDirectory() as keys:
        for snippet in snippets():
            if not names or snippet.name in names:
                start = monotonic()
                works = _works(snippet, Path(keys))
                said = "works" if works else "FAILS"
                click.echo(f"{said} {snippet.name} in {monotonic() - start:.0f} s")
                failed += [] if works else [snippet.name]
    sys.exit(1 if failed else 0)


def _works(snippet: Snippet, keys: Path) -> bool:
    secure = DEFAULT_GRPC in snippet.code
    with TemporaryDirectory() as name, _served(keys, secure=secure) as (addresses, led):
        folder, code = Path(name), snippet.code
        for default, address in addresses.items():
            code = code.replace(default, address)
        environment = {**variables(addresses[DEFAULT_URL]), **led}
        try:
            for command in (*_installed(snippet, folder), _run(snippet, code, folder)):
                subprocess.run(command, cwd=folder, env=environment, check=True)
        except subprocess.CalledProcessError:
            return False
        return all(_is_picture(folder / file) for file in PICTURES if file in code)


def _installed(snippet: Snippet, folder: Path) -> Iterator[Sequence[str]]:
    """The commands that install what the line names, this project as it is here."""
    program, *arguments = shlex.split(snippet.install)
    if program == "npm":
        yield [program, *arguments, "--no-audit", "--no-fund", "--loglevel=error"]
        return
    ours = [re.sub(r"^imagen-fake", str(ROOT), one) for one in arguments]
    yield [sys.executable, "-m", "venv", "venv"]
    yield [_python(folder), "-m", program, "--disable-pip-version-check", *ours, "-qq"]


def _run(snippet: Snippet, code: str, folder: Path) -> Sequence[str]:
    names = {"python": "test_it.py", "js": "it.test.js" if snippet.runner else "it.cjs"}
    file = folder / {**names, "ts": "it.test.ts"}[snippet.language]
    file.write_text(code, encoding="utf-8")
    if snippet.runner:
        return RUNNERS[snippet.runner]
    if snippet.language == "js":
        return ["node", file.name]
    return [_python(folder), *(["-m", "pytest", "-q"] if snippet.is_test else []), file.name]


def _python(folder: Path) -> str:
    return str(folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python")


@contextmanager
def _served(keys: Path, *, secure: bool) -> Iterator[tuple[Mapping[str, str], Mapping[str, str]]]:
    """What stands in place of the pages' addresses, and the variables that they say to set."""
    options = ["--grpc-port", "0", "--tls", "--keys", str(keys)] if secure else []
    command = [*FAKE, "serve", "--port", "0", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        said = process.stdout.readline()
        found = re.search(r"listens on (\S+?)(?:, gRPC on port (\d+))?$", said)
        assert found
        led = {"GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": str(keys / "tls" / "ca.pem")} if secure else {}
        yield {DEFAULT_URL: found[1], DEFAULT_GRPC: f"localhost:{found[2]}"}, led
        process.terminate()


def _is_picture(file: Path) -> bool:
    with Image.open(file) as image:
        return (image.format, image.size) in PICTURES[file.name]


if __name__ == "__main__":
    main()

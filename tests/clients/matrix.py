"""The clients there are, their cached environments, and what a run of each came to."""

import hashlib
import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

from tests.clients.kinds import HERE, KINDS, Kind, variables

ROOT = HERE.parent.parent
MARKER = "complete"
TIMEOUT = 300.0
"""How many seconds the tests of one client may take; vertexai alone retries for 120."""


@dataclass(frozen=True, slots=True)
class Client:
    """A folder with a client's pins and tests."""

    folder: Path
    kind: Kind

    @property
    def name(self) -> str:
        """What the command line calls it."""
        return self.folder.name

    @property
    def version(self) -> str:
        """The pinned version."""
        return self.kind.version(self.folder)

    @property
    def environment(self) -> Path:
        """Where its packages are installed; another folder for other pins or another Python."""
        pins = (self.folder / self.kind.manifest).read_bytes()
        digest = hashlib.sha256(pins + self.kind.toolchain().encode()).hexdigest()
        return cache() / f"{self.name}-{digest[:12]}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one client's tests came to; times in seconds."""

    client: Client
    passed: int
    failed: int
    installing: float
    running: float


def clients(home: Path = HERE, kinds: Sequence[Kind] = KINDS) -> Iterator[Client]:
    """Every client whose folder lies in a home, by name."""
    for folder in sorted(home.iterdir()):
        for kind in kinds:
            if (folder / kind.manifest).is_file():
                yield Client(folder, kind)


def cache() -> Path:
    """The folder of all environments."""
    chosen = os.environ.get("IMAGEN_FAKE_CLIENTS_CACHE")
    return Path(chosen).absolute() if chosen else ROOT / ".cache" / "clients"


def run(client: Client, url: str) -> Outcome:
    """Install the client if it is not, and run its tests against the fake at a URL.

    An installation that fails counts as one failed test: the other clients still get their turn.
    """
    start = time.monotonic()
    try:
        install(client)
    except subprocess.CalledProcessError:
        return Outcome(client, 0, 1, time.monotonic() - start, 0.0)
    installed = time.monotonic()
    passed, failed = test(client, url)
    return Outcome(client, passed, failed, installed - start, time.monotonic() - installed)


def install(client: Client) -> None:
    """Build the client's environment unless a complete one is there.

    The marker is written last, so that an interrupted installation starts over.
    """
    marker = client.environment / MARKER
    if not marker.exists():
        client.environment.parent.mkdir(parents=True, exist_ok=True)
        client.kind.build(client.folder, client.environment)
        marker.touch()


def test(client: Client, url: str) -> tuple[int, int]:
    """How many of the client's tests passed and failed.

    A run that ends badly without saying which test failed counts as one failure more.
    """
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        code = _finish(client, url, report)
        total, failed = tally(report) if report.exists() else (0, 0)
    return total - failed, failed or int(code != 0 or total == 0)


def tally(report: Path) -> tuple[int, int]:
    """How many tests a JUnit report counts, and how many of them did not pass.

    A skipped test did not pass: a client that cannot do something has no test for it.
    """
    cases = ElementTree.parse(report).getroot().findall(".//testcase")  # noqa: S314 (our own)
    bad = [case for case in cases if {"failure", "error", "skipped"} & {part.tag for part in case}]
    return len(cases), len(bad)


def _finish(client: Client, url: str, report: Path) -> int:
    command = client.kind.command(client.folder, client.environment, report)
    environment = {**variables(url), **client.kind.settings(client.environment)}
    try:
        return subprocess.run(
            command, cwd=ROOT, env=environment, timeout=TIMEOUT, check=False
        ).returncode
    except subprocess.TimeoutExpired:
        return 1

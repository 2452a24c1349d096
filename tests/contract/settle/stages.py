"""A service played by a fake with some facts changed, and the commands of whoever records it."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE

from imagen_fake import spec
from imagen_fake.contract.cassettes.cassette import Cassette, read
from tests.http import call
from tests.unmeasured import unmeasured

MODEL = "virtual-try-on-001"
PROJECT = "quietmoon-prod"
BUDGET = "0.06"
METADATA = "/computeMetadata/v1/instance/service-accounts/default/token"
PLAY = ("serve", "--port", "0", "--auth", "issued", "--not-allowlisted", "--ready-file", "-")


@dataclass(frozen=True, slots=True)
class Service:
    """What plays the service: its URL, and a token that it has issued."""

    url: str
    token: str

    @property
    def variables(self) -> Mapping[str, str]:
        """The environment of somebody who has the token."""
        return {"GOOGLE_VERTEX_BASE_URL": self.url, "CLOUDSDK_AUTH_ACCESS_TOKEN": self.token}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command printed, and its exit code."""

    code: int
    output: str

    def facts(self, outcome: str) -> set[str]:
        """The pointers of the facts of which a run says so."""
        lines = self.output.splitlines()
        opening = f"{outcome}: "
        return {line.removeprefix(opening).split(" (")[0] for line in lines
                if line.startswith(opening)}  # fmt: skip


@contextmanager
def played(schemas: Path, *options: str) -> Iterator[Service]:
    """A service in a process of its own, with the facts of a folder and options of serve."""
    with subprocess.Popen(
        [*command(schemas), *PLAY, *options], env=unmeasured(), stdout=PIPE
    ) as child:
        try:
            assert child.stdout is not None
            url = json.loads(child.stdout.readline())["url"]
            answer = call(url, METADATA, **{"Metadata-Flavor": "Google"})
            yield Service(url, answer.json["access_token"])
        finally:
            child.terminate()


def run(*arguments: str, schemas: Path = spec.ROOT, service: Service | None = None) -> Outcome:
    """A command of imagen-fake, with the facts of a folder."""
    variables = {**unmeasured(), **(service.variables if service else {})}
    done = subprocess.run(
        [*command(schemas), *arguments], env=variables, capture_output=True, text=True, check=False
    )
    return Outcome(done.returncode, done.stdout + done.stderr)


def record(service: Service, folder: Path, schemas: Path = spec.ROOT) -> Outcome:
    """A live run of the model within the price of one picture, recorded in a folder.

    The file `sent` beside it has the cases in order, `report.json` and `report.html` the results.
    """
    return run("contract", "--target", "vertex", "--model", MODEL, "--project", PROJECT,
               "--budget-usd", BUDGET, "--record", str(folder),
               "--resume", str(folder.parent / "sent"),
               *(f"--report={folder.parent / 'report'}.{ending}" for ending in ("json", "html")),
               schemas=schemas, service=service)  # fmt: skip


def recordings(folder: Path) -> list[Cassette]:
    """The cassettes in a folder."""
    return [read(path) for path in sorted(folder.glob("*.yaml"))]


def command(schemas: Path) -> list[str]:
    """The beginning of a command with the facts of a folder."""
    return [sys.executable, "-m", "tests.contract.settle.with_facts", str(schemas)]

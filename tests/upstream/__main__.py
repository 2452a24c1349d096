"""`python -m tests.upstream`: Google's tests of the SDK's five Imagen methods, in both API modes.

They come with the wheel of google-genai and ask the fake over real sockets. Exits with 1 unless
all of them pass.
"""

import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

from imagen_fake.cli.run import fake_environment
from imagen_fake.config import Config
from tests.clients.kinds import KINDS, variables
from tests.clients.matrix import Client, install
from tests.upstream import pictures

HERE = Path(__file__).parent
SDK = Client(HERE, KINDS[0])
METHODS = ("generate_images", "edit_image", "upscale_image", "recontext_image", "segment_image")
TESTS = [f"{room}test_{method}.py" for room in ("models/", "shared/models/") for method in METHODS]

MODES = {"[True-": "Vertex", "[False-": "Gemini"}
"""How the name of a test says which API its client asks."""

EXPECTED = {"Vertex": 39, "Gemini": 39}
TIMEOUT = 600.0


def main() -> int:
    """The exit code."""
    install(SDK)
    with TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        pictures.draw(tests() / "data")
        with fake_environment(Config()) as fake:
            pictures.upload(fake["IMAGEN_FAKE_URL"])
            _run({**fake, "GOOGLE_GENAI_REPLAYS_DIRECTORY": folder}, report)
        passed = tally(report) if report.exists() else Counter[str]()
    for mode, count in EXPECTED.items():
        print(f"{mode}: {passed[mode]} of {count} tests of google-genai {SDK.version} pass")  # noqa: T201
    return int(passed != EXPECTED)


def tests() -> Path:
    """The folder of the tests in the SDK's package."""
    return next(SDK.environment.glob("[Ll]ib/**/site-packages/google/genai/tests"))


def tally(report: Path) -> Counter[str]:
    """How many tests of each mode passed, as a JUnit report says."""
    passed = Counter[str]()
    for case in ElementTree.parse(report).getroot().iter("testcase"):  # noqa: S314 (our own)
        if not {"failure", "error", "skipped"} & {part.tag for part in case}:
            passed[_mode(case.get("name", ""))] += 1
    return passed


def _mode(name: str) -> str:
    return next((mode for mark, mode in MODES.items() if mark in name), "neither")


def _run(fake: Mapping[str, str], report: Path) -> None:
    """Ask the fake, whose variables are given."""
    python = SDK.environment / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    settings = ["-c", str(HERE / "pytest.ini"), "-p", "no:cacheprovider", f"--junitxml={report}"]
    chosen = [str(tests() / name) for name in TESTS]
    access = {"GOOGLE_CLOUD_LOCATION": "us-central1", "GOOGLE_API_KEY": "any-key"}
    environment = {**variables(fake["IMAGEN_FAKE_URL"]), **fake, **access, "PYTHONPATH": str(HERE)}
    command = [str(python), "-m", "pytest", "-p", "plugin", *settings, "--mode", "api", *chosen]
    subprocess.run(command, env=environment, timeout=TIMEOUT, check=False)


if __name__ == "__main__":
    sys.exit(main())

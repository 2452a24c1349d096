"""`python -m tests.downstream WHEEL`: test the sample project with that wheel installed."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from shutil import copytree, ignore_patterns
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent


def main(wheel: Path) -> int:
    """The exit code of the project's own test run, in an environment of its own."""
    described = tomllib.loads((HERE / "pyproject.toml").read_text())
    needed = [*described["project"]["dependencies"], *described["dependency-groups"]["test"]]
    fake = next(one for one in needed if one.startswith("imagen-fake"))
    needed[needed.index(fake)] = f"{fake} @ {wheel.absolute().as_uri()}"
    with TemporaryDirectory() as folder:
        project = copytree(HERE, Path(folder, "poster-shop"), ignore=ignore_patterns("__*"))
        subprocess.run([sys.executable, "-m", "venv", f"{folder}/venv"], check=True)
        python = f"{folder}/venv/bin/python"
        subprocess.run([python, "-m", "pip", "install", "-qq", *needed], check=True)
        tests = [python, "-m", "pytest", "-p", "no:cacheprovider", "-n2"]
        report = [f"--imagen-report={folder}/clients.json"]
        code = subprocess.run([*tests, *report], cwd=project, check=False).returncode
        found = json.loads(Path(folder, "clients.json").read_text())["findings"]
        return code or int("retried-error" not in {finding["check"] for finding in found})


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

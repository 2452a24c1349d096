import os
import subprocess
import sys
from pathlib import Path

from tests.clients.pictures import decoded
from tests.clients.snippet import DEFAULT_GRPC, run_snippet
from tests.documents import ROOT, block


def test_the_documented_snippet_saves_a_picture(secure: str, tmp_path: Path) -> None:
    run_snippet("vertexai_grpc", secure, tmp_path, DEFAULT_GRPC)
    assert decoded((tmp_path / "apple.png").read_bytes()).size == (1024, 1024)


def test_the_documented_test_passes(tmp_path: Path) -> None:
    code = block("snippet: pytest_grpc")
    (tmp_path / "test_page.py").write_text(code)
    plugin = ["-p", "imagen_fake.pytest_plugin", "-p", "no:cacheprovider"]
    run = [sys.executable, "-m", "pytest", "-q", *plugin, "test_page.py"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        run, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert "1 passed" in done.stdout

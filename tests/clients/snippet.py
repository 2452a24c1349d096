"""The snippets of README and `docs/`, run as a reader would run them."""

import subprocess
import sys
from pathlib import Path

from tests.documents import block

DEFAULT_URL = "http://127.0.0.1:8787"
DEFAULT_GRPC = "localhost:8788"


def run_snippet(name: str, address: str, folder: Path, default: str = DEFAULT_URL) -> None:
    """Run the Python snippet of that name in a folder; only the fake's address is another.

    Raises CalledProcessError if it fails.
    """
    code = block(f"snippet: {name}")
    assert default in code
    subprocess.run([sys.executable, "-c", code.replace(default, address)], cwd=folder, check=True)

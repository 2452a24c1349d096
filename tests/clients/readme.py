"""The snippets of README, run as a reader would run them."""

import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).parent.parent.parent / "README.md"
DEFAULT_URL = "http://127.0.0.1:8787"
DEFAULT_GRPC = "localhost:8788"


def run_snippet(name: str, address: str, folder: Path, default: str = DEFAULT_URL) -> None:
    """Run the Python snippet of that name in a folder; only the fake's address is another.

    Raises CalledProcessError if it fails.
    """
    text = README.read_text(encoding="utf-8")
    found = re.search(rf"<!-- snippet: {name} -->\n```python\n(.*?)```", text, re.DOTALL)
    assert found, f"README has no snippet {name}"
    assert default in found[1]
    code = found[1].replace(default, address)
    subprocess.run([sys.executable, "-c", code], cwd=folder, check=True)

"""`python -m tests.canary`: the newest releases, pre-releases too, of what is used beyond its API.

The exit code is that of the tests that would notice, run in an environment of their own.
"""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent

TESTS: Mapping[str, Sequence[str]] = {
    "pillow": ["imaging/files/test_codec.py"],
    "uvicorn httptools": [
        "server/test_http.py", "server/test_http_limits.py", "server/test_protocol.py",
        "server/test_upgrade.py", "server/test_uvicorn_server.py", "surfaces/test_faults.py",
    ],
    "aiohttp urllib3": [
        "testing/test_patches.py", "testing/test_in_process.py", "testing/test_fake_socket.py",
        "testing/test_http_client.py", "testing/test_httpx_aiohttp.py",
        "testing/test_processes.py",
    ],
    "grpcio": [
        "leading/test_sitecustomize.py", "testing/test_grpc_asyncio.py",
        "testing/test_grpc_events.py", "testing/test_grpc_sync.py",
    ],
    "requests-mock responses respx": ["testing/test_other_mocks.py"],
}  # fmt: skip
"""The tests of the modules that lean on inner parts, by the packages that these are parts of."""


def main() -> int:
    """The exit code of the tests."""
    packages = " ".join(TESTS).split()
    tests = [f"tests/{name}" for names in TESTS.values() for name in names]
    with TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = f"{folder}/bin/python"
        install = [python, "-m", "pip", "install", "--quiet", "--upgrade"]
        subprocess.run([*install, "--editable", ".[test]"], cwd=ROOT, check=True)
        subprocess.run([*install, "--pre", *packages], cwd=ROOT, check=True)
        subprocess.run([python, "-m", "pip", "list"], check=True)
        command = [python, "-m", "pytest", "-q", "-n2", "-p", "no:cacheprovider", *tests]
        return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

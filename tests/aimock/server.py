"""aimock, installed anew from npm into a temporary folder and served on a free loopback port."""

import base64
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any

from tests.openapi_tools.workplace import npm_install
from tests.pictures import file_of, gradient

PINS = Path(__file__).with_name("package.json")
NAME = "@copilotkit/aimock"
VERSION: str = json.loads(PINS.read_text(encoding="utf-8"))["dependencies"][NAME]
SECONDS = 60.0
"""The longest time to wait until it listens."""


def fixture() -> Any:
    """Its answer to every call for pictures: one PNG file of the default size."""
    picture = base64.b64encode(file_of(gradient((1024, 1024)), "PNG")).decode()
    match = {"endpoint": "image"}
    return {"fixtures": [{"match": match, "response": {"image": {"b64Json": picture}}}]}


@contextmanager
def aimock() -> Iterator[str]:
    """The URL of a running aimock of the pinned version."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(PINS, folder)
        npm_install(folder)
        (folder / "fixture.json").write_text(json.dumps(fixture()), encoding="utf-8")
        command = ["node_modules/.bin/llmock", "-p", "0", "-f", "fixture.json"]
        with (folder / "log").open("w") as log:
            server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        try:
            yield _address(server, folder / "log")
        finally:
            server.terminate()
            server.wait()


def _address(server: "subprocess.Popen[bytes]", log: Path) -> str:
    """Where it listens, once it does. Raises TimeoutError with what it said instead."""
    end = monotonic() + SECONDS
    while monotonic() < end and server.poll() is None:
        if address := re.search(r"listening on (http://[\d.:]+)", log.read_text()):
            return address[1]
        sleep(0.1)
    raise TimeoutError(log.read_text())

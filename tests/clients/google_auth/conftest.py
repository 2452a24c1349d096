import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

Written = Callable[..., Path]
FAKE = [sys.executable, "-m", "imagen_fake"]
DENIED = "mallory@imagen-fake.iam.gserviceaccount.com"


@contextmanager
def running(keys: Path, *options: str) -> Iterator[str]:
    """The URL of a fake that takes only what it has issued."""
    command = [*FAKE, "serve", "--port", "0", "--auth", "issued", "--keys", str(keys), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().split()[-1]
        process.terminate()


def said(*arguments: str) -> str:
    """What a command of the fake's prints."""
    return subprocess.run([*FAKE, *arguments], stdout=subprocess.PIPE, text=True, check=True).stdout


def led(*arguments: str) -> dict[str, str]:
    """The variables of a client that is led to a fake by `imagen-fake env` alone."""
    shown = said("env", "--shell", "dotenv", *arguments)
    kept = {name: value for name, value in os.environ.items() if name != "NO_GCE_CHECK"}
    return {**kept, **dict(line.split("=", 1) for line in shown.splitlines())}


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="session")
def fake(keys: Path) -> Iterator[str]:
    with running(keys, "--deny", DENIED) as url:
        yield url


@pytest.fixture(scope="session")
def secure_fake(keys: Path) -> Iterator[str]:
    with running(keys, "--tls") as url:
        yield url


@pytest.fixture
def written(keys: Path, fake: str, tmp_path: Path) -> Written:
    """Write a file of credentials of a kind; gives its path."""

    def write(kind: str, *options: str, url: str = fake) -> Path:
        file = tmp_path / "adc.json"
        where = ["--keys", str(keys), "--url", url, "-o", str(file)]
        said("credentials", "--kind", kind, *where, *options)
        return file

    return write

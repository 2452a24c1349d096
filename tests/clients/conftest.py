"""What every Python client's tests may ask for. Its own environment loads this, not the project's.

The project's own run must not collect the clients' folders: what they import is not installed.
"""

import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def pytest_ignore_collect(config: pytest.Config) -> bool | None:
    """Leave everything here alone, unless the run is that of one client's folder."""
    return None if config.rootpath.parent == HERE else True


@pytest.fixture(scope="session")
def url() -> str:
    """The URL of the fake."""
    return os.environ["IMAGEN_FAKE_URL"]


@pytest.fixture(scope="session", autouse=True)
def _only_loopback() -> None:
    sys.addaudithook(_refuse_the_network)


def _refuse_the_network(event: str, arguments: tuple[object, ...]) -> None:
    """Let no client reach anything but the fake, whatever it makes of its settings."""
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if host not in (None, *LOOPBACK):
        raise PermissionError(f"a client called {host}")

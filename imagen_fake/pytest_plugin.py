"""Fixtures for the tests of programs that call Imagen. Nothing heavy is imported until one is used.

`imagen_fake` is a fake on a port of its own, `imagen_fake_env` leads clients to it by variables,
`imagen_intercept` (or the marker `imagen_fake`) answers calls to Google's own names in process.
"""

import socket
import warnings
from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from imagen_fake import ImagenFakeWarning

if TYPE_CHECKING:
    from pathlib import Path

    from imagen_fake.config import Config
    from imagen_fake.state.state import State
    from imagen_fake.testing.fake import Fake

MARKER = """\
imagen_fake(*rules, **settings): answer calls to Imagen's own addresses by the fake; with rules \
such as 'error=503 times=2' and settings such as strict=True, as_of='2026-08-18'."""

USED = pytest.StashKey[list["Fake"]]()
"""The fakes that a test has used."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the contract kit's target, and `--block-network` unless pytest-recording does."""
    group = parser.getgroup("imagen-fake")
    group.addoption(
        "--imagen-fake-target",
        metavar="URL",
        help="What `--pyargs imagen_fake.contract` asks, if not the fake in this process.",
    )
    if find_spec("pytest_recording") is None:
        group.addoption(
            "--block-network",
            action="store_true",
            help="Refuse what intercepted tests ask of other hosts than Imagen's.",
        )


def pytest_configure(config: pytest.Config) -> None:
    """Describe the marker."""
    config.addinivalue_line("markers", MARKER)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Warn of what the service would have ignored and what failed here; a failure is told it."""
    try:
        yield
    except Exception as error:
        for text in _notes(item):
            error.add_note(text)
        raise
    file, line, _ = item.location
    for text in _notes(item):
        warnings.warn_explicit(ImagenFakeWarning(text), None, file, (line or 0) + 1)


def _notes(item: pytest.Item) -> list[str]:
    """What the service would have ignored in the calls of a test; where the fake itself failed."""
    used = item.stash.get(USED, [])
    ignored = {text for fake in used for one in fake.calls for text in one.warnings}
    failed = [
        f"imagen-fake failed, please report it:\n{text}" for fake in used for text in fake.errors
    ]
    return [*sorted(ignored), *failed]


@pytest.fixture(scope="session")
def imagen_fake_config() -> "Config":
    """How the fake behaves; override it to change that for all tests."""
    from imagen_fake.config import Config

    return Config()


@pytest.fixture
def imagen_fake(_imagen_fake_served: "Fake", request: pytest.FixtureRequest) -> Iterator["Fake"]:
    """A fake that listens on a port of its own: `.url`, `.calls`, `.rule(...)`, `.env`."""
    yield from _use(_imagen_fake_served, request)


@pytest.fixture
def imagen_fake_env(imagen_fake: "Fake", monkeypatch: pytest.MonkeyPatch) -> "Fake":
    """The same fake, and the variables set that lead Google's clients to it."""
    _set_environment(monkeypatch, imagen_fake)
    return imagen_fake


@pytest.fixture
def imagen_intercept(
    _imagen_fake_within: "Fake",
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator["Fake"]:
    """A fake that answers what this test asks of Imagen's own addresses; no socket, no URL."""
    from imagen_fake.testing.interception import intercept

    _set_environment(monkeypatch, _imagen_fake_within)
    blocking = request.config.getoption("--block-network", default=False)
    with intercept(state=_imagen_fake_within.state, block_network=bool(blocking)):
        yield from _use(_imagen_fake_within, request)


@pytest.fixture(autouse=True)
def _imagen_fake_marked(request: pytest.FixtureRequest) -> None:
    """Intercept the calls of tests with the marker that use no fake otherwise."""
    names = {"imagen_fake", "imagen_fake_env", "imagen_intercept"}
    marked = request.node.get_closest_marker("imagen_fake")
    if marked and not names.intersection(request.fixturenames):
        request.getfixturevalue("imagen_intercept")


@pytest.fixture(scope="session")
def _imagen_fake_served(
    imagen_fake_config: "Config", tmp_path_factory: pytest.TempPathFactory
) -> Iterator["Fake"]:
    """One server for all tests of a process."""
    from imagen_fake.auth.credentials import environment
    from imagen_fake.server.http import serve_in_thread
    from imagen_fake.state.state import State
    from imagen_fake.testing.fake import Fake

    state = State(imagen_fake_config)
    with serve_in_thread(state=state) as url:
        folder = tmp_path_factory.mktemp("imagen-fake")
        adc = _credentials("external-account", state, url, folder)
        yield Fake(state, url, environment(url, state.config.project, adc))


@pytest.fixture(scope="session")
def _imagen_fake_within(
    imagen_fake_config: "Config", tmp_path_factory: pytest.TempPathFactory
) -> "Fake":
    """One fake without a socket for all intercepted tests of a process."""
    from imagen_fake import spec
    from imagen_fake.auth.access import can_sign
    from imagen_fake.state.state import State
    from imagen_fake.testing.fake import Fake

    state = State(imagen_fake_config)
    google = f"https://{spec.table('hosts')['answered']['oauth']['value'][0]}"
    folder = tmp_path_factory.mktemp("imagen-fake")
    kind = "service-account" if can_sign() else "external-account"  # the first can sign URLs
    adc = _credentials(kind, state, google, folder)
    project = state.config.project
    return Fake(
        state,
        env={"GOOGLE_CLOUD_PROJECT": project, "GOOGLE_APPLICATION_CREDENTIALS": str(adc)},
    )


def _use(fake: "Fake", request: pytest.FixtureRequest) -> Iterator["Fake"]:
    """A fake as the markers want it for one test, the nearest first, and as it was for the next."""
    fake.reset()
    markers = list(request.node.iter_markers("imagen_fake"))
    for marker in reversed(markers):  # the last change of a setting holds, the first rule counts
        fake.configure(**marker.kwargs)
    fake.state.rules.clear()
    for rule in (*(rule for one in markers for rule in one.args), *fake.state.config.rules):
        fake.rule(rule)
    request.node.stash.setdefault(USED, []).append(fake)
    yield fake
    if fake.url:
        _flush_connections(fake.url)
    fake.reset()


def _flush_connections(url: str) -> None:
    """Wait until a server has begun with all that was sent before, even if its client has gone.

    Connections are taken in their order. A reset ends what has begun, and nothing else.
    """
    host, _, port = url.removeprefix("http://").rpartition(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(b"GET /_fake/health HTTP/1.0\r\nHost: localhost\r\n\r\n")
        while connection.recv(2**16):
            pass


def _set_environment(monkeypatch: pytest.MonkeyPatch, fake: "Fake") -> None:
    """Set the variables of a fake, its credentials in the place of real ones."""
    for name, value in fake.env.items():
        monkeypatch.setenv(name, value)


def _credentials(kind: str, state: "State", url: str, folder: "Path") -> "Path":
    """A file of credentials that only this fake accepts."""
    from imagen_fake.auth.credentials import AdcRequest, write_adc

    file = folder / "credentials.json"
    write_adc(kind, AdcRequest(state.access, url, file))
    return file

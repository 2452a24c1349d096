"""Fixtures for the tests of programs that call Imagen. Nothing heavy is imported until one is used.

`imagen_fake` is a fake on a port of its own, `imagen_fake_env` leads clients to it by variables,
`imagen_intercept` (or the marker `imagen_fake`) answers calls to Google's own names in process.
`imagen_fake_session` and `imagen_intercept_session` are the same two fakes for fixtures that
outlive a test.
"""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from imagen_fake.warning import ImagenFakeWarning

if TYPE_CHECKING:
    from imagen_fake.config import Config
    from imagen_fake.testing.fake import Fake
    from imagen_fake.testing.routing import Unknown
    from imagen_fake.testing.use import Use

MARKER = """\
imagen_fake(*rules, **settings): answer calls to Imagen's own addresses by the fake; with rules \
such as 'error=503 times=2' and settings such as strict=True, as_of='2026-08-18'."""


USED = pytest.StashKey[list["Use"]]()
"""The fakes that a test has used."""

SESSION = {"imagen_fake_session": "imagen_fake", "imagen_intercept_session": "imagen_intercept"}
"""The fixtures of the session, and those that have the same fake for one test."""

SOCKETS_ARE_BLOCKED = """\
Beside pytest-socket, imagen_intercept needs no socket, but a fake that listens, such as \
imagen_fake, needs --allow-hosts=127.0.0.1, and an event loop --allow-unix-socket."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the contract kit's target, and `--block-network` unless pytest-recording does."""
    group = parser.getgroup("imagen-fake")
    group.addoption(
        "--imagen-fake-target",
        metavar="URL",
        help="What `--pyargs imagen_fake.contract` asks, if not the fake in this process.",
    )
    group.addoption(
        "--imagen-report",
        metavar="FILE",
        help="Write what clients did wrong in all tests, as .json, .md or .txt.",
    )
    group.addoption(
        "--imagen-budget",
        metavar="USD",
        type=float,
        help="How much the pictures of all tests may cost, for --imagen-report.",
    )
    if find_spec("pytest_recording") is None:
        group.addoption(
            "--block-network",
            action="store_true",
            help="Refuse what intercepted tests ask of others than Imagen.",
        )


def pytest_configure(config: pytest.Config) -> None:
    """Describe the marker, gather for the report, and go along with pyfakefs."""
    config.addinivalue_line("markers", MARKER)
    if file := config.getoption("--imagen-report"):
        from imagen_fake.pytest_report import Report, budget_amount, report_file

        here = None if hasattr(config, "workerinput") else report_file(file)
        report = Report(here, budget_amount(config.getoption("--imagen-budget")))
        config.pluginmanager.register(report, "imagen-report")
    elif config.getoption("--imagen-budget") is not None:
        raise pytest.UsageError("--imagen-budget has no effect without --imagen-report FILE.")
    if "pyfakefs.pytest_plugin" in sys.modules:
        from imagen_fake.testing import pyfakefs

        config.pluginmanager.register(pyfakefs, "imagen-fake-beside-pyfakefs")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """Say what to add where pytest-socket refuses a socket that a fixture needs."""
    with _explained(item):
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Warn of what had no effect, and fail where the fake itself failed; a failure is told it."""
    try:
        with _explained(item):
            yield
    except Exception as error:
        for text in (*map(str, _warnings(item)), *_failures(item)):
            error.add_note(text)
        raise
    if failures := _failures(item):
        pytest.fail("\n".join(failures), pytrace=False)
    file, line, _ = item.location
    for warning in _warnings(item):
        warnings.warn_explicit(warning, None, file, (line or 0) + 1)


@contextmanager
def _explained(item: pytest.Item) -> Iterator[None]:
    """Add to the error of a blocked socket, in a test of ours, what lets it pass."""
    try:
        yield
    except Exception as error:
        ours = any(name.startswith("imagen_") for name in getattr(item, "fixturenames", ()))
        if type(error).__module__ == "pytest_socket" and ours:
            error.add_note(SOCKETS_ARE_BLOCKED)
        raise


def _warnings(item: pytest.Item) -> list[ImagenFakeWarning]:
    return [warning for use in item.stash.get(USED, []) for warning in use.warnings()]


def _failures(item: pytest.Item) -> list[str]:
    return [text for use in item.stash.get(USED, []) for text in use.failures()]


@pytest.fixture(scope="session")
def imagen_fake_config(pytestconfig: pytest.Config) -> "Config":
    """How the fake behaves: by the project's configuration file, if it has one.

    Override it to change that for all tests; no file is read then.
    """
    from imagen_fake.cli.config_file import ConfigFileError
    from imagen_fake.cli.file_config import folder_config

    try:
        config, notes = folder_config(pytestconfig.rootpath)
    except ConfigFileError as error:
        raise pytest.fail.Exception(f"imagen-fake: {error}", pytrace=False) from None
    for text in notes:
        warnings.warn_explicit(ImagenFakeWarning(text), None, str(pytestconfig.rootpath), 1)
    return config


@pytest.fixture(scope="session")
def imagen_fake_unknown() -> "Unknown":
    """`pass` or `refuse`: what becomes of intercepted calls of other models; override it."""
    return "pass"


@pytest.fixture
def imagen_fake(imagen_fake_session: "Fake", request: pytest.FixtureRequest) -> Iterator["Fake"]:
    """A fake that listens on a port of its own: `.url`, `.calls`, `.rule(...)`, `.env`."""
    yield from _use(imagen_fake_session, request)


@pytest.fixture
def imagen_fake_env(imagen_fake: "Fake", monkeypatch: pytest.MonkeyPatch) -> Iterator["Fake"]:
    """The same fake; the variables set that lead Google's clients to it, and `vertexai` led."""
    from imagen_fake.leading import leading

    _set_environment(monkeypatch, imagen_fake)
    with leading(imagen_fake.url):
        yield imagen_fake


@pytest.fixture
def imagen_intercept(
    _imagen_fake_within: "Fake",
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator["Fake"]:
    """A fake that answers what this test asks of Imagen's own addresses; no socket, no URL."""
    with _intercepted(_imagen_fake_within, request, monkeypatch):
        yield from _use(_imagen_fake_within, request)


@pytest.fixture(scope="session")
def imagen_fake_session(imagen_fake_config: "Config") -> Iterator["Fake"]:
    """The fake of `imagen_fake`, for fixtures that outlive a test; reset by tests with that one."""
    from imagen_fake.server.embedded import serve

    with serve(imagen_fake_config) as fake:
        yield fake


@pytest.fixture(scope="session")
def imagen_intercept_session(
    _imagen_fake_within: "Fake", request: pytest.FixtureRequest
) -> Iterator["Fake"]:
    """The fake of `imagen_intercept`, answering from now on until the last test has ended."""
    with (
        pytest.MonkeyPatch.context() as monkeypatch,
        _intercepted(_imagen_fake_within, request, monkeypatch),
    ):
        yield _imagen_fake_within


@pytest.fixture(autouse=True)
def _imagen_fake_marked(request: pytest.FixtureRequest) -> None:
    """Let a marker hold for the fakes that a test uses; without any, intercept its calls."""
    if not {"imagen_fake", "imagen_intercept"}.isdisjoint(request.fixturenames):
        return
    used = [name for name in SESSION if name in request.fixturenames]
    if request.node.get_closest_marker("imagen_fake"):
        for name in used or ["imagen_intercept_session"]:
            request.getfixturevalue(SESSION[name])
    else:
        from imagen_fake.testing.use import use_now

        fakes = map(request.getfixturevalue, used)
        request.node.stash[USED] = [*map(use_now, fakes)]


@pytest.fixture(scope="session")
def _imagen_fake_within(
    imagen_fake_config: "Config", tmp_path_factory: pytest.TempPathFactory
) -> "Fake":
    """One fake without a socket for all intercepted tests of a process."""
    from imagen_fake.testing.credentials import fake_with_credentials

    return fake_with_credentials(imagen_fake_config, tmp_path_factory.mktemp("imagen-fake"))


@contextmanager
def _intercepted(
    fake: "Fake", request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Let a fake answer, its credentials in the place of real ones."""
    from imagen_fake.testing.credentials import variables_of_outer_fake
    from imagen_fake.testing.interception import intercept

    for name in variables_of_outer_fake():
        monkeypatch.delenv(name)
    _set_environment(monkeypatch, fake)
    blocking = request.config.getoption("--block-network", default=False)
    unknown = request.getfixturevalue("imagen_fake_unknown")
    for marker in reversed(list(request.node.iter_markers("imagen_fake"))):
        unknown = marker.kwargs.get("unknown", unknown)
    with intercept(state=fake.state, block_network=bool(blocking), unknown=unknown):
        yield


def _use(fake: "Fake", request: pytest.FixtureRequest) -> Iterator["Fake"]:
    """A fake as the markers want it for one test, the nearest first, and as it was for the next."""
    from imagen_fake.testing.use import Use, finish

    fake.reset()
    markers = list(request.node.iter_markers_with_node("imagen_fake"))
    for _, marker in reversed(markers):  # the last change of a setting holds, the first rule counts
        settings = marker.kwargs.items()
        fake.configure(**{name: value for name, value in settings if name != "unknown"})
    fake.state.rules.clear()
    rules = [(node, fake.rule(rule)) for node, marker in markers for rule in marker.args]
    for rule in fake.state.config.rules:
        fake.state.rules.add(rule, configured=True)
    others = [rule for node, rule in rules if node is not request.node]  # of a class, a module
    uses = request.node.stash.setdefault(USED, [])
    uses.append(Use(fake, rules=others))
    yield fake
    uses.pop()
    finish(fake)


def _set_environment(monkeypatch: pytest.MonkeyPatch, fake: "Fake") -> None:
    """Set the variables of a fake, its credentials in the place of real ones."""
    for name, value in fake.env.items():
        monkeypatch.setenv(name, value)

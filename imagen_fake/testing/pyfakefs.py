"""Beside pyfakefs, which takes the files of a whole process away: the fake keeps those it reads.

A plugin of pytest's, registered where pyfakefs is. Modules that are loaded while files are faked
are loaded again afterwards, so all there are come first.
"""

from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import TYPE_CHECKING, Any

import pytest

import imagen_fake

if TYPE_CHECKING:
    from imagen_fake.testing.fake import Fake

FIXTURES = frozenset({"fs", "fs_class", "fs_module", "fs_session"})
"""Those of pyfakefs."""

FAKES = ("imagen_fake_session", "_imagen_fake_within")
"""The fixtures of this plugin that each test with a fake uses."""

OTHER_PROGRAMS = ("imagen_fake.__main__", "imagen_fake.cli", "imagen_fake.contract")
"""What no fake within a test needs."""

LIBRARIES = ("filelock", "google_crc32c", "uharfbuzz")
"""Those that a fake loads when it first stores a picture or writes another script on it."""

CREDENTIALS = "GOOGLE_APPLICATION_CREDENTIALS"


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Iterator[Any]:
    """Load the fake before files are faked, and show its own files afterwards."""
    if fixturedef.argname not in FIXTURES:
        return (yield)
    fakes = list(_fakes(request))
    if fakes:
        load_all()
    for fake in fakes:
        fake.state.release_files()
    fs = yield
    for fake in fakes:
        show_files(fs, fake)
        request.addfinalizer(fake.state.release_files)  # they are among the faked ones
    return fs


def _fakes(request: pytest.FixtureRequest) -> Iterator["Fake"]:
    """The fakes that the test uses, started."""
    names = [name for name in FAKES if name in request.fixturenames]
    if not names and request.node.get_closest_marker("imagen_fake"):
        names = ["_imagen_fake_within"]
    yield from map(request.getfixturevalue, names)


@cache
def load_all() -> None:
    """Import every module of a fake, and those that Pillow imports when it first draws."""
    for module in walk_packages(imagen_fake.__path__, "imagen_fake."):
        if not module.name.startswith(OTHER_PROGRAMS):
            with suppress(ImportError, ValueError):  # an extra's packages are not there
                import_module(module.name)
    for library in LIBRARIES:
        import_module(library)
    from PIL import Image

    Image.init()


def show_files(fs: Any, fake: "Fake") -> None:
    """Let what a fake reads be there among faked files: packages, facts and credentials."""
    import PIL

    from imagen_fake import spec

    package = Path(imagen_fake.__file__).parent
    installed = Path(PIL.__file__).parent.parent  # fonts are there, too
    for path in (package, spec.ROOT, installed, Path(fake.env[CREDENTIALS])):
        if not fs.exists(path):
            fs.add_real_paths([path])

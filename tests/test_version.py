"""The version of this package."""

from importlib.metadata import version

import imagen_fake
from imagen_fake.version import __version__


def test_package_and_distribution_have_one_version() -> None:
    assert version("imagen-fake") == imagen_fake.__version__ == __version__

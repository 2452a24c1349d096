"""This project is tested on its own, with imagen-fake installed; see `.ci/run`."""

from pathlib import Path

import pytest


def pytest_ignore_collect(config: pytest.Config) -> bool | None:
    """Leave everything here alone in the run of another project."""
    return None if config.rootpath == Path(__file__).parent else True

"""The project's own run must not collect these folders: what they import is not installed."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_ignore_collect(config: pytest.Config) -> bool | None:
    """Leave everything here alone, unless the run is that of one folder."""
    return None if config.rootpath.parent == HERE else True

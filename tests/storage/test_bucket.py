"""Without its library; with it, see `tests/clients/google_cloud_storage/test_bucket.py`."""

import sys

import pytest
from click.testing import CliRunner

from imagen_fake.cli.main import main
from imagen_fake.config import ConfigError
from imagen_fake.storage.bucket import Bucket


@pytest.fixture(autouse=True)
def _without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "google.cloud.storage", None)


def test_without_its_library_it_says_what_to_install() -> None:
    with pytest.raises(ConfigError, match=r"pip install 'imagen-fake\[gcs\]'"):
        Bucket()


def test_serve_says_so_and_does_not_start() -> None:
    result = CliRunner().invoke(main, ["serve", "--port", "0", "--storage", "gs"])
    assert result.exit_code == 2
    assert "pip install 'imagen-fake[gcs]'" in result.output

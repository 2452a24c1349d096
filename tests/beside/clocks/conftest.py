"""The fake refuses tokens that it has not issued, and those that are too old."""

import pytest

from imagen_fake import Config


@pytest.fixture(scope="session")
def imagen_fake_config() -> Config:
    return Config(auth="issued")

from dataclasses import FrozenInstanceError

import pytest

from imagen_fake.config import Config


def test_by_default_every_model_answers_and_nothing_is_refused_that_the_service_takes() -> None:
    config = Config()
    assert (config.as_of, config.strict, config.allowlisted) == (None, False, True)
    assert config.storage is None


def test_a_config_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Config().strict = True  # type: ignore[misc]

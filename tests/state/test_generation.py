import pytest

from imagen_fake.config import Config, ConfigError
from imagen_fake.directives.patterns import MOST_RULES
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.state.generation import Generation


def test_it_begins_with_the_rules_of_the_settings() -> None:
    assert [rule.directives for rule in Generation(Config(rules=("drop",))).rules] == ["drop"]


def test_too_many_rules_in_the_settings_are_refused() -> None:
    with pytest.raises(ConfigError, match="rules: "):
        Generation(Config(rules=("drop",) * (MOST_RULES + 1)))


def test_after_its_end_nothing_is_committed() -> None:
    generation = Generation(Config())
    generation.raise_if_ended()
    generation.end()
    with pytest.raises(ApiError, match="cancelled"):
        generation.raise_if_ended()


def test_the_newest_picture_is_there_however_large_it_is() -> None:
    pictures = Generation(Config(cache_bytes=1)).pictures
    for name in ("old", "new"):
        pictures.put(name, ("image/png", b"data"))
    assert [pictures.get(name) for name in ("old", "new")] == [None, ("image/png", b"data")]

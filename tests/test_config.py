from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

import imagen_fake
from imagen_fake.app import create_app
from imagen_fake.config import Config, ConfigError
from imagen_fake.server.http import serve_in_thread
from imagen_fake.state.state import State
from imagen_fake.testing.interception import intercept
from tests.sweep import sweep


def test_by_default_every_model_answers_and_nothing_is_refused_that_the_service_takes() -> None:
    config = Config()
    assert (config.as_of, config.strict, config.allowlisted) == (None, False, True)
    assert config.storage is None


def test_a_config_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Config().strict = True  # type: ignore[misc]


FULL = Config(
    as_of=date(2026, 8, 18),
    include_rai_reason=False,
    endpoints={"7": "imagen-4.0-generate-001"},
    auth="issued",
    denied=frozenset({"mallory"}),
    keys=Path("keys"),
    token_seconds=-1,
    storage="gs",
    rules=("error=503", "error=429"),
)


def test_values_of_the_right_types_are_kept() -> None:
    assert replace(FULL, storage=None).rules == ("error=503", "error=429")


@sweep("name", [one.name for one in fields(Config)])
@sweep("value", [..., 1.5, b"text", datetime(2026, 8, 18), [1], {1: 2}, (1,), {"a"}], ids=repr)
def test_a_value_of_another_type_is_refused_whatever_the_field(name: str, value: Any) -> None:
    with pytest.raises(ConfigError, match=f"^{name} must be "):
        Config(**{name: value})


@sweep(
    ("settings", "message"),
    [
        ({"as_of": "2026-08-18"}, "as_of must be date or None, not '2026-08-18'."),
        ({"strict": 1}, "strict must be bool, not 1."),
        ({"cache_bytes": True}, "cache_bytes must be int, not True."),
        ({"cache_bytes": -1}, "cache_bytes must be 0 or more, not -1."),
        ({"auth": "on"}, "auth must be 'off' or 'any' or 'issued', not 'on'."),
        ({"storage": "folder"}, "storage must be Path or 'gs' or None, not 'folder'."),
        ({"rules": "error=503"}, "rules must be tuple[str, ...], not 'error=503'."),
        ({"endpoints": {7: "a"}}, "endpoints must be Mapping[str, str], not {7: 'a'}."),
    ],
)
def test_a_refusal_says_what_there_may_be_and_what_there_was(
    settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        Config(**settings)
    assert str(caught.value) == message


def entered(opened: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda config: opened(config).__enter__()


DOORS: list[Callable[[Any], Any]] = [
    State, create_app, imagen_fake.transport, entered(intercept), entered(serve_in_thread)
]  # fmt: skip


@pytest.mark.parametrize("config", [{}, {"strict": True}, "strict", Config, 0], ids=repr)
@pytest.mark.parametrize("door", DOORS, ids=["state", "app", "transport", "intercept", "serving"])
def test_a_config_of_the_wrong_kind_is_refused_at_every_door(
    door: Callable[[Any], Any], config: Any
) -> None:
    with pytest.raises(ConfigError, match=r"A config must be imagen_fake\.config\.Config, not "):
        door(config)


def spelled(part: Any) -> str:
    """A part of a test's name, the same in every process: sets have no order."""
    return repr(sorted(part) if isinstance(part, frozenset) else part)[:60]


IMPOSSIBLE: dict[str, list[tuple[Any, str]]] = {
    "cache_bytes": [(-1, "0 or more")],
    "journal_bytes": [(-(2**70), "0 or more")],
    "max_body_bytes": [(0, "every call to a model has a body"), (-1, "1 or more")],
    "endpoints": [
        ({"56": "no-such-model"}, "`imagen-fake models` lists them"),
        ({"56": "imagen-4.0-generate-01"}, "Did you mean imagen-4.0-generate-001?"),
        ({"56": ""}, "is no model"),
        ({"": "imagen-4.0-generate-001"}, "no id of an endpoint"),
        ({"5/6": "imagen-4.0-generate-001"}, "no id of an endpoint"),
        ({"56:predict": "imagen-4.0-generate-001"}, "no id of an endpoint"),
    ],
    "denied": [(frozenset({""}), "name an account"), (frozenset({"a", " "}), "name an account")],
    "project": [(text, "such as imagen-fake") for text in ("", " ", "a b", "a/b", "-", "é", "a\n")],
    "token_seconds": [(10**12, "at most"), (-(10**12), "at most")],
    "rules": [
        (("nonsense",), "is no directive"),
        (("surface=vertx error=503",), "Did you mean vertex?"),
        (("error=503", "model=nope error=503"), "matches no model"),
        (("error=503", ""), "leave it out"),
        (("error=503",) * 1001, "1000"),
    ],
    "allow_origins": [(("",), "no origin to allow"), (("https://a.test/",), "without a path")],
    "allow_hosts": [(("",), "no host to allow"), (("http://a.test",), "without scheme")],
}
POSSIBLE = {
    "as_of": "every day", "strict": "both", "vary_unseeded": "both", "include_rai_reason": "both",
    "allowlisted": "both", "approved": "both", "auth": "every word", "directives": "every word",
    "c2pa": "both, where its packages are", "caption": "every word",
    "keys": "a folder may be made later",
    "storage": "a folder that cannot be written is told to those who store something",
}  # fmt: skip
"""Of which fields no value of the right type is impossible, and why."""


@sweep(
    ("name", "value", "advice"),
    [(name, *each) for name, values in IMPOSSIBLE.items() for each in values],
)
def test_an_impossible_value_is_refused_with_advice(name: str, value: Any, advice: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Config(**{name: value})
    assert advice in str(caught.value)
    assert str(caught.value).endswith((".", "?"))


@pytest.mark.parametrize("door", ["new", "replaced"])
def test_a_value_is_judged_whenever_a_config_is_made(door: str) -> None:
    with pytest.raises(ConfigError, match="no model"):
        replace(Config(), endpoints={"56": "no"}) if door == "replaced" else Config(
            endpoints={"56": "no"}
        )


def test_every_field_is_judged_or_cannot_be_wrong() -> None:
    assert {one.name for one in fields(Config)} == IMPOSSIBLE.keys() | POSSIBLE.keys()
    assert not IMPOSSIBLE.keys() & POSSIBLE.keys()


@sweep(
    "settings",
    [
        {"project": "example.com:my-project"}, {"project": "p"}, {"project": "Mine-7"},
        {"token_seconds": 0}, {"cache_bytes": 0}, {"journal_bytes": 0}, {"max_body_bytes": 1},
        {"endpoints": {"projects-56": "imagegeneration@006"}}, {"denied": frozenset({"mallory"})},
        {"allow_origins": ("null", "https://a.test:8443")}, {"allow_hosts": ("*.test", "::1")},
    ],
    ids=repr,
)  # fmt: skip
def test_what_is_possible_is_taken(settings: dict[str, Any]) -> None:
    config = Config(**settings)
    assert {name: getattr(config, name) for name in settings} == settings

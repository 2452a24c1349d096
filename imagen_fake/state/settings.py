"""The settings that may change while a fake runs, in the spelling of tests and of JSON."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, get_args

from imagen_fake.config import Config, DirectiveSources, Switch

CHANGEABLE = (
    "as_of", "strict", "vary_unseeded", "include_rai_reason", "allowlisted", "approved",
    "directives", "caption",
)  # fmt: skip
CHOICES = {"directives": get_args(DirectiveSources), "caption": get_args(Switch)}
"""The values of settings that are words. All others are true or false, but for the day `as_of`."""


class SettingError(ValueError):
    """A setting that is not there, or a value that it cannot have; the text says what can be."""


def changeable_settings(config: Config) -> Mapping[str, Any]:
    """The changeable settings of a fake; the day in ISO format."""
    values = {name: getattr(config, name) for name in CHANGEABLE}
    return {**values, "as_of": config.as_of.isoformat() if config.as_of else None}


def parse_changes(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The changes to a Config, parsed. Raises SettingError."""
    return {name: _parse(name, value) for name, value in values.items()}


def _parse(name: str, value: Any) -> Any:
    if name not in CHANGEABLE:
        raise SettingError(f"{name[:80]!r} cannot be changed; what can is {', '.join(CHANGEABLE)}.")
    if name == "as_of":
        return _parse_date(value)
    if name in CHOICES:
        return _parse_choice(name, value)
    if isinstance(value, bool) or (value is None and name == "include_rai_reason"):
        return value
    raise SettingError(f"{name} is true or false, not {str(value)[:80]!r}.")


def _parse_choice(name: str, value: Any) -> Any:
    if value in CHOICES[name]:
        return value
    choices = ", ".join(CHOICES[name])
    raise SettingError(f"{name} is one of {choices}, not {str(value)[:80]!r}.")


def _parse_date(value: Any) -> date | None:
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise SettingError(f"as_of is a day such as 2026-08-18, not {str(value)[:80]!r}.") from None

"""The settings of a configuration file as values of a command's options."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

import click

from imagen_fake.cli.config_file import SHARED_TABLE, ConfigFile, ConfigFileError
from imagen_fake.cli.params import PairParam

Commands = Mapping[str, click.Command]


def file_values(file: ConfigFile, command: click.Command, commands: Commands) -> dict[str, Any]:
    """The values that a file gives to the options of a command, by the parameters' names.

    A table of a command's name is for that command alone, and counts before what stands above it.
    Everything in the file is checked. Raises ConfigFileError.
    """
    every: dict[str, list[click.Option]] = {}
    for one in (*commands.values(), command):
        for name, option in keys(one).items():
            every.setdefault(name, []).append(option)
    own = keys(command)
    values: dict[str, Any] = {}
    for key, value in file.settings.items():
        if key in commands and isinstance(value, Mapping):
            checked = _checked(file, value, keys(commands[key]), key)
            if key == command.name:
                values |= checked
        else:
            _refuse_ambiguous(file, key, every.get(key, ()))
            checked = _checked(
                file, {key: value}, {name: ones[-1] for name, ones in every.items()}, ""
            )
            if key in own:
                values.setdefault(key, checked[key])
    return values


def _refuse_ambiguous(file: ConfigFile, key: str, options: Iterable[click.Option]) -> None:
    if len({_kind(option).expected for option in options}) > 1:
        raise ConfigFileError(
            f"{file.place(key)} means something else to each command; put it into the table of one."
        )


def keys(command: click.Command) -> dict[str, click.Option]:
    """The options of a command that may stand in a file, by their keys."""
    return {
        str(one.name): one
        for one in command.params
        if isinstance(one, click.Option) and not one.is_eager
    }


def _checked(
    file: ConfigFile, values: Mapping[str, Any], options: Mapping[str, click.Option], command: str
) -> dict[str, Any]:
    checked = {}
    for key, value in values.items():
        place = file.place(key, command)
        if key not in options:
            raise ConfigFileError(f"{place} is unknown. {_advice(key, options, command)}")
        kind = _kind(options[key])
        if not kind.holds(value):
            raise ConfigFileError(f"{place} must be {kind.expected}, not {repr(value)[:80]}.")
        try:
            checked[key] = _option_value(value, options[key].type, file)
        except (OSError, RuntimeError, ConfigFileError) as error:  # RuntimeError: links in a circle
            raise ConfigFileError(f"{place}: {repr(value)[:80]} {error}") from None
    return checked


def _option_value(value: Any, kind: click.ParamType[Any], file: ConfigFile) -> Any:
    """A value as the command line would have it, its paths from the folder of the file."""
    if isinstance(value, list):
        return [_option_value(one, kind, file) for one in value]
    if isinstance(value, Mapping):
        to_path = isinstance(kind, PairParam) and kind.names_files
        pairs = ((name, _path(one, file) if to_path else one) for name, one in value.items())
        return [f"{name}={one}" for name, one in pairs]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(kind, click.Path) and value not in ("", "-", *getattr(kind, "words", ())):
        return _path(value, file)
    return value


def _path(value: str, file: ConfigFile) -> str:
    path = file.path.parent / Path(value).expanduser()
    boundary = file.boundary
    if boundary and not path.resolve().is_relative_to(boundary.resolve()):
        raise ConfigFileError(
            f"leads out of {boundary}. If that is meant, name the file with --config, or the path"
            " by its option."
        )
    return str(path)


def _advice(key: str, options: Mapping[str, click.Option], command: str) -> str:
    """What may have been meant by an unknown key: a key, or a flag's name instead of its key."""
    flags = {
        flag.removeprefix("--").replace("-", "_"): name
        for name, one in options.items()
        for flag in (*one.opts, *one.secondary_opts)
    }
    known = {**flags, **{name: name for name in options}}
    if key == "tool":
        return f"[{SHARED_TABLE}] is for pyproject.toml; in this file its keys stand at the top."
    near = get_close_matches(key[:80].replace("-", "_").lower(), known, n=1)
    if near:
        return f"Did you mean {known[near[0]]!r}?"
    return f"`imagen-fake {command or 'serve'} --help` lists the options; a key is spelled with _."


class Kind(NamedTuple):
    """What may be the value of a key, in words and as a predicate."""

    expected: str
    holds: Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and "\0" not in value


def _is_number(*types: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, types) and not isinstance(value, bool)


def _is_day(value: Any) -> bool:
    return _is_text(value) or (isinstance(value, date) and not isinstance(value, datetime))


TEXT = Kind("a text", _is_text)
TEXTS = Kind(
    'a list of texts, such as ["…"]',
    lambda value: isinstance(value, list) and all(map(_is_text, value)),
)
PAIRS = Kind(
    'a table of texts, such as {"…" = "…"}',
    lambda value: isinstance(value, Mapping) and all(map(_is_text, value.values())),
)
KINDS: Mapping[type[click.ParamType[Any]], Kind] = {
    click.types.BoolParamType: Kind("true or false", lambda value: isinstance(value, bool)),
    click.types.IntParamType: Kind("an integer", _is_number(int)),
    click.types.FloatParamType: Kind("a number", _is_number(int, float)),
    click.DateTime: Kind("a day, such as 2026-08-18", _is_day),
}
"""By the type of an option; any other takes a text."""


def _kind(option: click.Option) -> Kind:
    if option.multiple:
        return PAIRS if isinstance(option.type, PairParam) else TEXTS
    return next((kind for one, kind in KINDS.items() if isinstance(option.type, one)), TEXT)

"""Options and parameter types; every option can be set by an environment variable."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, TypeVar, get_args

import click
from click.core import ParameterSource

from imagen_fake.config import Config, ConfigError, DirectiveSources, Switch
from imagen_fake.streams import STDOUT

Command = TypeVar("Command", bound=Callable[..., Any])


def option(name: str, *more: str, **settings: Any) -> Callable[[Command], Command]:
    """A click option that can also be set by `IMAGEN_FAKE_<NAME>`."""
    variable = "IMAGEN_FAKE_" + name.removeprefix("--").split("/")[0].replace("-", "_").upper()
    settings = {"envvar": variable, "show_envvar": True, "show_default": True, **settings}
    return click.option(name, *more, **settings)


def options(*group: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Options that several commands share, as one decorator; `--help` shows them in this order."""

    def decorate(command: Command) -> Command:
        for one in reversed(group):
            command = one(command)
        return command

    return decorate


def reject_unused(when: str, *names: str, variables: bool = False) -> None:
    """Raise UsageError if one of the current command's options was given that then does nothing.

    Environment variables count only with `variables`: they may be meant for another command.
    """
    context = click.get_current_context()
    sources = {ParameterSource.COMMANDLINE, *([ParameterSource.ENVIRONMENT] if variables else [])}
    for parameter in context.command.params:
        if parameter.name in names and context.get_parameter_source(parameter.name) in sources:
            raise click.UsageError(f"{parameter.opts[0]} has no effect {when}.")


class NamedPath(click.Path):
    """A path; "" is refused, which click takes for the current folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path."""
        if not str(value):
            kind = "file" if self.file_okay else "folder"
            self.fail(f"an empty path names no {kind}.", param, ctx)
        return super().convert(value, param, ctx)


class OutputPath(NamedPath):
    """A file to be written, in a folder that is there; `-` is standard output, unless refused."""

    def __init__(self, *, dash: bool = True) -> None:
        super().__init__(dir_okay=False, writable=True, path_type=Path)
        self.dash = dash

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path. Fails before any work is done, where it could not be written."""
        if str(value) == str(STDOUT):
            return STDOUT if self.dash else self.fail("'-': it has to be a file.", param, ctx)
        file: Path = super().convert(value, param, ctx)
        file = file.absolute() if file == STDOUT else file  # ./-
        folder = file.parent
        if not file.exists() and not folder.is_dir():
            self.fail(f"{str(file)!r}: there is no folder {str(folder)!r}.", param, ctx)
        if not file.exists() and not os.access(folder, os.W_OK):
            self.fail(f"{str(file)!r}: {str(folder)!r} is not writable.", param, ctx)
        return file


class FolderPath(NamedPath):
    """A folder that is there, or can be made; `writable` if it will be written to in any case.

    Such a one is made, and a file in it, to see that it can be.
    """

    def __init__(self, *, writable: bool = False) -> None:
        super().__init__(file_okay=False, path_type=Path)
        self.must_write = writable

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path. Fails where a file is in the way."""
        folder: Path = super().convert(value, param, ctx)
        existing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
        if not existing.is_dir():
            self.fail(f"{str(folder)!r}: {str(existing)!r} is a file.", param, ctx)
        if self.must_write:
            try:
                folder.mkdir(parents=True, exist_ok=True)
                TemporaryFile(dir=folder).close()
            except OSError as error:
                reason = f"cannot be written to: {error.strerror}"
                self.fail(f"{str(folder)!r} {reason}.", param, ctx)
        return folder


class CliGroup(click.Group):
    """A group that reports OSError in one line."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command."""
        try:
            return super().main(*args, **extra)
        except OSError as error:  # but no broken pipe: whoever reads has had enough, as click knows
            where = f"{error.filename}: " if error.filename else ""
            click.ClickException(f"{where}{error.strerror or error}").show()
            raise SystemExit(1) from None


caption_option = option(
    "--caption",
    type=click.Choice(get_args(Switch)),
    default="on",
    help="Whether prompt and label stand on the pictures.",
)


request_options = options(
    option(
        "--approved/--not-approved",
        default=True,
        help="Whether pictures of adults may be asked for.",
    ),
    option(
        "--allowlisted/--not-allowlisted",
        default=True,
        help="Whether allow_all and block_none may be used.",
    ),
    option("--strict", is_flag=True, help="Refuse what the service would ignore."),
    option(
        "--directives",
        type=click.Choice(get_args(DirectiveSources)),
        default="all",
        help="Where directives are taken from: prompts and the header, the header, neither.",
    ),
    option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Answer as on that day."),
)


config_options = options(
    option(
        "--include-rai-reason",
        type=bool,
        help="The default of includeRaiReason; else as each model was observed.",
    ),
    caption_option,
    request_options,
)


class LineParam(click.types.StringParamType):
    """A repeatable text; an environment variable holds one per line."""

    envvar_list_splitter = "\n"


def _rule(text: str) -> str:
    from imagen_fake.directives.directives import DirectiveError, parse

    try:
        parse(text, in_rule=True)
    except DirectiveError as error:
        raise click.BadParameter(str(error)) from None
    return text


rule_option = option(
    "--rule",
    "rules",
    multiple=True,
    type=LineParam(),
    callback=lambda _context, _option, rules: tuple(map(_rule, filter(str.strip, rules))),
    metavar="DIRECTIVES",
    help="Such as 'model=imagen-4* error=503 times=2'; may be repeated (a line each).",
)


def to_config(as_of: datetime | None, **settings: Any) -> Config:
    """The Config that the options of `request_options` or `config_options` make.

    Raises UsageError for an impossible one.
    """
    try:
        return Config(as_of=as_of.date() if as_of else None, **settings)
    except ConfigError as error:
        raise click.UsageError(str(error)) from None

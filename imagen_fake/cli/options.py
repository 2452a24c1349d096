"""Options: each is a flag, an environment variable and a key of the configuration file."""

from collections.abc import Callable
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from imagen_fake.cli.config_file import CONFIG_FILE, ConfigFile

Command = TypeVar("Command", bound=Callable[..., Any])


class Setting(click.Option):
    """An option that may also stand in the configuration file, which its errors then name."""

    def get_error_hint(self, ctx: click.Context | None) -> str:
        """Where the value comes from: the file and the key, else the flag and the variable."""
        if ctx and ctx.get_parameter_source(str(self.name)) is ParameterSource.DEFAULT_MAP:
            file: ConfigFile = ctx.meta[CONFIG_FILE]
            return file.place(str(self.name), str(ctx.command.name))
        return super().get_error_hint(ctx)


def option(name: str, *more: str, **settings: Any) -> Callable[[Command], Command]:
    """An option: the flag `--name`, the variable `IMAGEN_FAKE_NAME`, the parameter's name as key.

    One that is on without a value can be switched off by `--no-name`, whatever a file says.
    """
    if settings.get("is_flag") and not name.startswith("--no-"):
        name += f"/--no-{name.removeprefix('--')}"
    variable = "IMAGEN_FAKE_" + name.removeprefix("--").split("/")[0].replace("-", "_").upper()
    settings = {"envvar": variable, "show_envvar": True, "show_default": True, **settings}
    return click.option(name, *more, cls=Setting, **settings)


def options(*group: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Options that several commands share, as one decorator; `--help` shows them in this order."""

    def decorate(command: Command) -> Command:
        for one in reversed(group):
            command = one(command)
        return command

    return decorate


def reject_found(name: str, what: str) -> None:
    """Raise UsageError if an option's value stands in a configuration file that nobody named.

    Such a file may be anybody's: it does not decide on `what`.
    """
    context = click.get_current_context()
    if context.get_parameter_source(name) is ParameterSource.DEFAULT_MAP:
        file: ConfigFile = context.meta[CONFIG_FILE]
        if file.boundary:
            raise click.UsageError(
                f"{file.place(name, str(context.command.name))} decides on {what}. If that is"
                " meant, say so by the option or a variable, or name the file with --config."
            )


def reject_unused(when: str, *names: str, variables: bool = False) -> None:
    """Raise UsageError if one of the current command's options was given that then does nothing.

    Variables and the file count only with `variables`: they may be meant for another command.
    """
    context = click.get_current_context()
    anywhere = (ParameterSource.ENVIRONMENT, ParameterSource.DEFAULT_MAP) if variables else ()
    sources = {ParameterSource.COMMANDLINE, *anywhere}
    for parameter in context.command.params:
        if parameter.name in names and context.get_parameter_source(parameter.name) in sources:
            raise click.UsageError(f"{parameter.opts[0]} has no effect {when}.")

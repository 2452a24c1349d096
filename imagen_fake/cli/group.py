"""The group of all commands: each reads the configuration file, none ends in a traceback."""

from functools import wraps
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from imagen_fake.cli.config_file import CONFIG_FILE, ConfigFile, ConfigFileError, find, read
from imagen_fake.cli.file_values import file_values
from imagen_fake.cli.options import Setting, option, options
from imagen_fake.cli.origins import origins
from imagen_fake.cli.params import FILE


class CliGroup(click.Group):
    """A group whose commands read the configuration file, and which reports OSError in one line."""

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        """Add a command, and the options of the configuration file to it."""
        if any(isinstance(one, Setting) for one in cmd.params):
            config_file_options(cmd)
            cmd.callback = _noting_origins(cmd.callback)
        super().add_command(cmd, name)

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command."""
        try:
            return super().main(*args, **extra)
        except OSError as error:  # but no broken pipe: whoever reads has had enough, as click knows
            where = f"{error.filename}: " if error.filename else ""
            click.ClickException(f"{where}{error.strerror or error}").show()
            raise SystemExit(1) from None


def _noting_origins(callback: Any) -> Any:
    @wraps(callback)
    def call(*args: Any, **settings: Any) -> Any:
        for text in origins(click.get_current_context()):
            click.echo(f"imagen-fake: {text}", err=True)
        return callback(*args, **settings)

    return call


GIVEN = "imagen_fake.config_options"


def _load(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """Read the file once both options are known, and let the command have its values."""
    given = ctx.meta.setdefault(GIVEN, {})
    given[param.name] = value
    if len(given) < len(CONFIG_OPTIONS) or ctx.resilient_parsing:
        return
    try:
        ctx.meta[CONFIG_FILE] = file = _file(ctx, **ctx.meta.pop(GIVEN))
        group = ctx.parent and ctx.parent.command
        commands = group.commands if isinstance(group, click.Group) else {}
        ctx.default_map = file_values(file, ctx.command, commands) if file else {}
    except ConfigFileError as error:
        raise click.UsageError(str(error)) from None


def _file(ctx: click.Context, config: Path | None, no_config: bool) -> ConfigFile | None:
    if config and no_config:
        sources = [ctx.get_parameter_source(name) for name in ("config", "no_config")]
        if sources[0] == sources[1]:
            raise click.UsageError("Either --config FILE or --no-config.")
        no_config = sources[1] is ParameterSource.COMMANDLINE
    if no_config:
        return None
    return read(config) if config else find()


CONFIG_OPTIONS = (
    option(
        "--config",
        type=FILE,
        is_eager=True,
        expose_value=False,
        callback=_load,
        metavar="FILE",
        help="The configuration file.  [default: the nearest one]",
    ),
    option(
        "--no-config",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_load,
        help="Read no configuration file.",
    ),
)
config_file_options = options(*CONFIG_OPTIONS)

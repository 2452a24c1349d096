"""The Config that a configuration file makes where no command is run: for the pytest plugin."""

from collections.abc import Sequence
from copy import copy
from pathlib import Path

import click

from imagen_fake.cli.config_file import CONFIG_FILE, ConfigFile, ConfigFileError, find
from imagen_fake.config import Config


def folder_config(folder: Path) -> tuple[Config, Sequence[str]]:
    """The Config of the nearest file of a folder, the usual one without any, as `file_config`."""
    file = find(folder)
    return file_config(file) if file else (Config(), ())


def file_config(file: ConfigFile) -> tuple[Config, Sequence[str]]:
    """The Config of what a file says at its top, and what leads out of this machine.

    Tables of commands are left out, and so are environment variables, which are the command
    line's. Raises ConfigFileError.
    """
    from imagen_fake.cli.fake_options import load_fonts, to_config
    from imagen_fake.cli.file_values import file_values, keys
    from imagen_fake.cli.main import main  # takes its time
    from imagen_fake.cli.origins import origins

    parent = click.Context(main)
    parent.meta[CONFIG_FILE] = file
    command = click.Command("pytest")
    command.params = [_without_variable(one) for one in keys(main.commands["run"]).values()]
    values = file_values(file, command, main.commands)
    try:
        with command.make_context("pytest", [], parent, default_map=values) as context:
            settings = dict(context.params)
            load_fonts(settings.pop("fonts"))
            return to_config(**settings), [*origins(context, ["storage"])]
    except click.ClickException as error:
        raise ConfigFileError(error.format_message()) from None
    except OSError as error:
        raise ConfigFileError(f"{error.filename or file.path}: {error.strerror}") from None


def _without_variable(option: click.Option) -> click.Option:
    copied = copy(option)
    copied.envvar = None
    return copied

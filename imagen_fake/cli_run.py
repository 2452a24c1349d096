"""`imagen-fake run -- COMMAND`: a program of any language with a fake of its own."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

import click

from imagen_fake import signals
from imagen_fake.child import Child
from imagen_fake.cli_access import opening
from imagen_fake.config import Config, ConfigError
from imagen_fake.options import configured, ruled, to_config


@click.command(context_settings={"allow_interspersed_args": False})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@ruled
@configured
@opening
def run(command: Sequence[str], **settings: Any) -> None:
    """Run a command against a fake of its own, and exit as it does.

    The command finds the fake by the variables of `imagen-fake env`, and by IMAGEN_FAKE_URL.
    """
    signals.handle(leave)
    try:
        with serving(to_config(**settings)) as variables:
            code = started(command, variables).wait()
    except ConfigError as error:
        raise click.UsageError(str(error)) from None
    raise SystemExit(code)


def started(command: Sequence[str], variables: Mapping[str, str]) -> Child:
    """A command that runs. Raises ClickException if there is no such program."""
    try:
        return Child(command, {**os.environ, **variables})
    except OSError as error:
        raise click.ClickException(f"{command[0]}: {error.strerror}") from None


@contextmanager
def serving(config: Config) -> Iterator[Mapping[str, str]]:
    """The variables that lead to a fake that runs until the end."""
    from imagen_fake.credentials import Order, write
    from imagen_fake.exports import variables
    from imagen_fake.server import serving
    from imagen_fake.state import State

    state = State(config)
    with serving(state=state) as url, TemporaryDirectory(prefix="imagen-fake-") as folder:
        adc = Path(folder, "credentials.json")
        write("external-account", Order(state.access, url, adc))
        yield {"IMAGEN_FAKE_URL": url, **variables(url, config.project, adc)}


def leave(number: int) -> NoReturn:
    """End this process as that signal would, but with everything tidied up."""
    signals.ignore()
    raise SystemExit(128 + number)

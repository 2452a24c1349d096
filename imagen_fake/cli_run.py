"""`imagen-fake run -- COMMAND`: a program of any language with a fake of its own."""

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from signal import SIGTERM, signal
from tempfile import TemporaryDirectory
from typing import Any

import click

from imagen_fake.config import Config, ConfigError
from imagen_fake.options import configured, ruled, to_config


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@ruled
@configured
def run(command: Sequence[str], **settings: Any) -> None:
    """Run a command against a fake of its own, and exit as it does.

    The command finds the fake by the variables of `imagen-fake env`, and by IMAGEN_FAKE_URL.
    """
    try:
        with serving(to_config(**settings)) as variables:
            code = wait(command, variables)
    except ConfigError as error:
        raise click.UsageError(str(error)) from None
    except FileNotFoundError as error:
        raise click.ClickException(f"{command[0]}: {error.strerror}") from None
    raise SystemExit(code)


@contextmanager
def serving(config: Config) -> Iterator[Mapping[str, str]]:
    """The variables that lead to a fake that runs until the end."""
    from imagen_fake.credentials import Order, write
    from imagen_fake.exports import variables
    from imagen_fake.server import serving
    from imagen_fake.state import State

    state = State(config)
    with serving(state=state) as url, TemporaryDirectory(prefix="imagen-fake-") as folder:
        try:
            adc = Path(folder, "credentials.json")
            write("service-account", Order(state.access, url, adc))
            shown = variables(url, config.project, adc)
        except ConfigError:  # without the extra `auth` clients go to the metadata server
            shown = variables(url, config.project)
        yield {"IMAGEN_FAKE_URL": url, **shown}


def wait(command: Sequence[str], variables: Mapping[str, str]) -> int:
    """The exit code of a command, 128 and the signal's number if one ended it."""
    child = subprocess.Popen(command, env={**os.environ, **variables})  # noqa: S603
    with terminating(child):
        code = None
        while code is None:
            try:
                code = child.wait()
            except KeyboardInterrupt:  # the terminal sent it to the command as well
                continue
    return 128 - code if code < 0 else code


@contextmanager
def terminating(child: "subprocess.Popen[bytes]") -> Iterator[None]:
    """Pass SIGTERM on to a command."""
    before = signal(SIGTERM, lambda *_: child.terminate())
    try:
        yield
    finally:
        signal(SIGTERM, before)

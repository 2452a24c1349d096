"""`imagen-fake run -- COMMAND`: a program of any language with a fake of its own."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from imagen_fake.cli.access import access_options
from imagen_fake.cli.child import Child
from imagen_fake.cli.options import config_options, rule_option, to_config
from imagen_fake.config import Config, ConfigError
from imagen_fake.server import signals

NOT_EXECUTABLE, NOT_FOUND = 126, 127

MISSING = "Is it installed, its folder in PATH, and a script's interpreter, too? A shell's own\
 commands and operators need the shell: imagen-fake run -- sh -c '...'"
CANNOT = "Make it executable (chmod +x), or name the program that runs it, such as python."


@click.command(context_settings={"allow_interspersed_args": False})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@rule_option
@config_options
@access_options
def run(command: Sequence[str], **settings: Any) -> None:
    """Run a command against a fake of its own, and exit as it does.

    The command finds the fake by the variables of `imagen-fake env`, and by IMAGEN_FAKE_URL.
    """
    try:
        with fake_environment(to_config(**settings)) as variables:
            code = start(command, variables).wait()
    except ConfigError as error:
        raise click.UsageError(str(error)) from None
    raise SystemExit(code)


def start(command: Sequence[str], variables: Mapping[str, str]) -> Child:
    """Start a command. Raises CannotRun."""
    try:
        return Child(command, {**os.environ, **variables})
    except OSError as error:
        raise CannotRun(command[0], error) from None


class CannotRun(click.ClickException):
    """A command that cannot be started; exits with the code that shells use."""

    def __init__(self, program: str, error: OSError) -> None:
        self.missing = isinstance(error, FileNotFoundError)
        hint = MISSING if self.missing else CANNOT
        super().__init__(f"{program}: {error.strerror or error}. {hint}")

    @property
    def exit_code(self) -> int:  # type: ignore[override] # click reads it alone
        """What shells have for it."""
        return NOT_FOUND if self.missing else NOT_EXECUTABLE


@contextmanager
def fake_environment(config: Config) -> Iterator[Mapping[str, str]]:
    """Run a fake; yields the environment variables that point clients at it."""
    from imagen_fake.auth.client_env import environment
    from imagen_fake.auth.credentials import AdcRequest, write_adc
    from imagen_fake.server.http import serve_in_thread
    from imagen_fake.state.state import State

    signals.handle(signals.exit_on_signal)
    state = State(config)
    with serve_in_thread(state=state) as url, TemporaryDirectory(prefix="imagen-fake-") as folder:
        adc = Path(folder, "credentials.json")
        write_adc("external-account", AdcRequest(state.access, url, adc))
        yield {"IMAGEN_FAKE_URL": url, **environment(url, config.project, adc)}

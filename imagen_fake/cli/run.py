"""`imagen-fake run -- COMMAND`: a program of any language with a fake of its own."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from math import inf
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import click

from imagen_fake.cli.fake_options import fake_options, load_fonts, to_config
from imagen_fake.config import Config, ConfigError
from imagen_fake.server import signals

NOT_EXECUTABLE, NOT_FOUND = 126, 127

MISSING = "Is it installed, its folder in PATH, and a script's interpreter, too? A shell's own\
 commands and operators need the shell: imagen-fake run -- sh -c '...'"
CANNOT = "Make it executable (chmod +x), or name the program that runs it, such as python."


@click.command(context_settings={"allow_interspersed_args": False})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@fake_options
def run(command: Sequence[str], fonts: tuple[Path, ...], **settings: Any) -> None:
    """Run a command against a fake of its own, and exit as it does.

    The command finds the fake by the variables of `imagen-fake env`, and by IMAGEN_FAKE_URL.
    """
    config = to_config(**settings)
    load_fonts(fonts)
    received = signals.note()
    try:
        with fake_environment(config) as variables:
            if received:
                raise SystemExit(128 + received[0])
            code = start(command, variables, received).wait()
    except ConfigError as error:
        raise click.UsageError(str(error)) from None
    raise SystemExit(code)


def start(command: Sequence[str], variables: Mapping[str, str], received: list[int]) -> "Child":
    """Start a command, which is sent the signals received meanwhile. Raises CannotRun."""
    try:
        return Child(command, {**os.environ, **variables}, received)
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
    from imagen_fake.server.embedded import serve

    with serve(config) as fake:
        yield {"IMAGEN_FAKE_URL": fake.url, **fake.env}


KILL_AFTER_SECONDS = 10.0
POLL_SECONDS = 0.2


class Child:
    """A command with its own process group, unless it shares a terminal with this process.

    A terminal sends its signals to both, and only its foreground group may read from it.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], received: list[int]
    ) -> None:
        """Start the command with these environment variables. Raises OSError."""
        self._pending = received
        self._process: subprocess.Popen[bytes] | None = None
        self._deadline = inf
        self._shares_terminal = shares_terminal()
        signals.handle(self._forward)
        self._process = subprocess.Popen(  # noqa: S603 (it is the user's own)
            resolve_program(command),
            env=environment,
            process_group=None if self._shares_terminal else 0,
        )
        for number in self._pending:
            self._send(self._process, number)

    def wait(self) -> int:
        """The exit code, 128 and the number of the signal if one ended it.

        Signals are ignored from then on.
        """
        assert self._process  # noqa: S101
        code = None
        while code is None:  # a wait without a limit may miss the signal that comes just before it
            with suppress(subprocess.TimeoutExpired):
                code = self._process.wait(POLL_SECONDS)
            if code is None and monotonic() > self._deadline:
                self._kill(self._process)
        signals.ignore()
        self._end_process_group(self._process)
        return 128 - code if code < 0 else code

    def _forward(self, number: int) -> None:
        if self._process is None:
            self._pending.append(number)
        else:
            self._send(self._process, number)

    def _send(self, process: "subprocess.Popen[bytes]", number: int) -> None:
        """Forward a signal, and start the countdown to SIGKILL."""
        if not self._shares_terminal:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)
        elif number == signal.SIGINT:  # the terminal sent it to the command as well
            return
        else:
            process.terminate() if os.name == "nt" else process.send_signal(number)
        self._deadline = min(self._deadline, monotonic() + KILL_AFTER_SECONDS)

    def _end_process_group(self, process: "subprocess.Popen[bytes]") -> None:
        """After a signal, wait for the rest of the process group, then kill it."""
        if self._shares_terminal or self._deadline == inf:
            return
        with suppress(ProcessLookupError, PermissionError):  # nobody is left, or nobody of ours
            while monotonic() < self._deadline:
                os.killpg(process.pid, 0)
                sleep(POLL_SECONDS)
            os.killpg(process.pid, signal.SIGKILL)

    def _kill(self, process: "subprocess.Popen[bytes]") -> None:
        if self._shares_terminal:
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


def resolve_program(command: Sequence[str]) -> list[str]:
    """A command with its program's path, so that Windows finds `npm.cmd` for `npm`."""
    program, *arguments = command
    return [shutil.which(program) or program, *arguments]


def shares_terminal() -> bool:
    """Whether a terminal sends its signals to this process and to what it starts."""
    if os.name == "nt":
        return True
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except OSError:  # standard input is no terminal
        return False

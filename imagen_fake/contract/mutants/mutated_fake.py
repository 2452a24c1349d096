"""A wrong fake in a process of its own: with other facts, or with a fault in its code.

The suite reads the true facts at the same time, so they cannot share a process.
"""

import logging
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from imagen_fake.contract.exchange import Case, Request, Response
from imagen_fake.contract.mutants.patched_facts import Patch, clear_caches, patched_copy
from imagen_fake.contract.mutants.program import PACKAGE, Program, load_anew
from imagen_fake.contract.targets.addresses import HOST, build_request
from imagen_fake.contract.targets.target import Kind, Target

SECONDS = 60.0
"""The longest time to wait for a response."""
GRACE = 10.0
"""The longest time to wait for the process to end by itself."""
ENDED = (
    "The process of the wrong fake has ended. A script that starts one needs"
    " `if __name__ == '__main__':`, as each process imports it."
)


class MutatedFake(Target):
    """A process that serves one wrong fake after another; leaving it ends the process."""

    kind: Kind = "inside"

    def __init__(self) -> None:
        self.name = "a wrong fake"
        self._folder = TemporaryDirectory()
        self._configured: dict[str, ConfiguredMutant] = {}
        self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._connection.send(None)
            self._process.join(GRACE)
        self._end()
        self._folder.cleanup()

    def _start(self) -> None:
        context = get_context("spawn")
        self._connection, child = context.Pipe()
        self._process = context.Process(target=serve, args=(child, self._folder.name), daemon=True)
        self._process.start()
        child.close()  # so that the end of the process is the end of the connection

    def _end(self) -> None:
        self._process.kill()  # a fault may be a loop without an end
        self._process.join()
        self._connection.close()

    def apply(self, change: Patch | Program) -> None:
        """Serve a fake with these facts, or this fault, from now on; in a new process if need be.

        Raises OSError where that fails.
        """
        if not self._process.is_alive():
            self._start()
        self._configured = {}
        self.send("patch" if isinstance(change, Patch) else "program", change)

    def ask(self, request: Request) -> Response:
        """The response. Raises OSError where none comes."""
        response: Response = self.send("ask", request)
        return response

    def ask_together(self, requests: Sequence[Request]) -> list[Response]:
        """The responses to requests that are sent at once. Raises OSError where one is missing."""
        responses: list[Response] = self.send("ask_together", list(requests))
        return responses

    def configure(self, setting: str) -> "ConfiguredMutant":
        """The wrong fake with a setting. Raises KeyError."""
        if setting not in self._configured:
            self._configured[setting] = ConfiguredMutant(self, setting)
        return self._configured[setting]

    def send(self, kind: str, message: object) -> Any:
        """What the process makes of a message.

        Raises OSError where nothing comes back. The process is then ended, as what it says later
        would be taken for the answer to another message.
        """
        try:
            self._connection.send((kind, message))
            if not self._connection.poll(SECONDS):
                raise TimeoutError("The wrong fake gave no answer.")
            answer = self._connection.recv()
        except (EOFError, OSError) as error:
            self._end()
            raise error if isinstance(error, TimeoutError) else ConnectionError(ENDED) from error
        if isinstance(answer, Exception):
            raise ConnectionError(str(answer))
        return answer


class ConfiguredMutant:
    """A wrong fake with a setting."""

    def __init__(self, fake: MutatedFake, setting: str) -> None:
        self._fake, self._setting = fake, setting
        self.variables: dict[str, str] = fake.send("variables", setting)

    def ask(self, request: Request) -> Response:
        """The response. Raises OSError where none comes."""
        response: Response = self._fake.send("ask_configured", (self._setting, request))
        return response

    def request(self, case: Case) -> Request:
        """The request of a case."""
        return build_request(case, HOST)

    def url(self, path: str) -> str:
        """The URL of a path."""
        return HOST + path


class Served:
    """The wrong fake on the side of the process; a method for each kind of message."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._faulty = folder, False
        self._start()

    def _start(self) -> None:
        from imagen_fake.contract.targets.targets import InProcessTarget

        self._fake = InProcessTarget()

    def patch(self, patch: Patch) -> None:
        """Serve a fake with these facts."""
        if self._faulty:
            load_anew(None)
            self._faulty = False
        from imagen_fake import spec

        spec.ROOT = patched_copy(self._folder, patch)
        clear_caches()
        self._start()

    def program(self, program: Program) -> None:
        """Serve a fake with this fault in its code, and the true facts."""
        load_anew(program)
        self._faulty = True
        import_module(f"{PACKAGE}.{program.module}")
        self._start()

    def ask(self, request: Request) -> Response:
        """The response to a request."""
        return self._fake.ask(request)

    def ask_together(self, requests: list[Request]) -> list[Response]:
        """The responses to requests that are sent at once."""
        return self._fake.ask_together(requests)

    def variables(self, setting: str) -> dict[str, str]:
        """What the fake with a setting has for requests to refer to."""
        configured = self._fake.configure(setting)
        return dict(configured.variables) if configured else {}

    def ask_configured(self, message: tuple[str, Request]) -> Response | None:
        """The response of the fake with a setting; None where it cannot be set so."""
        setting, request = message
        configured = self._fake.configure(setting)
        return configured.ask(request) if configured else None


def serve(connection: Connection, folder: str) -> None:
    """Answer messages until there are no more; one that fails is answered with its error."""
    logging.disable()  # a wrong fake may fail, and nobody reads how
    served = Served(Path(folder))
    while message := connection.recv():
        kind, argument = message
        try:
            answer = getattr(served, kind)(argument)
        except Exception as error:  # noqa: BLE001 (a wrong fake may fail in any way)
            answer = OSError(f"{type(error).__name__}: {error}")
        connection.send(answer)

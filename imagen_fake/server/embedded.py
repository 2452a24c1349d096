"""A fake on sockets of this program, as a context manager: live servers, browsers, notebooks."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from imagen_fake.auth.credentials import AdcRequest, environment, write_adc
from imagen_fake.config import Config
from imagen_fake.leading import python_path
from imagen_fake.server.http import optional_grpc, serve_in_thread
from imagen_fake.server.tls import certificate
from imagen_fake.state.state import State
from imagen_fake.testing.fake import Fake


class Serving:
    """What `serve` returns: a context manager, each `with` of which has a fake of its own."""

    def __init__(self, start: Callable[[], AbstractContextManager[Fake]]) -> None:
        self._start = start
        self._running: list[ExitStack] = []

    def __enter__(self) -> Fake:
        with ExitStack() as stack:
            fake = stack.enter_context(self._start())
            self._running.append(stack.pop_all())
        return fake

    def __exit__(self, *_: object) -> None:
        self._running.pop().close()


def serve(
    config: Config | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    tls: bool = False,
    grpc: bool = False,
) -> Serving:
    """A fake that listens within a `with`, in threads of its own; port 0 is a free one.

    `.url` says where, `.env` has the variables that lead clients there, credentials included, and
    `.grpc_port` where Vertex AI is answered over gRPC, if it is. With `tls` both speak TLS, by a
    certificate whose authority `.env` names; it is kept in the folder of `config.keys`, if any.
    Raises ConfigError on entering: for a port that is taken, and without the packages of the
    extras `tls` and `grpc`.
    """
    return Serving(partial(_serving, config, host, port, tls, grpc))


@contextmanager
def _serving(config: Config | None, host: str, port: int, tls: bool, grpc: bool) -> Iterator[Fake]:
    state = State(config)
    project, keys = state.config.project, state.config.keys
    with TemporaryDirectory(prefix="imagen-fake-") as name, ExitStack() as stack:
        folder = Path(name)
        shown = certificate((keys or folder) / "tls") if tls else None
        url = stack.enter_context(serve_in_thread(None, host, shown, state, port))
        bound = stack.enter_context(optional_grpc(state, host, 0 if grpc else None, shown))
        adc = folder / "credentials.json"
        write_adc("external-account", AdcRequest(state.access, url, adc))
        authority = shown.authority if shown else None
        variables = environment(url, project, adc, authority)
        yield Fake(state, url, {**variables, "PYTHONPATH": python_path()}, bound)

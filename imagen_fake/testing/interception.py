"""Calls to the service's own addresses, answered in process: no socket, no base URL."""

from collections.abc import Iterator
from contextlib import ExitStack
from fnmatch import fnmatchcase
from threading import Lock
from typing import NamedTuple

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.state.state import State
from imagen_fake.testing.decorator import Function, wrap
from imagen_fake.testing.fake import Fake
from imagen_fake.testing.in_process import InProcess
from imagen_fake.testing.patches import patched


class NetworkBlocked(RuntimeError):  # noqa: N818 (it says what happened)
    """A call to a host that is none of the service's, where the network is blocked."""

    # No OSError: clients would try again, some of them for minutes.
    def __init__(self, host: str) -> None:
        super().__init__(
            f"A call to {host} was blocked: within imagen_fake.intercept(block_network=True) only"
            " hosts of Google's Imagen API are answered."
        )


class Route(NamedTuple):
    """The hosts of one interception, and the fake that answers for them."""

    in_process: InProcess
    hosts: tuple[str, ...]
    """Patterns of names, in lower case."""
    block_network: bool

    def answers(self, host: str) -> bool:
        """Whether a host is one of the service's. Raises NetworkBlocked for another if blocking."""
        if any(fnmatchcase(host, pattern) for pattern in self.hosts):
            return True
        if self.block_network:
            raise NetworkBlocked(host)
        return False


class Router:
    """The active interceptions, the newest last; libraries are patched while there is one.

    Shared by all threads. Interceptions may end in any order.
    """

    def __init__(self) -> None:
        self._routes: tuple[Route, ...] = ()
        self._lock = Lock()
        self._patches = ExitStack()

    def resolve(self, host: str) -> InProcess | None:
        """The fake that answers for a host, None to let the call out. Raises NetworkBlocked."""
        name = host.lower().rstrip(".")
        for route in reversed(self._routes):
            if route.answers(name):
                return route.in_process
        return None

    def add(self, route: Route) -> None:
        """Add a route that takes precedence over the others."""
        with self._lock:
            if not self._routes:
                self._patches.enter_context(patched(self.resolve))
            self._routes = (*self._routes, route)

    def remove(self, route: Route) -> None:
        """Remove a route and drop its connections."""
        with self._lock:
            self._routes = tuple(other for other in self._routes if other is not route)
            if not self._routes:
                self._patches.close()
        route.in_process.close()


ROUTER = Router()


class Interception:
    """What `intercept` returns: a context manager, and a decorator for functions of all kinds."""

    def __init__(self, config: Config | None, state: State | None, block_network: bool) -> None:
        self._arguments = config, state, block_network
        self._routes: list[Route] = []

    def __enter__(self) -> Fake:
        config, state, block_network = self._arguments
        state = state or State(config)
        self._routes.append(Route(InProcess(state), tuple(hosts(state)), block_network))
        ROUTER.add(self._routes[-1])
        return Fake(state)

    def __exit__(self, *_: object) -> None:
        ROUTER.remove(self._routes.pop())

    def __call__(self, function: Function) -> Function:
        """A function during whose calls the fake answers; each call has a fake of its own.

        It answers as long as a generator or a coroutine runs. Raises TypeError for a class.
        """
        return wrap(lambda: Interception(*self._arguments), function)


def intercept(
    config: Config | None = None, *, state: State | None = None, block_network: bool = False
) -> Interception:
    """Within it, calls to the service, its token endpoints and metadata server are answered here.

    For `with` and as a decorator, in all threads, nested too: the innermost answers. Calls that
    requests, niquests, httpx, httpx2, aiohttp, urllib3, urllib and httplib2 make are taken; gRPC's
    are not.
    Other hosts are left alone, or refused with NetworkBlocked. Threads that enter it themselves
    need one each. Raises ConfigError on entering.
    """
    return Interception(config, state, block_network)


def hosts(state: State) -> Iterator[str]:
    """Patterns of the hosts that a fake stands in for; the real storage is left alone."""
    for name, facts in spec.table("hosts")["answered"].items():
        if name != "storage" or state.config.storage != "gs":
            yield from facts["value"]

"""Calls to the service's own addresses, answered in process: no socket, no base URL."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from threading import Lock
from typing import get_args

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.state.state import State
from imagen_fake.testing.decorator import Function, wrap
from imagen_fake.testing.fake import Fake
from imagen_fake.testing.in_process import InProcess
from imagen_fake.testing.patches import patched
from imagen_fake.testing.routing import Enter, Route, Router, Unknown


class PatchingRouter(Router):
    """The active interceptions; libraries are patched while there is one.

    Shared by all threads. Interceptions may end in any order.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = Lock()
        self._patches = ExitStack()

    def add(self, route: Route) -> None:
        """Add a route that takes precedence over the others."""
        with self._lock:
            if not self._routes:
                self._patches.enter_context(patched(self))
            super().add(route)

    def remove(self, route: Route) -> None:
        """Remove a route and drop its connections."""
        with self._lock:
            super().remove(route)
            if not self._routes:
                self._patches.close()
        route.in_process.close()

    def copies(self) -> Sequence[Enter]:
        """The same interceptions, each with a fake that has the settings and rules of ours."""
        return tuple(map(_copy, self._routes))


def _copy(route: Route) -> Enter:
    state = route.in_process.state
    config = replace(state.config, rules=tuple(rule.directives for rule in state.rules))
    return partial(intercept, config, block_network=route.block_network, unknown=route.unknown)


ROUTER = PatchingRouter()


class Interception:
    """What `intercept` returns: a context manager, and a decorator for functions of all kinds."""

    def __init__(
        self, config: Config | None, state: State | None, block_network: bool, unknown: Unknown
    ) -> None:
        self._arguments = config, state, block_network, unknown
        self._entered: list[tuple[Route, Fake]] = []

    def __enter__(self) -> Fake:
        config, state, block_network, unknown = self._arguments
        state = state or State(config)
        route = Route(InProcess(state), tuple(hosts(state)), block_network, unknown)
        self._entered.append((route, Fake(state)))
        ROUTER.add(route)
        return self._entered[-1][1]

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        route, fake = self._entered.pop()
        ROUTER.remove(route)
        if kind is None and self._arguments[1] is None:  # who gave a state looks at it
            fake.assert_no_errors()

    def __call__(self, function: Function) -> Function:
        """A function during whose calls the fake answers; each call has a fake of its own.

        It answers as long as a generator or a coroutine runs. Raises TypeError for a class.
        """
        return wrap(lambda: Interception(*self._arguments), function)


def intercept(
    config: Config | None = None,
    *,
    state: State | None = None,
    block_network: bool = False,
    unknown: Unknown = "pass",
) -> Interception:
    """Within it, calls of Imagen, its token endpoints, storage and metadata are answered here.

    For `with` and as a decorator, in all threads, nested too: the innermost answers. Calls that
    requests, niquests, httpx, httpx2, aiohttp, urllib3, urllib, httplib2 and gRPC make are taken
    (gRPC's need the packages of the extra `grpc`). Other calls to the service's hosts
    (`:generateContent`) are left to whatever lies beneath, another mock or the network, or refused
    with `unknown="refuse"`. With `block_network` nothing goes out. What is refused, and a
    credential of the fake's on its way out, is NetworkBlocked. Threads that enter it themselves
    need one each. Raises ConfigError on entering, ValueError for another `unknown`, and
    AssertionError on leaving where the fake itself failed, with its traceback.
    """
    if unknown not in get_args(Unknown):
        raise ValueError(f"unknown is 'pass' or 'refuse', not {unknown!r:.80}.")
    return Interception(config, state, block_network, unknown)


def hosts(state: State) -> Iterator[str]:
    """Patterns of the hosts that a fake stands in for; the real storage is left alone."""
    for name, facts in spec.table("hosts")["answered"].items():
        if name != "storage" or state.config.storage != "gs":
            yield from facts["value"]

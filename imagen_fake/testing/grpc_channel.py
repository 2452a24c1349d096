"""A channel of gRPC's core, and how it was opened, which the core does not say.

Whether the fake answers is decided call by call: a client may outlive the interception it was made
in, or be older.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

import grpc

from imagen_fake.hosts import authority, is_loopback
from imagen_fake.testing.grpc_credentials import (
    CredentialsError,
    Metadata,
    Plugin,
    granted,
    plugins,
)
from imagen_fake.testing.in_process import InProcess
from imagen_fake.testing.routing import Router

LOCAL = re.compile(r"(?:unix|unix-abstract|vsock):")
"""Targets that are no hosts."""

NAMED = re.compile(r"(?:(?:dns|ipv4|ipv6|xds|passthrough|google-c2p):)?(?://[^/]*/)?/*([^,]*)")
"""A target that names a host, by a name of gRPC's resolvers (doc/naming.md there)."""

IDLE: int = grpc.ChannelConnectivity.IDLE.value[0]
READY: int = grpc.ChannelConnectivity.READY.value[0]

MISSING = """\
imagen-fake needs more packages to answer gRPC: pip install 'imagen-fake[grpc]'. Or let the client \
speak REST: vertexai.init(..., api_transport="rest").\
"""

MAX_MESSAGE = "grpc.max_receive_message_length"
DEFAULT_MAX_MESSAGE = 4 * 2**20
"""Bytes of the largest answer that a channel takes without that option."""


class Opening(NamedTuple):
    """How a channel was opened."""

    plugins: tuple[Plugin, ...]
    """The credentials of every call."""
    is_secure: bool
    max_message: int
    """Bytes of the largest answer it takes; -1 is any."""


def opening(credentials: Any, options: Iterable[tuple[str, Any]]) -> Opening | None:
    """How a channel is opened with credentials of gRPC's core and options.

    None for credentials that do not say whose they are: they are older than the interception.
    """
    kind = type(credentials).__name__
    if kind == "ComputeEngineChannelCredentials":
        return None
    is_secure = kind not in ("NoneType", "InsecureChannelCredentials")
    largest = dict(options).get(MAX_MESSAGE, DEFAULT_MAX_MESSAGE)
    return Opening(tuple(plugins(credentials)), is_secure, largest)


class Channel:
    """What stands for a channel of gRPC's core, of which it has all that it does not define."""

    def __init__(
        self, router: Router, core: Any, address: str, opened: Opening | None = None
    ) -> None:
        self._router, self._core = router, core
        self.authority = target_authority(address)
        """Host and port, as they are spelled; empty for a target that is no host."""
        named = authority(self.authority)
        self._host = named.host if named else self.authority.lower()
        self.opened = opened
        """None for a channel, or credentials, that were made before the fake was there to see."""
        self._asked_to_connect = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._core, name)

    def resolve(self, path: str | None = None) -> InProcess | None:
        """The fake that answers a method now, or some methods; None for the network.

        Raises NetworkBlocked where the network must not be used.
        """
        if not self._host:
            return None
        in_process = self._router.resolve(self._host, path)
        if in_process is None:
            self._router.check_departure(self._host, path)
        return in_process

    def leads_away(self) -> bool:
        """Whether calls that are not answered leave this machine while there is an interception."""
        return bool(self._host) and not is_loopback(self._host) and self._router.is_active

    def check_departure(
        self, path: str, metadata: Metadata, credentials: Any, seconds: float | None
    ) -> None:
        """Raise NetworkBlocked for a call on its way out that has a credential of a fake.

        What else gives it credentials is asked for them.
        """
        if not self.leads_away():
            return
        granting = (*(self.opened.plugins if self.opened else ()), *plugins(credentials))
        more: Metadata = ()
        with suppress(CredentialsError, TimeoutError):  # gRPC will say so
            more = tuple(granted(granting, self.authority, path, seconds))
        headers = [
            (key.encode(), value.encode() if isinstance(value, str) else value)
            for key, value in (*metadata, *more)
        ]
        self._router.check_departure(self._host, path, headers)

    def check_connectivity_state(self, try_to_connect: bool) -> int:
        """The state of the connection: where the fake answers, it is ready once it is asked for.

        Raises ValueError for a closed channel, as the core does.
        """
        if self.resolve() is None:
            state: int = self._core.check_connectivity_state(try_to_connect)
            return state
        self._asked_to_connect |= bool(try_to_connect)
        state = self._core.check_connectivity_state(False)
        return READY if self._asked_to_connect and state == IDLE else state


def target_authority(target: str) -> str:
    """The host and port that a target names, the first of several; empty if it names none."""
    matched = NAMED.match(target)
    return matched[1] if matched and not LOCAL.match(target) else ""


@contextmanager
def extra_needed() -> Iterator[None]:
    """Say what to install if an import within fails. Raises ImportError."""
    try:
        yield
    except ImportError as error:
        raise ImportError(MISSING) from error

"""Which requests a fake answers, and which of the others may go on to the network."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Literal, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from imagen_fake import spec
from imagen_fake.auth.credential import is_fakes_own
from imagen_fake.hosts import is_loopback
from imagen_fake.surfaces.model_paths import MAX_PATH_LENGTH, MAX_PATHS
from imagen_fake.surfaces.own_paths import is_ours
from imagen_fake.testing.in_process import InProcess
from imagen_fake.testing.messages import Headers

Unknown = Literal["pass", "refuse"]
"""What becomes of a request to the service's hosts that no fake answers."""


Enter = Callable[[], AbstractContextManager[object]]
"""Begins an interception."""


class NetworkBlocked(RuntimeError):  # noqa: N818 (it says what happened)
    """A call that was kept from the network; no OSError, after which clients would try again."""


class Route(NamedTuple):
    """The hosts of one interception, the fake that answers for them, and what it refuses."""

    in_process: InProcess
    hosts: tuple[str, ...]
    """Patterns of names, in lower case."""
    block_network: bool = False
    unknown: Unknown = "pass"

    def is_for(self, host: str) -> bool:
        """Whether a host is one of the service's."""
        return any(fnmatchcase(host, pattern) for pattern in self.hosts)


class Router:
    """The active interceptions, the newest last. Shared by all threads."""

    def __init__(self) -> None:
        self._routes: tuple[Route, ...] = ()

    def copies(self) -> Sequence[Enter]:
        """What intercepts in another process as it is done here; it can be pickled."""
        return ()

    def add(self, route: Route) -> None:
        """Add a route that takes precedence over the others."""
        self._routes = (*self._routes, route)

    def remove(self, route: Route) -> None:
        """Remove a route."""
        self._routes = tuple(other for other in self._routes if other is not route)

    @property
    def is_active(self) -> bool:
        """Whether there is any interception."""
        return bool(self._routes)

    def resolve(self, host: str, target: str | None = None) -> InProcess | None:
        """The fake that answers a request; None for another's.

        `target` is what is sent, a path with a query or a whole URL to a proxy; without one, the
        fake that answers some requests to the host. Raises NetworkBlocked where others are refused.
        """
        name, target = _destination(host, target)
        for route in reversed(self._routes):
            if not route.is_for(name):
                continue
            if target is None or _is_ours(target, name):
                return route.in_process
            if route.unknown == "refuse":
                raise NetworkBlocked(
                    f'{_call(name, target)} was refused: with unknown="refuse" only calls that the'
                    " fake answers may be made to these hosts, and this is none of Imagen's."
                )
        return None

    def stand_in(self, host: str) -> InProcess | None:
        """A fake for a connection to a host that has no request yet; None to open it.

        A request of ours may come at the service's hosts, and at others of Google's one with a
        credential of ours, which is to be stopped before anything is opened.
        """
        if in_process := self.resolve(host):
            return in_process
        name, _ = _destination(host, None)
        patterns = spec.table("hosts")["hosts"]["value"] if self._routes else ()
        is_google = any(fnmatchcase(name, pattern) for pattern in patterns)
        return self._routes[-1].in_process if is_google else None

    def check_departure(self, host: str, target: str | None = None, headers: Headers = ()) -> None:
        """Raise NetworkBlocked for what must not go on to the network.

        That is everything where the network is blocked, and what carries a credential of a fake.
        """
        name, path = _destination(host, target)
        if any(route.block_network for route in self._routes):
            raise NetworkBlocked(
                f"{_call(name, path)} was blocked: with block_network=True or --block-network"
                " nothing goes out, and the fake does not answer it."
            )
        self.check_credentials(host, target, headers)

    def check_credentials(self, host: str, target: str | None, headers: Headers = ()) -> None:
        """Raise NetworkBlocked for a credential of a fake on its way to another machine."""
        name, path = _destination(host, target)
        if not self._routes or is_loopback(name):
            return
        if any(map(is_fakes_own, (*_values(headers), *_parameters(path or "")))):
            raise NetworkBlocked(
                f"{_call(name, path)} was stopped before it went out: it is none of Imagen's, and"
                " carries a credential that imagen-fake has issued, which is worth nothing"
                " elsewhere. Mock this call, or give its client a key or a token of its own."
            )


def _destination(host: str, target: str | None) -> tuple[str, str | None]:
    """The name of a host, and a path; a target that is for a proxy has a host of its own."""
    if target and not target.startswith("/"):
        with suppress(ValueError):  # the library will say what is wrong with it
            parts = urlsplit(target)
            host, target = parts.hostname or host, f"{parts.path}?{parts.query}"
    return host.lower().strip("[]").rstrip("."), target


def _call(host: str, target: str | None) -> str:
    """What was called, without a query, where keys may stand."""
    return f"A call to {host}{(target or '').partition('?')[0][:300]}"


def _is_ours(target: str, host: str) -> bool:
    path = target.partition("?")[0]
    find = _is_ours_cached if len(path) <= MAX_PATH_LENGTH else _is_ours_cached.__wrapped__
    return find(path, host)


@lru_cache(MAX_PATHS)
def _is_ours_cached(path: str, host: str) -> bool:
    return is_ours(unquote(path) or "/", host)


def _values(headers: Headers) -> Iterator[str]:
    """The last word of each header: a token stands behind its scheme."""
    for _, value in headers:
        yield from value.decode("latin-1").split()[-1:]


def _parameters(target: str) -> Iterable[str]:
    return (value for _, value in parse_qsl(target.partition("?")[2]))

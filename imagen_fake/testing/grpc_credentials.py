"""The credentials of gRPC's calls: metadata that a plugin gives to each."""

from collections.abc import Callable, Iterable, Iterator
from threading import Event
from typing import Any

from imagen_fake.clock import monotonic
from imagen_fake.testing.http_client import Patch
from imagen_fake.testing.routing import Router

Metadata = Iterable[tuple[str, str | bytes]]

Plugin = Callable[[str, str, Callable[..., None]], None]
"""Gives a call its credentials: of the service's URL, the method's name, and a callback."""


def patches(_router: Router, module: Any) -> Iterator[Patch]:
    """What is replaced in gRPC's core: the credentials of these say no more whose they are."""

    class Credentials(module.ComputeEngineChannelCredentials):  # type: ignore[misc] # untyped
        """Those of Google's own machines, which its clients take everywhere."""

        def __init__(self, call_credentials: Any) -> None:
            self._call_credentialses = (call_credentials,)

    yield module, "channel_credentials_compute_engine", lambda _: lambda given: Credentials(given)


class CredentialsError(Exception):
    """A plugin had no credentials to give."""


def plugins(credentials: Any) -> Iterator[Plugin]:
    """What gives calls their credentials, in the order in which they are composed.

    `credentials` are those of gRPC's core, of a channel or of calls, or None.
    """
    plugin = getattr(credentials, "_metadata_plugin", None)
    if plugin is not None:
        yield plugin
    channel_credentials = getattr(credentials, "_channel_credentials", None)
    if channel_credentials is not None:
        yield from plugins(channel_credentials)
    for part in getattr(credentials, "_call_credentialses", ()):
        yield from plugins(part)


def granted(
    granting: Iterable[Plugin], authority: str, path: str, seconds: float | None
) -> Iterator[tuple[str, str | bytes]]:
    """The metadata that plugins give to a call of a method, waited for.

    Raises CredentialsError, and TimeoutError after so many seconds.
    """
    service, _, method = path.rpartition("/")
    url = f"https://{authority.removesuffix(':443')}{service}"
    deadline = None if seconds is None else monotonic() + seconds
    for plugin in granting:
        grant = _Grant()
        plugin(url, method, grant)
        yield from grant.metadata(None if deadline is None else deadline - monotonic())


class _Grant:
    """What a plugin calls back."""

    def __init__(self) -> None:
        self._called = Event()
        self._metadata: Metadata = ()
        self._error: bytes | None = None

    def __call__(self, metadata: Metadata | None, _code: int, error: bytes | None) -> None:
        """Take the metadata, or an error."""
        self._metadata, self._error = tuple(metadata or ()), error
        self._called.set()

    def metadata(self, seconds: float | None) -> Metadata:
        """The metadata, waited for. Raises CredentialsError, TimeoutError."""
        if not self._called.wait(seconds):
            raise TimeoutError
        if self._error is not None:
            raise CredentialsError(self._error.decode())
        return self._metadata

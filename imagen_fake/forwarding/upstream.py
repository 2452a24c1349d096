"""The origin that requests are forwarded to."""

from dataclasses import dataclass
from typing import Self

from imagen_fake.config import ConfigError
from imagen_fake.hosts import PORTS, is_loopback, web_origin


@dataclass(frozen=True, slots=True)
class Upstream:
    """An origin, and whether it gets the credentials of clients."""

    scheme: str
    host: str
    port: int
    credentials: bool = False

    @classmethod
    def parse(cls, text: str, *, credentials: bool = False) -> Self:
        """The upstream of `https://HOST[:PORT]`, or `http://` of a loopback host.

        Raises ConfigError for another URL; it may hold a password, so it is not repeated.
        """
        origin = web_origin(text.removesuffix("/"))
        if origin is None or not 0 < origin[2] <= 0xFFFF:
            raise ConfigError("forward must be https://HOST or https://HOST:PORT, without a path.")
        if origin[0] == "http" and not is_loopback(origin[1]):
            raise ConfigError(
                f"forward: http://{origin[1]} would send all in plain text; https:// has to be"
                " spoken to every host but this machine."
            )
        return cls(*origin, credentials)

    @property
    def authority(self) -> str:
        """Host and port as the header `Host` has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}"

    def check_differs(self, host: str, port: int) -> None:
        """Raise ConfigError if a server that listens on a host and port would forward to itself."""
        if port == self.port and (is_loopback(self.host) or self.host == host.lower()):
            raise ConfigError(f"forward: {self} is where this fake listens; name another origin.")

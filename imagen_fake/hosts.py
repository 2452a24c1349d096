"""Hosts and origins, as the headers `Host` and `Origin` spell them (RFC 9110, RFC 6454)."""

import re
import socket
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple

from imagen_fake import spec

AUTHORITY = re.compile(
    r"(?:(?P<name>[a-z0-9_-][a-z0-9._-]*)|\[(?P<address>[0-9a-f:.]+)\])(?::(?P<port>[0-9]{0,5}))?"
)
"""`uri-host [":" port]` of RFC 9110 (7.2) in lower case, without user info, escapes and zones."""

MAX_AUTHORITY = 300
"""Characters of a host and a port; a name has 253 at most."""

WILDCARD_ADDRESSES = ("", "0.0.0.0", "::")  # noqa: S104 (what to warn of)


class Authority(NamedTuple):
    """A host and a port, None if none is named.

    The host is in lower case, without the dot of the root; an address is in its usual form.
    """

    host: str
    port: int | None


@lru_cache(maxsize=256)
def authority(text: str) -> Authority | None:
    """The host and the port that a text names; None if it is no such text."""
    match = AUTHORITY.fullmatch(text.lower()) if len(text) <= MAX_AUTHORITY else None
    if match is None:
        return None
    address = _address(match["address"] or match["name"])
    if address is None and match["address"]:
        return None
    host = match["name"].removesuffix(".") if address is None else str(address)
    return Authority(host, int(match["port"]) if match["port"] else None)


@lru_cache(maxsize=256)
def is_loopback(host: str) -> bool:
    """Whether a host is loopback by RFC 6761 (6.3), RFC 1122 or RFC 4291."""
    address = _address(host)
    if address is None:
        return host == "localhost" or host.endswith(".localhost")
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def is_address(host: str) -> bool:
    """Whether a host is an IP address, which no DNS server can lead elsewhere."""
    return _address(host) is not None


def listens_on_loopback(host: str) -> bool:
    """Whether only this machine reaches a server that listens on a host, an address or a name."""
    if host in WILDCARD_ADDRESSES or len(host) > MAX_AUTHORITY:  # the resolver's time is quadratic
        return False
    if is_loopback(host.lower()):
        return True
    try:
        infos = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, ValueError):  # listening will say so
        return False
    return all(is_loopback(str(address[0])) for *_, address in infos)


class AllowedHosts:
    """The allowed hosts: loopback, the service's own, and `more`.

    `more` are names, addresses and patterns such as `*.test`; ports play no part. Raises
    ValueError for what is none of them.
    """

    def __init__(self, more: Iterable[str] = ()) -> None:
        facts = spec.table("hosts")
        groups = (facts["hosts"], *facts["answered"].values())
        own = (name for group in groups for name in group["value"])
        self._patterns = (*own, *map(_pattern, more))

    def __contains__(self, host: str) -> bool:
        return is_loopback(host) or any(fnmatchcase(host, pattern) for pattern in self._patterns)


def _pattern(text: str) -> str:
    """What `fnmatchcase` compares hosts with. Raises ValueError."""
    pattern = text.lower().removesuffix(".")
    address = _address(pattern.removeprefix("[").removesuffix("]"))
    if address is not None:
        return str(address)
    if not re.fullmatch(r"[a-z0-9._*-]+", pattern):
        raise ValueError(
            f"{text[:80]!r} is no host to allow: give a name, an address or a pattern such as"
            " *.test, without scheme and port."
        )
    return pattern


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


PORTS = {"http": 80, "https": 443}
WEB_ORIGIN = re.compile(r"(https?)://(.+)", re.IGNORECASE)
OTHER_ORIGIN = re.compile(r"null|[a-z][a-z0-9+.-]*://[^/\s?#@]+")


def web_origin(text: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an origin of the web, as browsers spell it; None for another."""
    match = WEB_ORIGIN.fullmatch(text)
    host = authority(match[2]) if match else None
    if match is None or host is None:
        return None
    scheme = match[1].lower()
    return scheme, host.host, host.port or PORTS[scheme]


def allowed_origin(text: str) -> tuple[str, str, int] | str:
    """An origin that a user allows, to be compared with others. Raises ValueError."""
    origin = web_origin(text)
    if origin is None and (text.startswith("http") or not OTHER_ORIGIN.fullmatch(text)):
        raise ValueError(
            f"{text[:80]!r} is no origin to allow: give scheme://host or scheme://host:port,"
            " without a path, as a browser sends it in Origin."
        )
    return origin or text

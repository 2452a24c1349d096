"""Listening sockets."""

from errno import EADDRINUSE
from socket import AI_PASSIVE, SOCK_STREAM, create_server, getaddrinfo, socket
from typing import Any

from imagen_fake.config import ConfigError

BACKLOG = 2048


def listen(host: str, port: int) -> list[socket]:
    """Sockets on every address of a host that this machine has; port 0: on a free port of one.

    An empty host is every address of the machine. Raises ConfigError if there is none, or if the
    port is taken on one of them.
    """
    opened: list[socket] = []
    try:
        for family, _, _, _, address in _addresses(host, port):
            try:
                opened.append(create_server(address, family=family, backlog=BACKLOG))
            except OSError as error:
                failure = error
                if error.errno == EADDRINUSE:
                    raise
            else:
                if port == 0:
                    return opened
        if not opened:
            raise failure
    except (OSError, ValueError) as error:  # a host may be no name at all
        for opened_socket in opened:
            opened_socket.close()
        raise ConfigError(_message(host, port, error)) from None
    return opened


def _addresses(host: str, port: int) -> list[Any]:
    infos = getaddrinfo(host or None, port, type=SOCK_STREAM, flags=AI_PASSIVE)
    return list(dict.fromkeys(infos))


def _message(host: str, port: int, error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == EADDRINUSE:
        return f"Port {port} of {host or 'this machine'} is taken; --port 0 takes a free one."
    cause = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return f"Nothing can listen on {host!r}, port {port}: {cause}."

"""Origins of web pages, as the header `Origin` spells them (RFC 6454)."""

import re

from imagen_fake.hosts import authority

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

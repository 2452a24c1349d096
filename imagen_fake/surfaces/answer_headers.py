"""The headers of an answer, the same for every door."""

from collections.abc import Iterable, Iterator
from functools import cache

from imagen_fake import spec
from imagen_fake.pipeline.respond import Answer
from imagen_fake.spec import Surface
from imagen_fake.version import __version__

Header = tuple[bytes, bytes]


def answer_headers(answer: Answer, surface: Surface, seconds: float) -> list[Header]:
    """The headers of an answer that took so long: the surface's, its duration, its warnings."""
    headers = [*surface_headers(surface), *server_timing(surface, seconds), *answer.headers]
    if answer.warnings:
        headers.append((b"x-imagen-fake-warnings", header_text(answer.warnings)))
    return headers


def surface_headers(surface: Surface) -> tuple[Header, ...]:
    """The headers every answer of a surface carries, and the fake's version."""
    return _cached_headers(surface.name)


@cache
def _cached_headers(surface: str) -> tuple[Header, ...]:
    headers = [*spec.surface(surface).facts["headers"]["value"], ("x-imagen-fake", __version__)]
    return tuple((name.encode(), value.encode()) for name, value in headers)


def server_timing(surface: Surface, seconds: float) -> Iterator[Header]:
    """The header that tells what an answer took, on surfaces that have it."""
    timing = surface.facts.get("serverTiming")
    if timing:
        milliseconds = round(seconds * 1000)
        yield b"server-timing", timing["value"].format(milliseconds=milliseconds).encode()


def header_text(warnings: Iterable[str]) -> bytes:
    """Warnings as one header value: printable ASCII, separated by ` | `, 2,000 bytes at most."""
    text = " | ".join(warnings).encode("ascii", "backslashreplace")
    return bytes(byte if 32 <= byte < 127 else 63 for byte in text[:2000])

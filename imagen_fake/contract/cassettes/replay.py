"""Replaying cassettes: recorded requests are sent again, and the responses compared."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from imagen_fake.app import create_app
from imagen_fake.config import Config
from imagen_fake.contract.cassettes.cassette import Cassette, read
from imagen_fake.contract.cassettes.compare import compare
from imagen_fake.contract.cassettes.placeholder import small_picture
from imagen_fake.contract.exchange import Difference, Fact, Request, Response
from imagen_fake.state.state import State
from imagen_fake.storage.embedded import Storage
from imagen_fake.testing.asgi import ask

Ask = Callable[[Request], Response]


def cassettes(folder: Path) -> Iterator[Cassette]:
    """Every cassette in a folder and those below it, in order of name.

    Raises ValueError for a file that is none.
    """
    for path in sorted(folder.rglob("*.yaml")):
        yield read(path, folder)


def replay(ask: Ask, cassette: Cassette, base: str | None = None) -> Iterator[Difference]:
    """The differences from the recorded responses, but for the parts that are unsettled.

    Requests go to the recorded host, or below `base`. A fact's pointer names the cassette and
    the part: `cassettes/NAME.yaml#/interactions/0/response/body/error/message`.
    """
    provenance = cassette.provenance
    for turn, (request, recorded) in enumerate(cassette.interactions):
        pointer = f"cassettes/{cassette.name}.yaml#/interactions/{turn}/response"
        fact = Fact(pointer, provenance.grade, provenance.sources)
        actual = ask(_with_directives(_rebased(request, base), provenance.when))
        for difference in compare(recorded, actual, fact):
            if not any(_is_part_of(difference.check, part) for part in provenance.unsettled):
                yield difference


def fake_for(cassette: Cassette) -> Ask:
    """The in-process fake with the settings of a cassette."""
    config = Config(**dict(_settings(cassette.provenance.when)))
    state = State(config)
    if isinstance(state.storage, Storage):
        for uri, (width, height) in cassette.provenance.when.get("objects", {}).items():
            state.storage.write(uri, small_picture("PNG", "RGB", (width, height)))
    return partial(ask, create_app(config, state))


def _is_part_of(part: str, other: str) -> bool:
    """Whether a part is another or below it; one that ends in a slash has nothing below."""
    return part == other.removesuffix("/") or part.startswith(f"{other}/")


def _settings(when: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in when.items():
        if name not in {"header", "objects"}:
            yield name, frozenset(value) if isinstance(value, list) else value


def _with_directives(request: Request, when: Mapping[str, Any]) -> Request:
    """A request with the directives that make the fake do what the service did."""
    if "header" not in when:
        return request
    wish = (b"x-imagen-fake", str(when["header"]).encode())
    return replace(request, headers=(*request.headers, wish))


def _rebased(request: Request, base: str | None) -> Request:
    if base is None:
        return request
    recorded = urlsplit(request.url)
    rest = recorded.path + (f"?{recorded.query}" if recorded.query else "")
    return replace(request, url=base.rstrip("/") + rest)

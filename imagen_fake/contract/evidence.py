"""What a run saw of each fact: an exchange that keeps it, and one that contradicts it."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from imagen_fake.contract.cassettes.content_coding import unpacked
from imagen_fake.contract.cassettes.scrub import Scrubber, scrubbed_json
from imagen_fake.contract.exchange import Difference, Exchange, Fact
from imagen_fake.contract.facts.facts import all_facts, holder
from imagen_fake.contract.printable import printable
from imagen_fake.contract.result import scrubbed
from imagen_fake.state.summary import summed_up

SHOWN = 2000
"""How many characters of a body are shown."""

STANDINGS: Mapping[str, str] = {
    "contradicted": "contradicted by this run",
    "live": "confirmed by this run of the service",
    "recorded": "confirmed by a recording",
    "fixture": "in the test data of Google's clients",
    "reported": "reported by a caller",
    "documented": "only documented",
    "assumed": "assumed",
}
"""How well a fact stands, the worst first, then from sure to unsure."""


@dataclass(frozen=True, slots=True)
class Scene:
    """An exchange as a reader sees it: the case, both bodies cut, a thumbnail as a JPEG file."""

    case: str
    asked: str
    status: int
    answered: str
    thumbnail: bytes | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How well a fact stands, and the exchange behind that; None if no case of the run shows it."""

    fact: Fact
    standing: str
    scene: Scene | None
    difference: Difference | None = None


class Evidence:
    """A witness of a run: call it with each exchange and what is wrong with it."""

    def __init__(self, live: bool = False, scrub: Scrubber | None = None) -> None:
        self._live, self._scrub = live, scrub or Scrubber()
        self._kept: dict[str, Scene] = {}
        self._against: dict[str, tuple[Scene, Difference]] = {}
        self.seconds: dict[str, float] = {}
        """How long the answer to each case took, by name."""

    def __call__(self, exchange: Exchange, differing: Sequence[Difference]) -> None:
        """Take note of an exchange."""
        self.seconds[exchange.case.name] = exchange.seconds
        blamed = {holder(difference.fact.pointer): difference for difference in differing}
        touched = {holder(pointer) for pointer in exchange.case.facts}
        fresh = (touched - self._kept.keys() - blamed.keys()) | (
            blamed.keys() - self._against.keys()
        )
        if fresh:
            scene = seen(exchange, self._scrub)
            self._kept.update(dict.fromkeys(fresh - blamed.keys(), scene))
            self._against.update(
                {
                    name: (scene, scrubbed(blamed[name], self._scrub))
                    for name in fresh & blamed.keys()
                }
            )

    def standings(self) -> Iterator[Standing]:
        """Every fact of `schemas/` and how it stands."""
        for pointer, fact in all_facts().items():
            scene, difference = self._against.get(pointer, (self._kept.get(pointer), None))
            standing = "contradicted" if difference else fact.grade
            if self._live and scene and not difference:
                standing = "live"
            yield Standing(fact, standing, scene, difference)


def seen(exchange: Exchange, scrub: Scrubber | None = None) -> Scene:
    """An exchange as a reader sees it; pictures are told by their size and digest."""
    scrub = scrub or Scrubber()
    scrub.learn(exchange.request, exchange.response)
    asked = summed_up(exchange.request.body)
    answered = summed_up(unpacked(exchange.response) or b"")
    thumbnail = next(iter((*answered.thumbnails(), *asked.thumbnails())), None)
    return Scene(
        exchange.case.name,
        _text(asked.value, scrub),
        exchange.response.status,
        _text(answered.value, scrub),
        thumbnail,
    )


def _text(value: object, scrub: Scrubber) -> str:
    def leaf(text: str, key: str, _: str) -> str:
        digest = key == "sha256" and re.fullmatch("[0-9a-f]{64}", text)
        return scrub.known(text) if digest else scrub(text)

    text = json.dumps(scrubbed_json(value, scrub, leaf, ""), indent=1, ensure_ascii=False)
    return printable(text if len(text) <= SHOWN else f"{text[:SHOWN]} …")

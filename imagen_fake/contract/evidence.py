"""The evidence of a run for each fact: an exchange that confirms it, or one that contradicts it."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from imagen_fake.contract.body_summary import summarize_body
from imagen_fake.contract.cassettes.content_coding import decode_body
from imagen_fake.contract.cassettes.scrub import Scrubber, scrub_json
from imagen_fake.contract.checks.confirmation import confirmed_pointers
from imagen_fake.contract.exchange import Difference, Exchange, Fact
from imagen_fake.contract.facts.facts import all_facts, graded_ancestor
from imagen_fake.contract.printable import printable
from imagen_fake.contract.result import scrub_difference

MAX_LENGTH = 2000
"""The most characters of a body in a report."""

STANDINGS: Mapping[str, str] = {
    "contradicted": "contradicted by this run",
    "live": "confirmed by this run of the service",
    "recorded": "confirmed by a recording",
    "fixture": "in the test data of Google's clients",
    "reported": "reported by a caller",
    "documented": "only documented",
    "assumed": "assumed",
}
"""The standings of facts, the worst first, then from sure to unsure."""


@dataclass(frozen=True, slots=True)
class ExchangeSummary:
    """An exchange for a report: the case, both bodies cut, a thumbnail as a JPEG file."""

    case: str
    request: str
    status: int
    response: str
    thumbnail: bytes | None


@dataclass(frozen=True, slots=True)
class Standing:
    """The standing of a fact, and the exchange behind it; None if no case of the run shows it."""

    fact: Fact
    standing: str
    exchange: ExchangeSummary | None
    difference: Difference | None = None


class Evidence:
    """An observer of a run: call it with each exchange and its differences."""

    def __init__(
        self, live: bool = False, scrub: Scrubber | None = None, thumbnails: bool = True
    ) -> None:
        self._live, self._scrub, self._thumbnails = live, scrub or Scrubber(), thumbnails
        self._confirmed: dict[str, ExchangeSummary] = {}
        self._contradicted: dict[str, tuple[ExchangeSummary, Difference]] = {}
        self.seconds: dict[str, float] = {}
        """The time that the response to each case took, by name."""

    def __call__(self, exchange: Exchange, differences: Sequence[Difference]) -> None:
        """Note an exchange: the first one that confirms or contradicts a fact is kept."""
        self.seconds[exchange.case.name] = exchange.seconds
        blamed = {graded_ancestor(one.fact.pointer): one for one in differences}
        showing = map(graded_ancestor, confirmed_pointers(exchange, differences))
        confirmed = set(showing) - self._confirmed.keys()
        contradicted = blamed.keys() - self._contradicted.keys()
        if confirmed or contradicted:
            summary = summarize(exchange, self._scrub)
            if not self._thumbnails:
                summary = replace(summary, thumbnail=None)
            self._confirmed.update(dict.fromkeys(confirmed, summary))
            for name in contradicted:
                difference = scrub_difference(blamed[name], self._scrub)
                self._contradicted[name] = summary, difference

    def standings(self) -> Iterator[Standing]:
        """The standing of every fact of `schemas/`."""
        for pointer, fact in all_facts().items():
            confirming = self._confirmed.get(pointer)
            exchange, difference = self._contradicted.get(pointer, (confirming, None))
            standing = "contradicted" if difference else fact.grade
            if self._live and exchange and not difference:
                standing = "live"
            yield Standing(fact, standing, exchange, difference)


def summarize(exchange: Exchange, scrub: Scrubber | None = None) -> ExchangeSummary:
    """An exchange for a report; its pictures are replaced by their size and digest."""
    scrub = scrub or Scrubber()
    scrub.learn(exchange.request, exchange.response)
    request = summarize_body(exchange.request.body)
    response = summarize_body(decode_body(exchange.response) or b"")
    return ExchangeSummary(
        exchange.case.name,
        _scrubbed_text(request.value, scrub),
        exchange.response.status,
        _scrubbed_text(response.value, scrub),
        response.thumbnail or request.thumbnail,
    )


def _scrubbed_text(value: object, scrub: Scrubber) -> str:
    def leaf(text: str, key: str, _: str) -> str:
        digest = key == "sha256" and re.fullmatch("[0-9a-f]{64}", text)
        return scrub.redact_learned(text) if digest else scrub(text)

    text = json.dumps(scrub_json(value, scrub, leaf, ""), indent=1, ensure_ascii=False)
    return printable(text if len(text) <= MAX_LENGTH else f"{text[:MAX_LENGTH]} …")

"""What a live run settles, while it goes on."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from imagen_fake.contract.exchange import Case, Difference, Exchange
from imagen_fake.contract.probes.probe import Probe
from imagen_fake.contract.result import scrub_difference, shorten
from imagen_fake.contract.settle.observation import Observation, ignored
from imagen_fake.contract.settle.report import settlement_data, settlement_lines
from imagen_fake.contract.settle.settlement import Settlement, settlements


class SettlingObserver:
    """An observer of a run that could send some cases and probes: call it with each exchange."""

    def __init__(
        self, cases: Iterable[Case], probes: Iterable[Probe], scrub: Callable[[str], str]
    ) -> None:
        every = (*map(Probe, cases), *probes)
        self._probes = {probe.case.name: probe for probe in every}
        self._scrub = scrub
        self._observations: list[Observation] = []

    def __call__(self, exchange: Exchange, differences: Sequence[Difference]) -> None:
        """Keep an exchange and its differences, without secrets."""
        scrubbed = tuple(scrub_difference(one, self._scrub) for one in differences)
        self._observations.append(Observation(exchange, scrubbed))

    def lines(self) -> Iterator[str]:
        """Which facts the run has settled so far."""
        yield from settlement_lines(self._settlements())
        yield from (shorten(self._scrub(line)) for line in ignored(self._observations))

    def data(self) -> list[dict[str, Any]]:
        """The same as plain values."""
        return settlement_data(self._settlements())

    def _settlements(self) -> Iterator[Settlement]:
        return settlements(self._observations, self._probes)

"""What answers are compared with: those that came before them, by a name."""

from collections.abc import Callable, Iterator

from imagen_fake.contract.checks.registry import difference
from imagen_fake.contract.exchange import Difference, Exchange
from imagen_fake.contract.facts.facts import fact
from imagen_fake.contract.probes.probe import Expectation

Observe = Callable[[Exchange], object]


class Memory:
    """What earlier answers of a list of probes held; an unsuccessful one is not kept."""

    def __init__(self) -> None:
        self._kept: dict[str, object] = {}

    def keep(self, name: str, pointer: str, observe: Observe) -> Expectation:
        """Keep something of an answer under a name, and never differ."""

        def keeping(exchange: Exchange) -> Iterator[Difference]:
            if exchange.response.status == 200:
                self._kept[name] = observe(exchange)
            yield from ()

        return Expectation(frozenset({pointer}), keeping)

    def same(self, check: str, name: str, pointer: str, observe: Observe) -> Expectation:
        """The same as what was kept under a name."""
        return self._compared(check, name, pointer, observe, alike=True)

    def other(self, check: str, name: str, pointer: str, observe: Observe) -> Expectation:
        """Something else than what was kept under a name."""
        return self._compared(check, name, pointer, observe, alike=False)

    def _compared(
        self, check: str, name: str, pointer: str, observe: Observe, *, alike: bool
    ) -> Expectation:
        def compare(exchange: Exchange) -> Iterator[Difference]:
            if exchange.response.status != 200 or name not in self._kept:
                return  # the status is told elsewhere
            observed, before = observe(exchange), self._kept[name]
            if (observed == before) != alike:
                expected = f"the same as of {name!r}" if alike else f"another than of {name!r}"
                yield difference(check, fact(pointer), expected, f"{observed!r} after {before!r}")

        return Expectation(frozenset({pointer}), compare)

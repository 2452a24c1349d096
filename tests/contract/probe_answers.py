"""What the true fake says to every probe, and whether its judges notice other answers."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from imagen_fake.contract.exchange import Difference, Exchange, Response
from imagen_fake.contract.probes.probe import Probe
from imagen_fake.contract.probes.registry import probes
from imagen_fake.contract.suite import Result, run
from imagen_fake.contract.targets.targets import InProcessTarget
from tests.sweep import Test, sweep

ENDING = re.compile(rb"([.\]0-9])\"")
OTHER_ANSWERS: Sequence[Callable[[Response], Response]] = (
    lambda response: replace(response, status=599),
    lambda response: replace(response, headers=()),
    lambda response: replace(response, headers=((b"x-imagen-fake-warnings", b"look out"),)),
    lambda response: replace(response, body=b"{}"),
    lambda response: replace(response, body=ENDING.sub(rb'\1 12345678"', response.body)),
    lambda response: replace(response, body=b'{"error": {"code": "no"}}'),
    lambda response: replace(response, body=b'{"nextPageToken": "1"}'),
    lambda response: replace(response, body=b'{"predictions": [{"raiFilteredReason": "no"}]}'),
)
"""Other answers: each judge must notice one of them at least."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The result of asking every probe, and the exchanges by the name of the case."""

    result: Result
    exchanges: Mapping[str, Exchange]


@cache
def true_answers() -> Answers:
    """What the true fake says."""
    fake, exchanges = InProcessTarget(), dict[str, Exchange]()

    def observe(exchange: Exchange, _: Sequence[Difference]) -> None:
        exchanges[exchange.case.name] = exchange

    result = run(fake, [], [], probes=probes(), observer=observe)
    return Answers(result, exchanges)


def each(probes: Callable[[], Iterable[Probe]]) -> Callable[[Test], Test]:
    """A sweep of the probes that have expectations."""
    return sweep(
        "probe",
        lambda: [probe for probe in probes() if probe.expectations],
        ids=lambda probe: probe.case.name,
    )


def assert_notices_other_answers(probe: Probe) -> None:
    """Fail unless each judge notices another answer, and names the facts that it rests on."""
    exchange = true_answers().exchanges[probe.case.name]
    others = [replace(exchange, response=spoil(exchange.response)) for spoil in OTHER_ANSWERS]
    for judge in probe.expectations:
        assert not list(judge(exchange))
        found = [difference for other in others for difference in judge(other)]
        assert {one.fact.pointer for one in found} == judge.facts

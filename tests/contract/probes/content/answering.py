"""What a fake that answers wrongly would say to the probes of contents."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from imagen_fake.contract.exchange import Exchange
from imagen_fake.contract.probes.content.calls import Served, asking, samples
from imagen_fake.contract.probes.content.streams import STORY
from imagen_fake.contract.probes.probe import Expectation, Probe, build_request
from imagen_fake.contract.targets.targets import InProcessTarget

LITE = next(one for one in samples() if one.surface == "gemini")
VERTEX = next(one for one in samples() if one.surface == "vertex")


@cache
def fake() -> InProcessTarget:
    return InProcessTarget()


def asked(probe: Probe) -> Exchange:
    configured = fake().configure(probe.setting)
    assert configured
    request = build_request(probe, configured)
    return Exchange(probe.case, request, configured.ask(request))


@cache
def plain(served: Served = LITE, method: str = "generateContent") -> Exchange:
    body = asking(STORY, responseModalities=["TEXT", "IMAGE"])
    return asked(served.probe("plain", body, method=method))


def spoilt(exchange: Exchange, change: Callable[[Any], None]) -> Exchange:
    """The exchange with another body."""
    body = json.loads(exchange.response.body)
    change(body)
    raw = json.dumps(body).encode()
    return replace(exchange, response=replace(exchange.response, body=raw))


def noticed(expectation: Expectation, exchange: Exchange) -> set[str]:
    """The names of the checks that differ."""
    return {one.check for one in expectation(exchange)}

"""Cases of the try-on model, what the fake answers, and that answer changed."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import Any

from imagen_fake.contract.checks.runner import run_checks
from imagen_fake.contract.exchange import Exchange, Response
from imagen_fake.contract.probes.probe import Probe, build_request
from imagen_fake.contract.settle.observation import Observation, probes_by_name
from imagen_fake.contract.settle.settlement import Settlement, settlements
from imagen_fake.contract.targets.settings import ConfiguredFake
from tests.contract.settle.stages import MODEL

SOURCE = "cassettes/vertex/one.yaml@2026-11-30"
TOO_MANY = "maximum of sampleCount broken by 5"
TOO_FEW = "minimum of sampleCount broken by 0"
EMPTY = "empty at instances[0].personImage.image"
ENTRY = f"GET /v1/publishers/google/models/{MODEL}"

Edit = Callable[[Any], object]


@cache
def probes() -> Mapping[str, Probe]:
    """Everything that can be sent about the model, by name."""
    return probes_by_name([MODEL])


@cache
def probe(label: str) -> Probe:
    """The probe of that name, or the case of that label."""
    return probes().get(label) or probes()[f"vertex {MODEL} try_on: {label}"]


@cache
def answer(label: str) -> Exchange:
    """What the fake answers."""
    fake = ConfiguredFake("itself")
    request = build_request(probe(label), fake)
    return Exchange(probe(label).case, request, fake.ask(request))


def observation(
    label: str,
    edit: Edit = lambda _: None,
    status: int = 0,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> Observation:
    """The fake's answer with its JSON edited, another status and other headers, checked."""
    exchange = answer(label)
    body = json.loads(exchange.response.body)
    edit(body)
    kept = [(name, value) for name, value in exchange.response.headers
            if name.decode().lower() not in headers]  # fmt: skip
    added = [(name.encode(), value.encode()) for name, value in headers.items() if value]
    response = Response(
        status or exchange.response.status, (*kept, *added), json.dumps(body).encode()
    )
    exchange = replace(exchange, response=response)
    differences = [one for expected in probe(label).expectations for one in expected(exchange)]
    if probe(label).request is None:
        differences += run_checks(exchange)
    return Observation(exchange, tuple(differences), SOURCE)


def with_message(label: str, change: Callable[[str], str], **error: Any) -> Observation:
    """A refusal with another message, and other values of its error."""

    def edit(body: Any) -> None:
        body["error"].update(message=change(body["error"]["message"]), **error)

    return observation(label, edit, int(error.get("code", 0)))


def settled(pointer: str, *observations: Observation) -> Settlement:
    """What some observations say about a fact."""
    return next(one for one in settlements(observations, probes()) if one.fact.pointer == pointer)

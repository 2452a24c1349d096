"""What a recording shows: the case that was sent, and how the answer differs from the facts."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.bodies.cases import cases
from imagen_fake.contract.cassettes.cassette import Cassette
from imagen_fake.contract.cassettes.patterns import REDACTED
from imagen_fake.contract.cassettes.placeholder import decode_picture
from imagen_fake.contract.cassettes.scrub import Scrubber
from imagen_fake.contract.checks.confirmation import confirmed_pointers
from imagen_fake.contract.checks.response import error_object, parse_json
from imagen_fake.contract.checks.runner import run_checks
from imagen_fake.contract.exchange import Difference, Exchange, Fact
from imagen_fake.contract.facts.facts import is_graded
from imagen_fake.contract.facts.lookup import http_status
from imagen_fake.contract.probes.free import free_probes
from imagen_fake.contract.probes.probe import Probe

PIXELS = frozenset({"metadata", "base64", "watermark"})
"""The checks of what a picture's placeholder has no more: a recording holds their findings."""

FINDING = frozenset({"check", "fact", "grade", "expected", "observed"})
"""The keys of a finding; what is none is passed over."""

CALLER = frozenset({401, 403, 429})
"""Statuses that are about the caller, whatever the body is; so is every one from 500 on."""

MODEL = re.compile(r"/models/([^/:?]+)")


ERRORS = "errors.json#/errors/"
SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class Observation:
    """An exchange and its differences from the facts; `source` names the recording and its day."""

    exchange: Exchange
    differences: tuple[Difference, ...]
    source: str = ""

    @property
    def confirmed(self) -> frozenset[str]:
        """The pointers of the facts that it confirms."""
        return confirmed_pointers(self.exchange, self.differences)

    @property
    def is_about_the_caller(self) -> bool:
        """Whether the answer has a status that says nothing of the case, which expects another."""
        status, case = self.exchange.response.status, self.exchange.case
        errors = [pointer for pointer in case.facts if pointer.startswith(ERRORS)]
        expected = {http_status(pointer.removeprefix(ERRORS)) for pointer in errors}
        return (status in CALLER or status >= SERVER_ERROR) and status not in expected


def observe(cassette: Cassette, source: str, probes: Mapping[str, Probe]) -> Observation:
    """What a recording of a run shows, checked anew.

    Raises KeyError if there is no such case, ValueError for another body than that of a valid case.
    """
    probe = probes[cassette.provenance.case]
    request, response = cassette.interactions[0]
    case = probe.case
    if case.violation is None and isinstance(case.body, dict):
        case = replace(case, body=_as_sent(case.body, parse_json(request.body)))
    exchange = Exchange(case, request, response)
    differences = [one for expected in probe.expectations for one in expected(exchange)]
    if probe.request is None:
        differences += run_checks(exchange)
    differences = [one for one in differences if one.check not in PIXELS]
    differences += _findings(cassette.provenance.findings)
    return Observation(exchange, tuple(differences), source)


def ignored(observations: Iterable[Observation]) -> Iterator[str]:
    """How many answers are about the caller, with one of them; nothing where none is."""
    about = [one for one in observations if one.is_about_the_caller]
    if about:
        status = ", ".join(sorted({str(one.exchange.response.status) for one in about}))
        message = error_object(about[0].exchange.response).get("message", "")
        yield f"{len(about)} answers of status {status} settle nothing, such as: {message}"


def probes_by_name(models: Iterable[str]) -> Mapping[str, Probe]:
    """Every case of some models and every free probe of them, by name."""
    every = [case for model in models for case in cases(model)]
    return {one.case.name: one for one in (*map(Probe, every), *free_probes(every))}


def models_of(recordings: Sequence[Cassette]) -> Iterator[str]:
    """The models that requests name, once each."""
    urls = (request.url for one in recordings for request, _ in one.interactions)
    names = dict.fromkeys(name for url in urls for name in MODEL.findall(url))
    return (name for name in names if spec.model(name))


def _as_sent(own: Any, recorded: Any) -> Any:
    """A body of the kit as it was recorded: scrubbed, and maybe with pictures of the caller.

    Raises ValueError for another body.
    """
    if isinstance(own, dict) and isinstance(recorded, dict) and own.keys() == recorded.keys():
        return {key: _as_sent(child, recorded[key]) for key, child in own.items()}
    if isinstance(own, list) and isinstance(recorded, list) and len(own) == len(recorded):
        return [_as_sent(*both) for both in zip(own, recorded, strict=True)]
    if isinstance(own, str) and isinstance(recorded, str):
        same = recorded in {own, Scrubber()(own)} or (
            decode_picture(own) and decode_picture(recorded)
        )
        if same or REDACTED in recorded:  # the latter if the caller has a secret in these words
            return recorded if same else own
    elif type(own) is type(recorded) and own == recorded:
        return own
    raise ValueError("another body was sent")


def _findings(recorded: Iterable[Mapping[str, Any]]) -> Iterator[Difference]:
    """The recorded findings of checks that need the picture itself, of facts that still are."""
    for one in recorded:
        if set(one) >= FINDING and one["check"] in PIXELS and is_graded(one["fact"]):
            fact = Fact(one["fact"], one["grade"])
            yield Difference(one["check"], fact, one["expected"], one["observed"])

"""Probes of a live service that it answers without billing: what it lists, and what it refuses."""

from collections.abc import Iterable, Iterator

from imagen_fake import spec
from imagen_fake.contract.bodies.malformed_json import malformed_json_cases
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.exchange import Case
from imagen_fake.contract.probes.credentials import (
    FOREIGN_CREDENTIALS,
    NO_CREDENTIAL,
    rejected_probe,
)
from imagen_fake.contract.probes.life_cycle import unknown_model_probe
from imagen_fake.contract.probes.model_lists import publisher_model_probe
from imagen_fake.contract.probes.probe import Probe, predict_probe
from imagen_fake.contract.targets.addresses import PATHS

LIVE = "vertex"
"""The surface whose models are still served."""

VARIABLES = {"project": "${project}", "location": "${location}"}
"""What stands for the caller's own names until a request is sent."""


def free_probes(cases: Iterable[Case]) -> Iterator[Probe]:
    """The probes of each model of Vertex AI among some cases; none elsewhere."""
    operations = {
        case.model: Operation(case.model, case.task, case.surface)
        for case in cases
        if case.surface == LIVE
    }
    for model_id, operation in operations.items():
        model = spec.model(model_id)
        if model:
            yield publisher_model_probe(model)
        yield from _rejected_probes(model_id)
        for case in malformed_json_cases((operation,)):
            yield predict_probe(case)
    if operations:
        yield unknown_model_probe(LIVE)


def _rejected_probes(model: str) -> Iterator[Probe]:
    """A prediction without a credential, and with those of nobody."""
    path = PATHS[LIVE].format(model=model, **VARIABLES)
    yield rejected_probe(LIVE, "", NO_CREDENTIAL, "credentials_missing", path)
    for error, header in FOREIGN_CREDENTIALS.items():
        yield rejected_probe(LIVE, "", header, error, path)

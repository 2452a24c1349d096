"""Probes of the life cycle of models: before the launch, deprecated, retired, unknown."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.bodies.cases import operations
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.bodies.rejected_case import rejected_case
from imagen_fake.contract.bodies.repair import minimal_body
from imagen_fake.contract.bodies.sample_models import generate_operation
from imagen_fake.contract.facts.facts import DIALECTS
from imagen_fake.contract.probes.expectations import expect_header, expect_status
from imagen_fake.contract.probes.model_lists import WARNINGS
from imagen_fake.contract.probes.probe import Expectation, Probe, predict_probe
from imagen_fake.contract.targets.settings import AS_OF

UNKNOWN_MODEL = "imagen-9.9-never-made-001"
DAY = timedelta(days=1)


def life_cycle_probes() -> Iterator[Probe]:
    """The probes of every model on every surface that has it."""
    for operation in _operations_with_life_cycle():
        model = spec.model(operation.model)
        pointer = f"models/{operation.model}.json#/lifeCycle/{operation.surface}"
        cycle = model.life_cycle(operation.surface) if model else {}
        yield from _cycle_probes(operation, cycle, pointer)
    for surface in spec.surfaces():
        yield unknown_model_probe(surface)


def _cycle_probes(operation: Operation, cycle: Mapping[str, Any], pointer: str) -> Iterator[Probe]:
    if "launched" in cycle:
        yield _gone_probe(operation, _day_before(cycle["launched"]), "model_not_found", pointer)
        yield _available_probe(operation, cycle["launched"], pointer)
    if "deprecated" in cycle:
        silent = expect_header(pointer, WARNINGS, None)
        yield _available_probe(operation, _day_before(cycle["deprecated"]), pointer, silent)
        warning = expect_header(pointer, WARNINGS, f"retired on {cycle['retired']}", part=True)
        yield _available_probe(operation, cycle["deprecated"], pointer, warning)
    if "retired" in cycle:
        yield _available_probe(operation, _day_before(cycle["retired"]), pointer)
        yield _gone_probe(operation, cycle["retired"], cycle["error"], pointer)


def _gone_probe(operation: Operation, day: str, error: str, pointer: str) -> Probe:
    # A model that is not available has no task: its errors open as those of generating do.
    generate, name = replace(operation, task="generate"), f"not available as of {day}"
    case = rejected_case(generate, name, error, minimal_body(operation), facts={pointer})
    return predict_probe(case, expect_status(404, pointer), setting=AS_OF + day)


def _available_probe(
    operation: Operation, day: str, pointer: str, *expectations: Expectation
) -> Probe:
    case = operation.case(f"available as of {day}", minimal_body(operation))
    return predict_probe(case, expect_status(200, pointer), *expectations, setting=AS_OF + day)


def unknown_model_probe(surface: str) -> Probe:
    """The probe of a model that never was."""
    body = minimal_body(generate_operation(surface))
    body = {**body, "model": UNKNOWN_MODEL} if surface in DIALECTS else body
    unknown = Operation(UNKNOWN_MODEL, "generate", surface)
    return predict_probe(rejected_case(unknown, "an unknown model", "model_not_found", body))


def _operations_with_life_cycle() -> Iterator[Operation]:
    """The first task of each model on each surface that has models of its own."""
    seen = set[tuple[str, str]]()
    for operation in operations():
        lives = "lifeCycle" in spec.read(f"models/{operation.model}.json")
        key = (operation.model, operation.surface)
        if operation.surface not in DIALECTS and lives and key not in seen:
            seen.add(key)
            yield operation


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - DAY).isoformat()

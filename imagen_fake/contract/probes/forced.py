"""Probes of forced errors, and of settings under which the fake refuses what the service takes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.bodies.rejected_case import rejected_case
from imagen_fake.contract.bodies.repair import minimal_body
from imagen_fake.contract.bodies.sample_models import first_operation, generate_operation
from imagen_fake.contract.checks.response import error_object
from imagen_fake.contract.exchange import Exchange
from imagen_fake.contract.facts.facts import DIALECTS
from imagen_fake.contract.facts.lookup import http_status, read_value
from imagen_fake.contract.facts.messages import match_message, surface_error_id
from imagen_fake.contract.probes.expectations import (
    expect,
    expect_json,
    expect_schema,
    expect_status,
)
from imagen_fake.contract.probes.probe import Expectation, Probe, predict_probe
from imagen_fake.contract.targets.settings import MAX_BODY_BYTES

GENERATE = generate_operation("vertex")
WARNINGS: Sequence[tuple[Operation, int, Mapping[str, Any]]] = (
    (GENERATE, 0, {"seed": 7, "addWatermark": False, "enhancePrompt": True}),
    (GENERATE, 1, {"outputOptions": {"mimeType": "image/webp", "compressionQuality": 50}}),
    (first_operation("legacy_edit"), 1, {"seed": 7, "addWatermark": True}),
)  # fmt: skip
"""Parameters that deserve a warning of the task, by its number."""

STATUSES = {
    name: error
    for name, error in spec.read("errors.json")["byStatus"].items()
    if not name.startswith("x-")
}
"""The error that stands for each canonical code."""


def forced_error_probes() -> Iterator[Probe]:
    """The probes of every status and every error that only a directive brings forth."""
    for surface in spec.surfaces():
        for status, error in STATUSES.items():
            yield _forced_probe(surface, status, error, *_expect_canonical(status))
    for error in _forced_errors():
        yield _forced_probe("vertex", error, error)
    openai = spec.surface("openai").facts
    for error in openai["codes"]["value"]:
        if error not in openai["errors"].values():
            yield _forced_probe("openai", error, error)


def setting_probes() -> Iterator[Probe]:
    """The probes of a strict fake, and of one that reads small bodies only."""
    for surface in spec.surfaces():
        name = "strict with an unknown field"
        yield _unknown_field_probe(surface, name, "strict_warning", 1, setting="strict")
        if surface != "openai":  # a body that is not read has the dialect of its path
            name, field = "a body that is too large", "x" * MAX_BODY_BYTES
            limit = _expect_limit()
            yield _unknown_field_probe(
                surface, name, "body_too_large", field, limit, setting="small bodies"
            )
    for operation, number, parameters in WARNINGS:
        pointer = f"tasks/{operation.task}.json#/x-warnings/{number}"
        body = minimal_body(operation)
        body["parameters"] = {**body.get("parameters", {}), **parameters}
        text = expect_json(pointer, read_value(f"{pointer}/text"), "error", "message")
        case = rejected_case(operation, f"strict with {pointer}", "strict_warning", body)
        yield predict_probe(case, text, setting="strict")


def _forced_errors() -> Sequence[str]:
    """The errors that are marked as shown by force alone, and that no status stands for."""
    errors = spec.read("errors.json")["errors"]
    by_status = {
        error
        for surface in map(spec.surface, spec.surfaces())
        for one in STATUSES.values()
        for error in (one, surface.error(one))
    }
    forced = (name for name, one in errors.items() if one.get("x-check") == "forced")
    return [name for name in forced if name not in by_status]


def _forced_probe(surface: str, directive: str, error: str, *expectations: Expectation) -> Probe:
    if surface == "openai":
        expectations = (*expectations, *_openai_expectations(error))
    case = rejected_case(generate_operation(surface), f"a forced {directive}", error)
    return predict_probe(case, *expectations, setting="itself", header=f"error={directive}")


def _unknown_field_probe(
    surface: str, name: str, error: str, value: Any, *expectations: Expectation, setting: str
) -> Probe:
    operation, unknown = generate_operation(surface), {"anUnknownField": value}
    body = minimal_body(operation)
    if surface not in DIALECTS:
        unknown = {"parameters": {**body.get("parameters", {}), **unknown}}
    case = rejected_case(operation, name, error, {**body, **unknown})
    return predict_probe(case, *expectations, setting=setting)


def _expect_canonical(status: str) -> Iterator[Expectation]:
    """The HTTP status of a canonical code, whatever its message."""
    http = spec.table("status_codes")["codes"][status]["http"]
    for pointer in ("errors.json#/byStatus", "tables/status_codes.json#"):
        yield expect_status(http, pointer)


def _openai_expectations(error: str) -> Iterator[Expectation]:
    """The type and the code of an error as OpenAI's clients read them."""
    surface = spec.surface("openai")
    error_id = surface.error(error)
    types, codes = surface.facts["types"]["value"], surface.facts["codes"]["value"]
    kind = types.get(str(http_status(error_id)), types["other"])
    yield expect_schema("openai_error")
    yield expect_json("surfaces/openai.json#/types", kind, "error", "type")
    yield expect_json("surfaces/openai.json#/codes", codes.get(error_id), "error", "code")


def _expect_limit() -> Expectation:
    """The limit that the refusal of a large body names."""

    def limit(exchange: Exchange) -> str | None:
        error_id = surface_error_id(exchange.case, "body_too_large")
        message = str(error_object(exchange.response).get("message", ""))
        return (match_message(exchange.case, error_id, message) or {}).get("limit")

    return expect("value", "errors.json#/errors/body_too_large", str(MAX_BODY_BYTES), limit)

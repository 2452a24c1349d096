"""Variants of a case: the same request with something changed, in canonical spelling."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from imagen_fake.contract.bodies.sample_models import first_operation
from imagen_fake.contract.checks.effective_request import effective_request
from imagen_fake.contract.exchange import Case
from imagen_fake.contract.facts.facts import DIALECTS
from imagen_fake.contract.facts.lookup import request_schema


def with_changes(
    case: Case, name: str, instance: Mapping[str, Any] | None = None, **parameters: Any
) -> Case:
    """The valid case with other parameters and fields of its instance; None removes one."""
    request = effective_request(case)
    changed = {**request.explicit, **parameters}
    body = {
        "instances": [{**request.instance, **(instance or {})}],
        "parameters": {name: value for name, value in changed.items() if value is not None},
    }
    return replace(case, name=f"{case.name}, {name}", body=body, facts=frozenset())


def with_label(case: Case, label: str) -> Case:
    """The same request with another label, so that no cached response can answer it."""
    return replace(case, name=f"{case.name}, {label}", body={**case.body, "labels": {"n": label}})


def lossless_case(case: Case, name: str, **parameters: Any) -> Case:
    """One PNG without a watermark, of the prompt as it is: only then a seed is a promise."""
    options = {"outputOptions": {"mimeType": "image/png"}, "sampleCount": 1, "addWatermark": False}
    if has_parameters(case, "enhancePrompt"):
        options["enhancePrompt"] = False
    return with_changes(case, name, None, **{**options, **parameters})


def task_case(task: str, instance: Mapping[str, Any], **parameters: Any) -> Case:
    """A case for the first model that does a task on Vertex AI."""
    body = {"instances": [instance], "parameters": parameters}
    return first_operation(task).case("of another task", body)


def has_parameters(case: Case, *names: str) -> bool:
    """Whether the case's request has all these parameters, each with an effect."""
    schemas = [parameter_schema(case, name) for name in names]
    return case.violation is None and all(
        one and one.get("not") != {} and "x-effect" not in one for one in schemas
    )


def parameter_schema(case: Case, name: str) -> Mapping[str, Any]:
    """The schema of a parameter in the case's request; empty if there is none."""
    if case.surface in DIALECTS:
        return {}
    parameters = request_schema(case)["$defs"]["parameters"]["properties"]
    schema: Mapping[str, Any] = parameters.get(name, {})
    return schema

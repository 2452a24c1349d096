"""Cases made from a case: the same request with something changed, in canonical spelling."""

import base64
import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PIL.Image import Image

from imagen_fake import spec
from imagen_fake.contract.checks.asked import asked
from imagen_fake.contract.exchange import Case
from imagen_fake.contract.facts.facts import DIALECTS
from imagen_fake.contract.facts.places import effective


def varied(
    case: Case, name: str, instance: Mapping[str, Any] | None = None, **parameters: Any
) -> Case:
    """The valid case with other parameters and fields of its instance; None takes one away."""
    wanted = asked(case)
    body = {
        "instances": [{**wanted.instance, **(instance or {})}],
        "parameters": {
            key: value for key, value in {**wanted.given, **parameters}.items() if value is not None
        },
    }
    return replace(case, name=f"{case.name}, {name}", body=body, facts=frozenset())


def repeated(case: Case, times: str) -> Case:
    """The same request with another label, so that no kept answer can be given to it."""
    return replace(case, name=f"{case.name}, {times}", body={**case.body, "labels": {"n": times}})


def lossless(case: Case, name: str, **parameters: Any) -> Case:
    """One PNG without a watermark, of the prompt as it is: only then a seed is a promise."""
    options = {"outputOptions": {"mimeType": "image/png"}, "sampleCount": 1, "addWatermark": False}
    if takes(case, "enhancePrompt"):
        options["enhancePrompt"] = False
    return varied(case, name, None, **{**options, **parameters})


def of_task(task: str, instance: Mapping[str, Any], **parameters: Any) -> Case | None:
    """A case for the first model that does a task on Vertex AI; None if there is no such model."""
    model_id = next(filter(None, (_doing(task, one) for one in spec.model_ids())), None)
    if model_id is None:
        return None
    body = {"instances": [instance], "parameters": parameters}
    return Case(f"{task} by {model_id}", "vertex", model_id, task, body)


def takes(case: Case, *names: str) -> bool:
    """Whether the case's request has all these parameters, each with an effect."""
    if case.surface in DIALECTS or case.broken is not None:
        return False
    known = effective(case)["$defs"]["parameters"]["properties"]
    return all(
        name in known and known[name].get("not") != {} and "x-effect" not in known[name]
        for name in names
    )


def parameter_schema(case: Case, name: str) -> Mapping[str, Any]:
    """The schema of a parameter in the case's request; empty if there is none."""
    if case.surface in DIALECTS:
        return {}
    schema: Mapping[str, Any] = effective(case)["$defs"]["parameters"]["properties"].get(name, {})
    return schema


def as_media(image: Image) -> Mapping[str, str]:
    """A picture as a request holds it."""
    file = io.BytesIO()
    image.save(file, "PNG")
    return {"bytesBase64Encoded": base64.b64encode(file.getvalue()).decode()}


def _doing(task: str, model_id: str) -> str | None:
    """The model's id if it is none's alias, does the task, and is on Vertex AI."""
    known = spec.model(model_id)
    there = known and known.id == model_id and known.life_cycle("vertex")
    return model_id if there and known and task in known.tasks else None

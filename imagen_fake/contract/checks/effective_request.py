"""The request that a valid body stands for: canonical names, every default in place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pybase64
from PIL import Image, ImageOps

from imagen_fake.contract.bodies.canonical import canonical, request_with_defaults
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.bodies.task_selection import to_imagen_body
from imagen_fake.contract.exchange import Case, Fact
from imagen_fake.contract.facts.facts import DIALECTS
from imagen_fake.contract.facts.lookup import parameter_fact
from imagen_fake.contract.picture_file import open_picture


@dataclass(frozen=True, slots=True)
class EffectiveRequest:
    """A request with its defaults; `explicit` are the parameters that the body holds."""

    instance: Mapping[str, Any]
    parameters: Mapping[str, Any]
    explicit: Mapping[str, Any]

    def parameter(self, name: str) -> Any:
        """The value of a parameter, default or not; None without one. `name` may have dots."""
        return _nested(self.parameters, name)

    def fact(self, case: Case, name: str) -> Fact:
        """The fact behind the value of a parameter: the parameter itself, or its default."""
        try:
            if _nested(self.explicit, name) is None:
                return parameter_fact(case, name, "default")
        except KeyError:
            pass
        return parameter_fact(case, name)


def effective_request(case: Case) -> EffectiveRequest:
    """The request that the body of a case stands for."""
    operation = Operation(case.model, case.task, case.surface)
    body = canonical(operation.document, case.body, operation.document)
    if case.surface in DIALECTS:
        body, operation = to_imagen_body(operation, body), replace(operation, surface="vertex")
        body = canonical(operation.document, body, operation.document)
    filled = request_with_defaults(operation.document, body)
    explicit = body.get("parameters", {})
    return EffectiveRequest(filled["instances"][0], filled["parameters"], explicit)


def decode_media(media: Any) -> Image.Image | None:
    """The picture in a field of a body, upright; None if it is elsewhere or cannot be read."""
    text = media.get("bytesBase64Encoded") if isinstance(media, Mapping) else None
    if not isinstance(text, str):
        return None
    try:
        image = open_picture(pybase64.b64decode(text))
    except ValueError:
        return None
    return image and ImageOps.exif_transpose(image)


def base_image(case: Case, instance: Mapping[str, Any]) -> Image.Image | None:
    """The picture that a task changes, upscales, or segments."""
    return next(filter(None, map(decode_media, _base_media(case.task, instance))), None)


def _base_media(task: str, instance: Mapping[str, Any]) -> Iterator[Any]:
    if task == "try_on":
        yield instance.get("personImage", {}).get("image")
    yield instance.get("image")
    for reference in instance.get("referenceImages", ()):
        if str(reference.get("referenceType")).endswith("_RAW"):
            yield reference.get("referenceImage")


def _nested(node: Any, name: str) -> Any:
    for part in name.split("."):
        node = node.get(part) if isinstance(node, Mapping) else None
    return node

"""What a valid body asks for: its fields in canonical spelling, every default in place."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pybase64
from PIL import Image, ImageOps

from imagen_fake import spec
from imagen_fake.contract.exchange import Case, Fact
from imagen_fake.contract.facts.facts import DIALECTS
from imagen_fake.contract.facts.places import parameter
from imagen_fake.imaging.files.codec import FORMATS
from imagen_fake.pipeline.normalize import fill_defaults, normalize
from imagen_fake.surfaces import dialect


@dataclass(frozen=True, slots=True)
class Asked:
    """A body as it is understood; `given` are the parameters that the caller wrote."""

    instance: Mapping[str, Any]
    parameters: Mapping[str, Any]
    given: Mapping[str, Any]

    def parameter(self, name: str) -> Any:
        """The value of a parameter, default or not; None without one. `name` may have dots."""
        return _deep(self.parameters, name)

    def fact(self, case: Case, name: str) -> Fact:
        """What decides the value of a parameter: the parameter itself, or its default."""
        try:
            if _deep(self.given, name) is None:
                return parameter(case, name, "default")
        except KeyError:
            pass
        return parameter(case, name)


def asked(case: Case) -> Asked:
    """What the case asks of its model."""
    body, surface = case.body, case.surface
    if surface in DIALECTS:
        body, surface = _behind(case), "vertex"
    schema = spec.request(case.model, case.task, surface).schema
    canonical, _ = normalize(body, schema, case.model)
    filled = fill_defaults(schema, {"parameters": {}, **canonical})
    return Asked(filled["instances"][0], filled["parameters"], canonical.get("parameters", {}))


def sent_picture(media: Any) -> Image.Image | None:
    """The picture in a field of a body, upright; None if it is elsewhere or cannot be read."""
    text = media.get("bytesBase64Encoded") if isinstance(media, Mapping) else None
    if not isinstance(text, str):
        return None
    try:
        image = Image.open(io.BytesIO(pybase64.b64decode(text)), formats=FORMATS)
        return ImageOps.exif_transpose(image)
    except (OSError, ValueError, SyntaxError):
        return None


def base_picture(case: Case, instance: Mapping[str, Any]) -> Image.Image | None:
    """The picture that a task changes, upscales, or finds something in."""
    return next(filter(None, map(sent_picture, _bases(case.task, instance))), None)


def _bases(task: str, instance: Mapping[str, Any]) -> Iterator[Any]:
    if task == "try_on":
        yield instance.get("personImage", {}).get("image")
    yield instance.get("image")
    for reference in instance.get("referenceImages", ()):
        if str(reference.get("referenceType")).endswith("_RAW"):
            yield reference.get("referenceImage")


def _behind(case: Case) -> Any:
    """The body that a body at `images/generations` stands for."""
    understood = dialect.parse_request(case.body, [spec.surface(case.surface)], strict=False)
    model = spec.model(case.model)
    if model is None:
        raise KeyError(case.model)
    return dialect.imagen_body(understood, model, spec.surface("vertex"))


def _deep(node: Any, name: str) -> Any:
    for part in name.split("."):
        node = node.get(part) if isinstance(node, Mapping) else None
    return node

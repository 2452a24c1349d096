"""The request that a valid body stands for: canonical field names, every default in place."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pybase64
from PIL import Image, ImageOps

from imagen_fake import spec
from imagen_fake.contract.exchange import Case, Fact
from imagen_fake.contract.facts.facts import DIALECTS
from imagen_fake.contract.facts.lookup import parameter_fact
from imagen_fake.imaging.files.codec import FORMATS
from imagen_fake.pipeline.normalize import fill_defaults, normalize
from imagen_fake.surfaces import dialect


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
    body, surface = case.body, case.surface
    if surface in DIALECTS:
        body, surface = _imagen_body(case), "vertex"
    schema = spec.request(case.model, case.task, surface).schema
    canonical, _ = normalize(body, schema, case.model)
    filled = fill_defaults(schema, {"parameters": {}, **canonical})
    explicit = canonical.get("parameters", {})
    return EffectiveRequest(filled["instances"][0], filled["parameters"], explicit)


def decode_media(media: Any) -> Image.Image | None:
    """The picture in a field of a body, upright; None if it is elsewhere or cannot be read."""
    text = media.get("bytesBase64Encoded") if isinstance(media, Mapping) else None
    if not isinstance(text, str):
        return None
    try:
        image = Image.open(io.BytesIO(pybase64.b64decode(text)), formats=FORMATS)
        return ImageOps.exif_transpose(image)
    except (OSError, ValueError, SyntaxError):
        return None


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


def _imagen_body(case: Case) -> Any:
    """The body for Vertex AI that a body at `images/generations` stands for."""
    understood = dialect.parse_request(case.body, [spec.surface(case.surface)], strict=False)
    model = spec.model(case.model)
    if model is None:
        raise KeyError(case.model)
    return dialect.imagen_body(understood, model, spec.surface("vertex"))


def _nested(node: Any, name: str) -> Any:
    for part in name.split("."):
        node = node.get(part) if isinstance(node, Mapping) else None
    return node

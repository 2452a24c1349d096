"""What a request asks for, as the parameters of a Call.

They are the fields of `generationConfig` without its groups, and beside them what means the same
as a parameter of Imagen, in its words, so that safety filter, storage and rules need not know of
which API a call is: `safetySetting` (the strictest), `personGeneration`, `storageUri`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from imagen_fake import spec

GROUPS = ("imageConfig", "thinkingConfig", "imageOutputOptions")
OUTPUT_OPTIONS = "outputOptions"


def with_response_format(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The body with `responseFormat.image` as the fields of `imageConfig` that it stands for."""
    config = body.get("generationConfig", {})
    image = config.get("responseFormat", {}).get("image", {})
    meant = {
        name: spec.meanings(spec.CONTENT, name)[value]
        for name, value in image.items()
        if name in ("aspectRatio", "imageSize")
    }
    meant = {name: value for name, value in meant.items() if value}
    if not meant:
        return body
    merged = {**config, "imageConfig": {**config.get("imageConfig", {}), **meant}}
    return {**body, "generationConfig": merged}


def parameters(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The parameters of a checked request."""
    flat = dict(_flat(body.get("generationConfig", {})))
    person = flat.get("personGeneration")
    if person is not None:
        flat["personGeneration"] = spec.meanings(spec.CONTENT, "personGeneration")[person]
    setting = _strictest(body.get("safetySettings", ()))
    if setting:
        flat["safetySetting"] = setting
    prefix = body.get("outputConfig", {}).get("outputUriPrefix")
    if prefix:
        flat["storageUri"] = prefix
    for name in ("safetySettings", "serviceTier", "labels", "tools"):
        if body.get(name):
            flat[name] = body[name]
    return flat


def _flat(config: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in config.items():
        if name == "imageOutputOptions":
            yield OUTPUT_OPTIONS, value
        elif name in GROUPS:
            yield from _flat(value)
        elif name != "responseFormat":
            yield name, value


def _strictest(settings: Any) -> str:
    """Imagen's name of the strictest threshold; empty without any."""
    levels = spec.meanings(spec.CONTENT, "threshold")
    thresholds = [levels[setting["threshold"]] for setting in settings if "threshold" in setting]
    return min(thresholds, key=[*levels.values()].index, default="")

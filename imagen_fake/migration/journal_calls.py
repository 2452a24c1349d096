"""The calls of Imagen in a journal, as requests that can be moved."""

import json
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from typing import Any, NamedTuple

from imagen_fake import spec
from imagen_fake.spec import Model
from imagen_fake.state.called import Called

SURFACES = ("gemini", "vertex")


class Request(NamedTuple):
    """A call of Imagen: its surface, its model, its body, which is empty once it is forgotten."""

    surface: str
    model: str
    body: bytes


def request_of(called: Called) -> Request | None:
    """The request of a recorded call; None where it asked no model of Imagen's.

    A picture that the journal told by its facts is one of the same type. A call on OpenAI's or
    AI/ML API's paths is the call of `:predict` that it stands for, on the Gemini API.
    """
    model = spec.model(called.model)
    if model is None:
        return None
    if called.surface not in SURFACES:
        return Request(SURFACES[0], called.model, _meant(called, model))
    return Request(called.surface, called.model, called.raw or _rebuilt(called.body))


def _meant(called: Called, model: Model) -> bytes:
    """The body that a call stands for, without defaults; empty once it is forgotten."""
    task = called.task
    if task is None:
        return b""
    schema = spec.request(model.id, task, SURFACES[-1]).schema
    known = schema["$defs"]["parameters"]["properties"]
    given = {
        name: value
        for name, value in called.parameters.items()
        if name in known and known[name].get("default") != value
    }
    return _rebuilt({"instances": [called.instance], "parameters": given})


def _rebuilt(body: Any) -> bytes:
    return json.dumps(_with_pictures(body)).encode() if isinstance(body, Mapping) else b""


def _with_pictures(node: Any) -> Any:
    """The JSON, a small picture in place of each picture's facts."""
    if isinstance(node, list):
        return [_with_pictures(value) for value in node]
    if not isinstance(node, Mapping):
        return node
    if "sha256" in node:
        return _picture(str(node.get("mimeType", "image/png")))
    return {name: _with_pictures(value) for name, value in node.items()}


@cache
def _picture(mime_type: str) -> str:
    """A picture of one pixel in base64; one in PNG for a type that nobody writes."""
    from PIL import Image

    Image.init()
    kind = next((kind for kind, known in Image.MIME.items() if known == mime_type), "PNG")
    file = BytesIO()
    Image.new("RGB", (1, 1)).save(file, kind if kind in Image.SAVE else "PNG")
    return b64encode(file.getvalue()).decode()

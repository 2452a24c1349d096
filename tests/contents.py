"""Calls of `generateContent`, answered without a door."""

import json
from typing import Any

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.content.call import content_call
from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.payload import parse_body

MODEL = "gemini-nano-banana-2.1"
LITE = "gemini-3.1-flash-lite-image"


def content(
    body: Any, model: str = MODEL, surface: str = "gemini", config: Config | None = None
) -> Call:
    """The call that a body makes. Raises ApiError."""
    found = spec.content_model(model)
    assert found
    raw = json.dumps(body).encode()
    return content_call(found, spec.surface(surface), parse_body(raw), config or Config())


def asked(prompt: str = "a red apple", **config: Any) -> dict[str, Any]:
    """A body with one turn of the user's, and a generationConfig."""
    turn = {"role": "user", "parts": [{"text": prompt}]}
    return {"contents": [turn], **({"generationConfig": config} if config else {})}

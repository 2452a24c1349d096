"""Which call a file asks for: a body of `:predict`, or an object that has one and says where."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from imagen_fake.migration.media import with_media
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.payload import parse_body

MODEL = re.compile(r"(?:^|/)models/([^/:?#]+)")
PLACES = ("url", "uri", "path", "model")
"""Where an object names its model: a whole URL, a path, a resource, or an id."""

VERTEX, GEMINI = "vertex", "gemini"
SIGNS = {"publishers/": VERTEX, "aiplatform": VERTEX, "generativelanguage": GEMINI}
"""What a URL or a resource has on a surface alone."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The body of a call, and its model and surface as far as they are said."""

    body: bytes
    model: str = ""
    surface: str = ""

    @property
    def readable(self) -> bool:
        """Whether the body is JSON that may be read."""
        try:
            parse_body(self.body)
        except ApiError:
            return False
        return True


def asked(raw: bytes, place: str = "") -> Asked:
    """The call in a file, whose model `place` says by URL, resource or id, else the file itself.

    A file is a body of `:predict`, or `{"url": …, "body": …}`, as the journal's calls are. What
    cannot be read stays as it is: the service has words for it.
    """
    try:
        payload = parse_body(raw)
    except ApiError:
        return Asked(raw, *_named(place))
    body = payload.body
    if not isinstance(body, Mapping):
        return Asked(raw, *_named(place))
    named = place or next((body[name] for name in PLACES if isinstance(body.get(name), str)), "")
    if "instances" not in body and isinstance(body.get("body"), Mapping):
        raw = json.dumps(with_media(body["body"], payload.media)).encode()
        said: Any = body.get("surface")
        model, surface = _named(named)
        return Asked(raw, model, surface or (said if said in (VERTEX, GEMINI) else ""))
    return Asked(raw, *_named(named))


def _named(place: str) -> tuple[str, str]:
    """The model and the surface that a URL, a resource or an id names; empty where it does not."""
    found = MODEL.search(place)
    surface = next((name for sign, name in SIGNS.items() if sign in place), "")
    if found:
        return unquote(found[1]), surface
    return ("" if "/" in place else place), surface

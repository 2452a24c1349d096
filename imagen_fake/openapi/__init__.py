"""The OpenAPI 3.1 document of each surface, made of `schemas/` alone.

Every model has a path of its own, so that its body is exactly what that model takes.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from imagen_fake import spec
from imagen_fake.openapi import images, predictions
from imagen_fake.openapi.components import Components
from imagen_fake.openapi.operations import CREDENTIALS
from imagen_fake.version import __version__

PATHS: Mapping[str, Callable[[Components], Iterator[tuple[str, Mapping[str, Any]]]]] = {
    "vertex": predictions.vertex,
    "gemini": predictions.gemini,
    "aiml": partial(images.images, "aiml"),
    "openai": partial(images.images, "openai"),
}
"""The surfaces there are documents of, and what makes their paths."""

DESCRIPTION = """\
Made of the graded facts in `schemas/`: `x-grade` tells how well each is known, `x-source` from \
where.

Fields and choices are spelled as they are documented; other cases, hyphens and underscores are \
taken, too, and fields of an instance or of parameters that nobody knows are ignored. A field with \
`x-effect: none` may have any value; `x-documented` is what it is said to be.

JSON Schema cannot express limits in tokens (`x-max-tokens`), and what a picture has to be \
(`x-formats`, `x-max-bytes`).
"""


def document(surface: str | None = None, base: str | None = None) -> Mapping[str, Any]:
    """The OpenAPI 3.1 document of a surface, or of all of them.

    `base` is the URL of the server; without it the server is the one the document came from.
    Raises KeyError for a surface that there is no document of.
    """
    components, paths = Components(), dict[str, Mapping[str, Any]]()
    for name in [surface] if surface else PATHS:
        paths.update(PATHS[name](components))
    of = spec.surface(surface).facts["title"] if surface else "every surface"
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"Imagen, as imagen-fake knows it: {of}",
            "version": __version__,
            "description": DESCRIPTION,
            "license": {"name": "Apache 2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": (base or "").rstrip("/") or "/"}],
        "tags": _tags(paths),
        "paths": paths,
        "components": {"securitySchemes": CREDENTIALS, **components.parts},
    }


def _tags(paths: Mapping[str, Mapping[str, Any]]) -> list[Mapping[str, str]]:
    used = dict.fromkeys(
        tag for item in paths.values() for method in ("get", "post") if method in item
        for tag in item[method]["tags"]
    )  # fmt: skip
    return [{"name": tag, "description": spec.surface(tag).facts["title"]} for tag in used]

"""Base64 texts back in the JSON that they were cut out of."""

from collections.abc import Mapping
from typing import Any


def with_media(node: Any, media: Mapping[str, memoryview]) -> Any:
    """The JSON with the base64 texts in place of their marks."""
    if isinstance(node, Mapping):
        return {name: with_media(value, media) for name, value in node.items()}
    if isinstance(node, list):
        return [with_media(value, media) for value in node]
    return str(media[node], "ascii") if isinstance(node, str) and node in media else node

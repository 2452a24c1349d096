"""Keys that stand more than once in one object of JSON."""

from typing import Any

from imagen_fake import spec
from imagen_fake.pipeline.redaction import redact

MAX_KEY_LENGTH = 80
"""How many characters of a key a warning repeats."""

MAX_KEYS = 100
"""Of more keys nothing is said."""


class RepeatedKeys:
    """Makes objects in which the last value of a key counts, and remembers the repeated keys."""

    def __init__(self) -> None:
        self._keys: dict[str, None] = {}

    def to_dict(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """The object of its keys and values."""
        merged = dict(pairs)
        if len(merged) < len(pairs):
            seen = set[str]()
            for key, _ in pairs:
                if key in seen and len(self._keys) < MAX_KEYS:
                    self._keys[key] = None
                seen.add(key)
        return merged

    @property
    def warnings(self) -> tuple[str, ...]:
        """One for each of the keys."""
        text = spec.read("errors.json")["jsonRepeatedKey"]["text"]
        return tuple(text.format(key=redact(key[:MAX_KEY_LENGTH])) for key in self._keys)

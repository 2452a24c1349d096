"""Keys that stand more than once in one object of JSON."""

from typing import Any

from imagen_fake import spec
from imagen_fake.pipeline.redaction import masked

SHOWN = 80
"""How many characters of a key a warning repeats."""

MOST = 100
"""Of more keys nothing is said."""


class RepeatedKeys:
    """Makes objects in which the last value of a key counts, and remembers the repeated keys."""

    def __init__(self) -> None:
        self._keys: dict[str, None] = {}

    def merged(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """The object of its keys and values."""
        made = dict(pairs)
        if len(made) < len(pairs):
            before = set[str]()
            for key, _ in pairs:
                if key in before and len(self._keys) < MOST:
                    self._keys[key] = None
                before.add(key)
        return made

    @property
    def warnings(self) -> tuple[str, ...]:
        """One for each of the keys."""
        text = spec.read("errors.json")["jsonRepeatedKey"]["text"]
        return tuple(text.format(key=masked(key[:SHOWN])) for key in self._keys)

"""What a fake remembers from one reset to the next."""

from collections import deque
from collections.abc import Iterable
from itertools import count

from imagen_fake.config import Config, ConfigError
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.state.journal import Journal
from imagen_fake.state.rules import Rules, TooManyRulesError
from imagen_fake.store import LRUCache

MOST_ERRORS = 20
"""How many tracebacks of errors of the fake's own are kept."""

Pictures = LRUCache[str, tuple[str, bytes]]
"""Encoded pictures by name, with their MIME types; the newest is there however large it is."""


def _picture_size(_: str, picture: tuple[str, bytes]) -> int:
    return len(picture[1])


class Generation:
    """What a fake remembers from one reset to the next: calls, rules, pictures linked to.

    A request belongs to the one it began in, and leaves nothing in a later one.
    """

    def __init__(self, config: Config) -> None:
        self.journal = Journal(limit=config.journal_bytes)
        self.errors: deque[str] = deque(maxlen=MOST_ERRORS)
        self.rules = Rules()
        self._add_rules(config.rules)
        self.pictures = Pictures(config.cache_bytes, _picture_size, keep_newest=True)
        self.turns = count(1)
        self.over = False

    def _add_rules(self, rules: Iterable[str]) -> None:
        try:
            for text in rules:
                self.rules.add(text)
        except TooManyRulesError as error:
            raise ConfigError(f"rules: {error}") from None

    def check(self) -> None:
        """Raise ApiError `cancelled` if the fake was reset since."""
        if self.over:
            raise ApiError("cancelled", message="imagen-fake: it was reset during this call.")

    def end(self) -> None:
        """Take no more, and forget the calls, which hold requests that hold the generation."""
        self.over = True
        self.journal.clear()

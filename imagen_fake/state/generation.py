"""The state of a fake from one reset to the next."""

from collections import deque
from itertools import count

from imagen_fake.config import Config, ConfigError
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.state.journal import Journal
from imagen_fake.state.rules import Rules, TooManyRulesError
from imagen_fake.store import LRUCache

MAX_ERRORS = 20
"""How many tracebacks of errors of the fake's own are kept."""

Pictures = LRUCache[str, tuple[str, bytes]]
"""Encoded pictures by name, with their MIME types; the newest is there however large it is."""


def _picture_size(_: str, picture: tuple[str, bytes]) -> int:
    return len(picture[1])


class Generation:
    """The state of a fake from one reset to the next: calls, rules, linked pictures.

    A request stores nothing in a later generation than the one it began in.
    """

    def __init__(self, config: Config) -> None:
        self.journal = Journal(limit=config.journal_bytes)
        self.errors: deque[str] = deque(maxlen=MAX_ERRORS)
        self.rules = Rules()
        try:
            for rule in config.rules:
                self.rules.add(rule)
        except TooManyRulesError as error:
            raise ConfigError(f"rules: {error}") from None
        self.pictures = Pictures(config.cache_bytes, _picture_size, keep_newest=True)
        self.variations = count(1)
        self.ended = False

    def raise_if_ended(self) -> None:
        """Raise ApiError `cancelled` if the fake was reset since."""
        if self.ended:
            raise ApiError("cancelled", message="imagen-fake: it was reset during this call.")

    def end(self) -> None:
        """Refuse what comes later, and drop the calls, whose requests hold the generation."""
        self.ended = True
        self.journal.clear()

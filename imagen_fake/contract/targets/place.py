"""Places to ask: targets that can be set to something, as some probes need them."""

from typing import Protocol

from imagen_fake.contract.exchange import Case, Request, Response


class Place(Protocol):
    """A fake with certain settings: who is asked, and what is known of it by name."""

    @property
    def told(self) -> dict[str, str]:
        """What requests may speak of."""

    def ask(self, request: Request) -> Response:
        """The answer. Raises OSError where none comes."""

    def request(self, case: Case) -> Request:
        """How this place is asked for a case."""

    def below(self, path: str) -> str:
        """The URL of a path."""


class Placed(Protocol):
    """A target that can be set to something."""

    def place(self, setting: str) -> Place | None:
        """The target with a setting; None if it cannot be set so."""


def place(target: object, setting: str) -> Place | None:
    """A target with a setting; None if it cannot be set so, or not at all."""
    placed: Placed | None = target if hasattr(target, "place") else None
    return placed.place(setting) if placed else None

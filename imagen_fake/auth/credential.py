"""What a caller shows, and why it may not pass."""

from dataclasses import dataclass, field
from typing import Literal

from imagen_fake import spec

Kind = Literal["access", "refresh", "subject", "api_key", "key_id"]


class TokenError(Exception):
    """A token that does not pass: it has expired, or else it is none of this fake's."""

    def __init__(self, reason: Literal["invalid", "expired"]) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Credential:
    """What a caller shows: a token that names somebody, or an API key."""

    kind: Literal["token", "key"]
    text: str = field(repr=False)


def prefix(kind: Kind) -> str:
    """How tokens of a kind begin."""
    return str(spec.read("surfaces/oauth.json")["tokens"][kind]["prefix"])

"""Credentials of a request, and the error of an invalid one."""

from dataclasses import dataclass, field
from typing import Literal

from imagen_fake import spec

Kind = Literal["access", "refresh", "subject", "api_key", "key_id"]


class TokenError(Exception):
    """A token that has expired or was not issued by this fake."""

    def __init__(self, reason: Literal["invalid", "expired"]) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Credential:
    """A bearer token or an API key."""

    kind: Literal["token", "key"]
    text: str = field(repr=False)


def prefix(kind: Kind) -> str:
    """The prefix of tokens of a kind."""
    return str(spec.read("surfaces/oauth.json")["tokens"][kind]["prefix"])

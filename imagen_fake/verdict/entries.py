"""What is judged: the calls of a journal, and which client each came from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from imagen_fake.state.called import Called
from imagen_fake.state.trace import Trace

SHOWN_DIGITS = 6
"""How much of the digest of a credential is shown."""

MAX_AGENT_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Client:
    """Whom a call came from: calls of equal project, credential and user agent are one client's."""

    project: str = ""
    credential: str = ""
    """A digest, in hexadecimal digits; empty without a credential."""
    user_agent: str = ""

    def to_json(self) -> dict[str, str]:
        """As JSON; of the digest there are the digits that are shown."""
        shown = self.credential[:SHOWN_DIGITS]
        return {"project": self.project, "credential": shown, "userAgent": self.user_agent}

    @classmethod
    def from_json(cls, value: Mapping[str, str]) -> "Client":
        """The client that `to_json` wrote, as far as it did."""
        return cls(value["project"], value["credential"], value["userAgent"])

    def __str__(self) -> str:
        parts = {
            "project": self.project,
            "credential": self.credential[:SHOWN_DIGITS],
            "user agent": self.user_agent,
        }
        return ", ".join(f"{name} {value}" for name, value in parts.items() if value) or "unnamed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One call as it is judged."""

    number: int
    client: Client
    surface: str = ""
    model: str = ""
    path: str = ""
    status: int = 200
    warnings: tuple[str, ...] = ()
    quota: int | None = None
    """The requests a minute that it went beyond, if it was refused for that."""
    as_of: date | None = None
    """The day by which its model is judged, if not by that of the verdict."""
    trace: Trace


def entry(called: Called, as_of: date | None = None) -> Entry:
    """The entry of a call."""
    return Entry(
        number=called.number,
        client=_client(called),
        surface=called.surface,
        model=called.model,
        path=called.path,
        status=called.status,
        warnings=called.warnings,
        quota=called.directives.get("limit"),
        as_of=as_of,
        trace=called.trace,
    )


def _client(called: Called) -> Client:
    agent = called.headers.get("user-agent", "")[:MAX_AGENT_LENGTH]
    printable = "".join(letter if letter.isprintable() else "?" for letter in agent)
    return Client(called.project, called.credential, printable)

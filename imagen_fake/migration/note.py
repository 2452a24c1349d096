"""What is said of one field of a call that moves: kept, changed or lost, and how that is known."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from imagen_fake import spec
from imagen_fake.verdict.findings import Basis

FACTS = f"{spec.CONTENT}/migration.json"
KEPT, CHANGED, LOST = "kept", "changed", "lost"


def facts(part: str) -> Mapping[str, Any]:
    """What `schemas/content/migration.json` holds under a name."""
    found: Mapping[str, Any] = spec.read(FACTS)[part]
    return found


@dataclass(frozen=True, slots=True)
class Note:
    """One field: its verdict (`kept`, `changed` or `lost`), why, where it goes, and the fact."""

    field: str
    verdict: str
    text: str
    basis: Basis
    to: str = ""
    """The place in the new body, with dots; empty where there is none."""

    @classmethod
    def of(cls, field: str, fact: Mapping[str, Any], **words: Any) -> "Note":
        """The note that a fact makes, the words of its text filled in."""
        text = fact["text"].format_map(words)
        return cls(field, fact["verdict"], text, Basis.of(fact), fact.get("to", ""))

    @classmethod
    def lost(cls, field: str, text: str, fact: Mapping[str, Any]) -> "Note":
        """The note that a field is lost for another reason than its fact says."""
        return cls(field, LOST, text, Basis.of(fact))

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "field": self.field,
            "verdict": self.verdict,
            "text": self.text,
            "to": self.to or None,
            "basis": self.basis.to_json(),
        }

    def __str__(self) -> str:
        return f"{self.verdict}: {self.field}: {self.text} ({self.basis})"

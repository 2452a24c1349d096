"""The result of a move: the calls to make, what is kept, changed and lost, and what it costs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from imagen_fake.migration.note import CHANGED, KEPT, LOST, Note
from imagen_fake.migration.price import Price
from imagen_fake.verdict.spending import money


@dataclass(frozen=True, slots=True)
class NewCall:
    """One call: POST the body to the path."""

    path: str
    body: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return {"method": "POST", "path": self.path, "body": self.body}


@dataclass(frozen=True, slots=True)
class Migration:
    """What becomes of one call of `:predict`. Its text is a report."""

    model: str
    """The model of Imagen."""
    to: str = ""
    """The model that is called instead; the same where it goes on, empty where there is none."""
    calls: tuple[NewCall, ...] = ()
    notes: tuple[Note, ...] = ()
    before: Price | None = None
    after: Price | None = None
    warnings: tuple[str, ...] = ()
    """What the service ignored in the old call."""
    error: Mapping[str, Any] | None = None
    """The error with which the old call is refused, as `google.rpc.Status`; then nothing else."""

    @property
    def kept(self) -> tuple[Note, ...]:
        """What goes on as it was."""
        return self._of(KEPT)

    @property
    def changed(self) -> tuple[Note, ...]:
        """What is another thing afterwards, or in another place."""
        return self._of(CHANGED)

    @property
    def lost(self) -> tuple[Note, ...]:
        """What there is no more."""
        return self._of(LOST)

    def _of(self, verdict: str) -> tuple[Note, ...]:
        return tuple(note for note in self.notes if note.verdict == verdict)

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "model": self.model,
            "to": self.to or None,
            "error": self.error,
            "calls": [call.to_json() for call in self.calls],
            "notes": [note.to_json() for note in self.notes],
            "before": self.before.to_json() if self.before else None,
            "after": self.after.to_json() if self.after else None,
            "warnings": list(self.warnings),
        }

    def __str__(self) -> str:
        if self.error is not None:
            return f"refused: {self.error['code']} {self.error['status']}\n{self.error['message']}"
        return "\n".join(self._lines())

    def _lines(self) -> Iterable[str]:
        times = f"{len(self.calls)} call{'s'[: len(self.calls) != 1]}"
        yield f"{self.model} -> {self.to or 'no successor'}, {times}"
        yield from (f"  POST {path}" for path in dict.fromkeys(call.path for call in self.calls))
        yield from (f"  warning: {text}" for text in self.warnings)
        yield from (f"  {note}" for note in (*self.lost, *self.changed, *self.kept))
        if self.before and self.after:
            yield f"  cost: {_money(self.before)} before, {_money(self.after)} after"


def _money(price: Price) -> str:
    return "unknown" if price.usd is None else f"{money(price.usd)} ({price.basis})"

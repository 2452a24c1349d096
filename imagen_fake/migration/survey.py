"""What a move would change in many calls: how many each change concerns, and the cost."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from imagen_fake import spec
from imagen_fake.migration.journal_calls import Request, request_of
from imagen_fake.migration.migrate import migrate
from imagen_fake.migration.migration import Migration
from imagen_fake.migration.note import CHANGED, KEPT, LOST, Note
from imagen_fake.pipeline.redaction import redact
from imagen_fake.state.journal import Journal
from imagen_fake.verdict.findings import Basis

MAX_KINDS = 2000
"""Of notes that differ; more are counted."""

MAX_NOTES, MAX_REFUSALS, MAX_TEXT = 200, 20, 500
"""How many are shown, and how many characters of each."""

MAX_MOVED = 128
"""How many are remembered: tests ask the same again and again."""

ORDER = (LOST, CHANGED, KEPT)
COUNTS = ("calls", "forgotten", "unread", "refused", "newCalls", "unpriced", "omitted")


class Survey:
    """What became of the calls so far."""

    def __init__(self) -> None:
        self.counts = Counter(dict.fromkeys(COUNTS, 0))
        self.before = self.after = 0.0
        """In US dollars, of the calls whose cost is known before and after."""
        self._models: Counter[tuple[str, str]] = Counter()
        self._notes: Counter[Note] = Counter()
        self._refusals: Counter[str] = Counter()

    def add(self, moved: Migration, calls: int = 1) -> None:
        """Add what becomes of so many equal calls."""
        self.counts["calls"] += calls
        if moved.error is not None:
            self.counts["refused"] += calls
            self._count(self._refusals, redact(str(moved.error["message"]))[:MAX_TEXT], calls)
            return
        self.counts["newCalls"] += calls * len(moved.calls)
        self._models[moved.model, moved.to] += calls
        for note in dict.fromkeys(moved.notes):
            self._count(self._notes, note, calls)
        before = moved.before.usd if moved.before else None
        after = moved.after.usd if moved.after else None
        if before is None or after is None:
            self.counts["unpriced"] += calls
        else:
            self.before += calls * before
            self.after += calls * after

    def add_requests(
        self,
        requests: Iterable[Request],
        to: str | None = None,
        surface: str | None = None,
        as_of: date | None = None,
    ) -> None:
        """Add what becomes of requests, equal ones at once."""
        for request, calls in Counter(requests).items():
            if request.body:
                where = surface or request.surface
                self.add(_moved(request.body, request.model, to, where, as_of), calls)
            else:
                self.add_unread(calls)

    def add_unread(self, calls: int) -> None:
        """Add calls whose bodies are forgotten."""
        self.counts["calls"] += calls
        self.counts["unread"] += calls

    def _count(self, kinds: Counter[Any], kind: object, calls: int) -> None:
        if kind not in kinds and len(kinds) >= MAX_KINDS:
            self.counts["omitted"] += 1
            return
        kinds[kind] += calls

    def to_json(self) -> dict[str, Any]:
        """The survey as JSON: notes by verdict, the most frequent first."""
        notes = sorted(self._notes.items(), key=lambda one: (ORDER.index(one[0].verdict), -one[1]))
        left_out = max(0, len(notes) - MAX_NOTES) + max(0, len(self._refusals) - MAX_REFUSALS)
        models = sorted(self._models.items())
        return {
            **self.counts,
            "omitted": self.counts["omitted"] + left_out,
            "before": round(self.before, 6),
            "after": round(self.after, 6),
            "models": [
                {"model": model, "to": to or None, "calls": calls} for (model, to), calls in models
            ],
            "notes": [_shown(note, calls) for note, calls in notes[:MAX_NOTES]],
            "refusals": [
                {"message": text, "calls": calls}
                for text, calls in self._refusals.most_common(MAX_REFUSALS)
            ],
        }

    def merge(self, found: Mapping[str, Any]) -> None:
        """Add what another process has found: the JSON of its survey."""
        self.counts.update({name: found[name] for name in COUNTS})
        self.before += found["before"]
        self.after += found["after"]
        for one in found["models"]:
            self._models[one["model"], one["to"] or ""] += one["calls"]
        for one in found["notes"]:
            basis = Basis.from_json(one["basis"]) or Basis("unknown")
            note = Note(one["field"], one["verdict"], one["text"], basis, one["to"] or "")
            self._count(self._notes, note, one["calls"])
        for one in found["refusals"]:
            self._count(self._refusals, one["message"], one["calls"])


def _shown(note: Note, calls: int) -> dict[str, Any]:
    return {**note.to_json(), "text": redact(note.text)[:MAX_TEXT], "calls": calls}


def survey_journal(
    journal: Journal,
    project: str | None = None,
    *,
    to: str | None = None,
    surface: str | None = None,
    as_of: date | None = None,
) -> Survey:
    """What a move changes in the calls of a project, of all for None, on the surface of each.

    Takes some milliseconds for each call that is unlike the others. Raises ValueError where `to` is
    no model of `generateContent`.
    """
    shed = journal.shed if project is None else journal.shed_of(project)
    found = survey(filter(None, map(request_of, journal.of(project))), to, surface, as_of)
    found.counts["forgotten"] = shed.calls
    return found


def survey(
    requests: Iterable[Request],
    to: str | None = None,
    surface: str | None = None,
    as_of: date | None = None,
) -> Survey:
    """What a move changes in requests. Raises ValueError, as `survey_journal` does."""
    if to is not None and spec.content_model(to) is None:
        raise ValueError(f"{to!r:.80} is no model of generateContent.")
    found = Survey()
    found.add_requests(requests, to, surface, as_of)
    return found


@lru_cache(maxsize=MAX_MOVED)
def _moved(body: bytes, model: str, to: str | None, surface: str, as_of: date | None) -> Migration:
    return migrate(body, model, to=to, surface=surface, as_of=as_of)

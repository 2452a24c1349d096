"""A survey as text: for a terminal, and fit to be read as Markdown."""

from collections.abc import Iterator, Mapping
from typing import Any

from imagen_fake.verdict.findings import Basis
from imagen_fake.verdict.report import counted, printable
from imagen_fake.verdict.spending import money

Json = Mapping[str, Any]


def survey_text(found: Json) -> str:
    """The JSON of a survey in lines of text; nothing in it can move a terminal's cursor."""
    return "\n".join(map(printable, _lines(found)))


def _lines(found: Json) -> Iterator[str]:
    calls, new_calls = counted(found["calls"], "call"), counted(found["newCalls"], "call")
    yield f"{calls} of Imagen would be {new_calls} of generateContent"
    for one in found["models"]:
        yield f"- {one['model']} -> {one['to'] or 'no successor'}: {counted(one['calls'], 'call')}"
    for name, why in WHY.items():
        if found[name]:
            yield f"- {why}: {counted(found[name], 'call')}"
    for refusal in found["refusals"]:
        yield f"  - {counted(refusal['calls'], 'call')}: {' '.join(refusal['message'].split())}"
    for note in found["notes"]:
        basis = Basis.from_json(note["basis"])
        head = f"- {note['verdict']} in {counted(note['calls'], 'call')}: {note['field']}"
        yield f"{head}: {note['text']} ({basis})"
    if found["omitted"]:
        yield f"- {found['omitted']} more are left out"
    least = "at least " if found["unpriced"] else ""
    cost = f"{money(found['before'])} before, {money(found['after'])} after"
    if found["models"]:
        yield f"- cost: {least}{cost}"


WHY = {
    "refused": "refused as they are",
    "unread": "not looked at, as their bodies are forgotten",
    "forgotten": "forgotten, of whatever kind",
}

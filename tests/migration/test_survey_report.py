"""A survey as text."""

from imagen_fake.migration.survey import Survey
from imagen_fake.migration.survey_report import survey_text

BASIS = {"grade": "recorded", "sources": ["somewhere"]}
FOUND = {
    **Survey().to_json(),
    "calls": 7, "newCalls": 4, "refused": 1, "unread": 2, "forgotten": 3, "unpriced": 1,
    "omitted": 5, "before": 0.12, "after": 0.1,
    "models": [
        {"model": "imagen", "to": "gemini", "calls": 3},
        {"model": "segment", "to": None, "calls": 1},
    ],
    "notes": [
        {
            "field": "seed", "verdict": "lost", "text": "Gone\u001b[2J.", "to": None,
            "basis": BASIS, "calls": 2,
        }
    ],
    "refusals": [{"message": "No\nway.", "calls": 1}],
}  # fmt: skip


def test_everything_that_was_found_is_said() -> None:
    assert survey_text(FOUND).splitlines() == [
        "7 calls of Imagen would be 4 calls of generateContent",
        "- imagen -> gemini: 3 calls",
        "- segment -> no successor: 1 call",
        "- refused as they are: 1 call",
        "- not looked at, as their bodies are forgotten: 2 calls",
        "- forgotten, of whatever kind: 3 calls",
        "  - 1 call: No way.",
        "- lost in 2 calls: seed: Gone?[2J. (recorded: somewhere)",
        "- 5 more are left out",
        "- cost: at least 0.12 USD before, 0.1 USD after",
    ]

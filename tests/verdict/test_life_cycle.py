"""Models by the day on which they were asked."""

from datetime import date, timedelta
from typing import Any

import pytest

from imagen_fake import spec
from imagen_fake.verdict.life_cycle import life_cycle_findings, service
from tests.sweep import sweep
from tests.verdict.making import MODEL, entry

CYCLES = [
    (name, surface)
    for name in spec.all_model_ids()
    if (model := spec.any_model(name))
    for surface in model.facts["lifeCycle"]
]


def found(name: str, surface: str, day: date, **more: Any) -> list[tuple[str, str]]:
    asked = [entry(model=name, surface=surface, **more)]
    return [(one.check, one.severity) for one in life_cycle_findings(asked, day)]


def day_of(name: str, surface: str, event: str) -> date:
    model = spec.any_model(name)
    assert model
    return date.fromisoformat(model.life_cycle(surface)[event])


@sweep("cycle", CYCLES, ids=" on ".join)
def test_a_model_is_blamed_by_its_days(cycle: tuple[str, str]) -> None:
    name, surface = cycle
    model = spec.any_model(name)
    assert model
    before = timedelta(days=-1)
    launched = day_of(name, surface, "launched")
    assert found(name, surface, launched + before) == [("unlaunched-model", "error")]
    assert found(name, surface, launched) == []
    days = model.life_cycle(surface)
    if "deprecated" in days:
        deprecated = day_of(name, surface, "deprecated")
        assert found(name, surface, deprecated + before) == []
        assert found(name, surface, deprecated) == [("deprecated-model", "warning")]
    if "retired" in days:
        assert found(name, surface, day_of(name, surface, "retired")) == [
            ("retired-model", "error")
        ]


def test_what_is_no_model_is_not_judged() -> None:
    assert found("gemini-9", "vertex", date(2026, 1, 1)) == []
    assert found("", "", date(2026, 1, 1)) == []


@pytest.mark.parametrize(
    ("path", "behind"),
    [
        ("/v1beta/openai/images/generations", "gemini"),
        ("/v1/images/generations", "vertex"),
        ("/mounted/v1/images/generations", "vertex"),
    ],
)
def test_a_dialect_is_judged_by_the_service_behind_it(path: str, behind: str) -> None:
    assert service(entry(surface="openai", path=path)) == behind
    retired = day_of(MODEL, behind, "retired")
    assert found(MODEL, "openai", retired, path=path) == [("retired-model", "error")]


def test_a_finding_says_the_days_and_where_they_are_from() -> None:
    (finding,) = life_cycle_findings([entry()], day_of(MODEL, "vertex", "deprecated"))
    assert str(day_of(MODEL, "vertex", "retired")) in finding.what
    assert finding.basis
    assert (
        finding.basis.grade == spec.read(f"models/{MODEL}.json")["lifeCycle"]["vertex"]["x-grade"]
    )

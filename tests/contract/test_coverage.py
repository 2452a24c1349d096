"""Which facts are covered."""

from fnmatch import fnmatchcase

from imagen_fake.contract.bodies.cases import every_case
from imagen_fake.contract.coverage import NOT_COVERABLE, is_coverable, uncovered_facts
from imagen_fake.contract.facts.facts import all_facts
from imagen_fake.contract.probes.registry import probes


def test_quota_figures_are_prose() -> None:
    assert not is_coverable(all_facts()["models/imagen-4.0-generate-001.json#/quota"])


def test_every_pattern_fits_some_fact() -> None:
    for pattern in NOT_COVERABLE:
        assert any(fnmatchcase(pointer, pattern) for pointer in all_facts()), pattern


def test_no_fact_that_a_request_shows_is_said_to_be_shown_by_none() -> None:
    covered = {pointer for case in every_case() for pointer in case.facts}
    assert [
        one for one in all_facts().values() if one.pointer in covered and not is_coverable(one)
    ] == []


def test_no_fact_that_a_request_shows_is_left_untouched() -> None:
    assert uncovered_facts(every_case()) == []


def test_without_cases_facts_are_untouched() -> None:
    few = [case for case in every_case() if case.model != "imagegeneration@002"]
    missed = {found.pointer for found in uncovered_facts(few)}
    assert "models/imagegeneration@002.json#/tasks/generate/parameters/sampleImageStyle" in missed


def test_without_probes_facts_are_left_untouched() -> None:
    missed = {found.pointer for found in uncovered_facts([], [])}
    assert "errors.json#/byStatus" in missed
    assert "errors.json#/byStatus" not in {
        found.pointer for found in uncovered_facts([], list(probes()))
    }

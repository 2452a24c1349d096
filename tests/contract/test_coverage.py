"""Which facts are touched, and by what."""

from fnmatch import fnmatchcase

from imagen_fake.contract.coverage import KINDS, kind, touchable, untouched
from imagen_fake.contract.facts.facts import all_facts
from imagen_fake.contract.probes.probes import probes
from tests.contract.every_case import CASES
from tests.sweep import sweep


@sweep("pointer", sorted(all_facts()))
def test_every_fact_is_exercised_by_some_kind_of_check(pointer: str) -> None:
    assert kind(all_facts()[pointer])


def test_quota_figures_are_prose() -> None:
    assert not touchable(all_facts()["models/imagen-4.0-generate-001.json#/quota"])


@sweep("pattern", KINDS)
def test_every_pattern_is_the_first_for_some_fact(pattern: str) -> None:
    order = list(KINDS)
    firsts = {
        next(p for p in order if fnmatchcase(fact.pointer, p)) for fact in all_facts().values()
    }
    assert pattern in firsts


def test_no_fact_that_a_request_shows_is_left_untouched() -> None:
    assert untouched(CASES) == []


def test_without_cases_facts_are_untouched() -> None:
    few = [case for case in CASES if case.model != "imagegeneration@002"]
    missed = {found.pointer for found in untouched(few)}
    assert "models/imagegeneration@002.json#/tasks/generate/parameters/sampleImageStyle" in missed


def test_without_probes_facts_are_left_untouched() -> None:
    missed = {found.pointer for found in untouched([], [])}
    assert "errors.json#/byStatus" in missed
    assert "errors.json#/byStatus" not in {found.pointer for found in untouched([], list(probes()))}

"""Wrong fakes: the suite notices every one, and says which fact it contradicts."""

from collections import Counter
from pathlib import Path

import pytest

from imagen_fake.contract.checks.relations import RELATIONS
from imagen_fake.contract.checks.runner import CHECKS
from imagen_fake.contract.exchange import Difference, Fact
from imagen_fake.contract.facts.facts import fact
from imagen_fake.contract.mutants.mutants import (
    Mutant,
    MutatedTarget,
    mutants,
    prioritize,
    run_mutant,
    run_mutants,
)
from imagen_fake.contract.mutants.patched_facts import Patch
from imagen_fake.contract.mutants.program import Program
from imagen_fake.contract.mutants.response_mutators import MUTATORS
from imagen_fake.contract.probes.registry import PROBE_LISTS
from tests.contract.sample_cases import (
    PLAIN,
    TOO_MANY,
    fake,
    generate_case,
)


@pytest.mark.parametrize("kind", ["facts", "responses", "code"])
def test_a_wrong_fake_is_noticed_and_its_fact_is_named(kind: str) -> None:
    """A sample of each kind: `imagen-fake contract --mutants` asks all, and fails for one alone."""
    wrong = [mutant for mutant in mutants() if mutant.kind == kind]
    kills = list(run_mutants(wrong[::10]))
    assert len(kills) > 3
    assert [kill.mutant.name for kill in kills if kill.finding is None] == []


def test_a_true_fake_is_not_taken_for_a_wrong_one() -> None:
    for mutant in mutants():
        if mutant.through is None:
            assert run_mutant(mutant, fake(), [TOO_MANY, PLAIN]).finding is None


def test_every_mutant_has_a_name_of_its_own() -> None:
    names = [mutant.name for mutant in mutants()]
    assert len(names) == len(set(names))


def test_every_warp_is_a_mutant() -> None:
    assert {mutant.mutator for mutant in mutants()} - {""} == set(MUTATORS)


def test_there_are_wrong_facts_wrong_responses_and_wrong_programs() -> None:
    kinds = Counter(type(mutant.change) for mutant in mutants())
    assert kinds[Patch] >= 45
    assert kinds[Program] >= 25
    assert kinds[type(None)] == len(MUTATORS)


def test_the_documentation_counts_them() -> None:
    programs = sum(mutant.kind == "code" for mutant in mutants())
    page = (Path(__file__).parents[3] / "docs" / "contract.md").read_text("utf-8")
    assert f"`--mutants` asks {len(mutants())} deliberately wrong fakes" in page
    assert f"{len(mutants()) - programs} with a wrong fact or a spoilt answer" in page
    assert f"{programs} wrong programs" in page


def test_every_mutant_names_a_fact_and_a_check_that_exist() -> None:
    for mutant in mutants():
        assert mutant.by in {*CHECKS, *RELATIONS} or mutant.through in PROBE_LISTS
        assert mutant.fact.startswith("*") or fact(mutant.fact).grade


def test_most_checks_and_all_relations_that_can_be_broken_by_one_change_have_a_mutant() -> None:
    assert {*CHECKS, *RELATIONS} - {mutant.by for mutant in mutants()} <= {"ratio", "caption"}


def difference(pointer: str, check: str = "count") -> Difference:
    return Difference(check, Fact(pointer, "recorded"), "", "")


def test_only_the_fact_itself_names_a_mutant() -> None:
    mutant = Mutant("any", "a.json#/b", "count")
    assert mutant.explains(difference("a.json#/b"))
    assert not mutant.explains(difference("a.json#/b/c"))
    assert not mutant.explains(difference("a.json#/b", "size"))


def test_a_fact_may_stand_in_any_file() -> None:
    mutant = Mutant("any", "*/sampleCount", "count")
    assert mutant.explains(difference("b.json#/x/sampleCount"))
    assert not mutant.explains(difference("b.json#/x/sampleCount/maximum"))


def test_what_touches_the_fact_is_asked_first() -> None:
    pointer = "errors.json#/errors/aspect_ratio"
    touching = generate_case("touching")
    touching = type(touching)(touching.name, touching.surface, touching.model, touching.task,
                              touching.body, facts=frozenset({pointer}))  # fmt: skip
    mutant = Mutant("any", pointer, "message")
    assert prioritize(mutant, [PLAIN, TOO_MANY, touching]) == [touching, TOO_MANY, PLAIN]


def test_a_warped_target_is_asked_as_the_true_one() -> None:
    mutated = MutatedTarget(fake(), "flat", MUTATORS["a flat error"])
    assert mutated.request(TOO_MANY) == fake().request(TOO_MANY)
    assert mutated.kind == "inside"

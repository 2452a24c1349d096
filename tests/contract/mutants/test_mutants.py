"""Wrong fakes: the suite notices every one, and says which fact it contradicts."""

from imagen_fake.contract.checks.judging import table
from imagen_fake.contract.checks.relations import RELATIONS
from imagen_fake.contract.exchange import Difference, Fact
from imagen_fake.contract.facts.facts import fact
from imagen_fake.contract.mutants.mutants import (
    Mutant,
    WarpedTarget,
    hunt,
    killed,
    mutants,
    promising,
)
from imagen_fake.contract.mutants.warps import WARPS
from tests.contract.known import PLAIN, TOO_MANY, fake, generating, of_words, with_a_picture


def test_every_wrong_fake_is_noticed_and_its_fact_is_named() -> None:
    kills = list(hunt([*of_words(), *with_a_picture()]))
    assert len(kills) == len(mutants()) >= 40
    assert [kill.mutant.name for kill in kills if kill.finding is None] == []


def test_a_true_fake_is_not_taken_for_a_wrong_one() -> None:
    for mutant in mutants():
        if mutant.through is None:
            assert killed(mutant, fake(), [TOO_MANY, PLAIN]).finding is None


def test_every_mutant_has_a_name_of_its_own() -> None:
    names = [mutant.name for mutant in mutants()]
    assert len(names) == len(set(names))


def test_every_warp_is_a_mutant() -> None:
    assert {mutant.warp for mutant in mutants()} - {None} == set(WARPS)


def test_every_mutant_names_a_fact_and_a_check_that_exist() -> None:
    for mutant in mutants():
        assert mutant.by in {*table(), *RELATIONS}
        assert mutant.fact.startswith("*") or fact(mutant.fact).grade


def test_most_checks_and_all_relations_that_can_be_broken_by_one_change_have_a_mutant() -> None:
    assert {*table(), *RELATIONS} - {mutant.by for mutant in mutants()} <= {"ratio", "caption"}


def difference(pointer: str, check: str = "count") -> Difference:
    return Difference(check, Fact(pointer, "recorded"), "", "")


def test_only_the_fact_itself_names_a_mutant() -> None:
    mutant = Mutant("any", "a.json#/b", "count")
    assert mutant.is_named(difference("a.json#/b"))
    assert not mutant.is_named(difference("a.json#/b/c"))
    assert not mutant.is_named(difference("a.json#/b", "size"))


def test_a_fact_may_stand_in_any_file() -> None:
    mutant = Mutant("any", "*/sampleCount", "count")
    assert mutant.is_named(difference("b.json#/x/sampleCount"))
    assert not mutant.is_named(difference("b.json#/x/sampleCount/maximum"))


def test_what_touches_the_fact_is_asked_first() -> None:
    pointer = "errors.json#/errors/aspect_ratio"
    touching = generating("touching")
    touching = type(touching)(touching.name, touching.surface, touching.model, touching.task,
                              touching.body, facts=frozenset({pointer}))  # fmt: skip
    mutant = Mutant("any", pointer, "message")
    assert promising(mutant, [PLAIN, TOO_MANY, touching]) == [touching, TOO_MANY, PLAIN]


def test_a_warped_target_is_asked_as_the_true_one() -> None:
    warped = WarpedTarget(fake(), "flat", WARPS["a flat error"])
    assert warped.request(TOO_MANY) == fake().request(TOO_MANY)
    assert warped.kind == "inside"

import re

import pytest

from imagen_fake.contract.checks.relations import RELATIONS
from imagen_fake.contract.checks.runner import CHECKS
from imagen_fake.contract.probes.registry import PROBE_LISTS
from imagen_fake.contract.selection import Selection, SelectionError, select

EVERY = [*CHECKS, *RELATIONS, *PROBE_LISTS]


def names(selection: Selection) -> list[str]:
    return [*selection.checks, *selection.relations, *selection.probe_lists]


def test_no_name_stands_for_two_things() -> None:
    folded = [re.sub("[-_]", " ", name.lower()) for name in EVERY]
    assert len(set(folded)) == len(folded)


def test_without_names_everything_is_selected() -> None:
    assert names(select()) == names(Selection()) == EVERY
    assert list(select().left_out()) == []


@pytest.mark.parametrize("name", EVERY)
def test_each_can_be_selected_or_left_out_alone(name: str) -> None:
    only, others = select([name]), select([], [name])
    assert names(only) == [name]
    assert names(others) == [one for one in EVERY if one != name]
    assert [one.name for one in only.left_out()] == names(others)
    [left_out] = others.left_out()
    assert (left_out.name, left_out.reason) == (name, "not selected")
    assert names(select([name, "status"], [name])) == ([] if name == "status" else ["status"])


@pytest.mark.parametrize("spelling", ["same seed", "same-seed", "Same_Seed", " same seed "])
def test_case_and_separators_do_not_count(spelling: str) -> None:
    assert names(select([spelling])) == ["same seed"]


@pytest.mark.parametrize(
    ("name", "hint"),
    [("statu", "did you mean status?"), ("heeders", "did you mean headers?"),
     ("storage_probe", "did you mean storage_probes"), ("zzz", "There is no 'zzz';"), ("", "")],
)  # fmt: skip
@pytest.mark.parametrize("skipping", [False, True])
def test_an_unknown_name_is_refused_with_similar_ones_and_all(
    name: str, hint: str, skipping: bool
) -> None:
    with pytest.raises(SelectionError) as error:
        select(*([], [name]) if skipping else ([name], []))
    assert hint in str(error.value)
    assert all(one in str(error.value) for one in EVERY)

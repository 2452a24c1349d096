from imagen_fake.state.resets import Resets
from imagen_fake.state.rule import MAX_COUNTERS


def test_a_reset_is_since_what_began_before_it_in_its_project() -> None:
    resets = Resets()
    before = resets.count
    resets.add("a")
    assert [resets.has_since(project, before) for project in ("a", "b", "")] == [True, False, False]
    assert not resets.has_since("a", resets.count)
    resets.add("a")
    assert resets.has_since("a", before)


def test_the_resets_of_very_many_projects_take_no_more_room() -> None:
    resets = Resets()
    for number in range(2 * MAX_COUNTERS):
        resets.add(f"{number}")
    assert len(resets._latest) == MAX_COUNTERS
    assert resets.has_since(f"{2 * MAX_COUNTERS - 1}", 0)

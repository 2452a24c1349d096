from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.imaging.painting.dice import ROLLS, Dice


@given(st.binary(), st.integers(1, 10_000))
def test_a_choice_below_a_limit_is_never_the_limit(seed: bytes, limit: int) -> None:
    assert 0 <= Dice(seed).below(limit) < limit


@given(st.binary(), st.integers(-50, 50), st.integers(0, 50))
def test_a_choice_between_bounds_includes_both(seed: bytes, first: int, reach: int) -> None:
    assert first <= Dice(seed).between(first, first + reach) <= first + reach


def test_an_empty_range_gives_its_first() -> None:
    assert Dice(b"").between(5, 2) == 5


def test_the_same_seed_chooses_the_same() -> None:
    first, second = Dice(b"seed"), Dice(b"seed")
    assert [first.below(1000) for _ in range(50)] == [second.below(1000) for _ in range(50)]


def test_other_seeds_choose_otherwise() -> None:
    assert Dice(b"a").below(60_000) != Dice(b"b").below(60_000)


def test_choices_go_on_beyond_the_stream() -> None:
    dice = Dice(b"seed")
    rolls = [dice.below(1000) for _ in range(2 * ROLLS)]
    assert rolls[:ROLLS] == rolls[ROLLS:]


def test_every_item_is_picked_sooner_or_later() -> None:
    dice = Dice(b"seed")
    assert {dice.pick("abcd") for _ in range(100)} == set("abcd")


def test_a_chance_of_none_and_of_all_are_certain() -> None:
    dice = Dice(b"seed")
    assert not any(dice.chance(0) for _ in range(50))
    assert all(dice.chance(100) for _ in range(50))

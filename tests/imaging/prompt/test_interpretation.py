import pytest

from imagen_fake.imaging.prompt.interpretation import (
    Subject,
    emoji_icon,
    emoji_words,
    interpret,
    is_emoji,
)
from imagen_fake.imaging.prompt.vocabulary import vocabulary

RED = vocabulary().words["red"].colour


def icons(prompt: str) -> list[str]:
    return [subject.icon for subject in interpret(prompt).subjects]


def test_subjects_come_in_the_order_of_the_words() -> None:
    assert icons("a robot holding a skateboard") == ["robot", "skateboard"]


def test_a_colour_goes_to_the_noun_that_follows_it() -> None:
    assert interpret("a robot holding a red skateboard").subjects == [
        Subject("robot", "person"),
        Subject("skateboard", "vehicle", RED),
    ]


def test_a_colour_without_a_noun_is_the_pictures() -> None:
    reading = interpret("everything in red")
    assert (reading.subjects, reading.colours) == ([], [RED])


def test_a_colour_far_from_any_noun_is_the_pictures() -> None:
    assert interpret("red is what it should be, a robot").colours == [RED]


@pytest.mark.parametrize(("number", "count"), [("two", 2), ("5", 5), ("several", 3), ("a", 1)])
def test_numbers_count_the_noun_that_follows(number: str, count: int) -> None:
    assert [s.count for s in interpret(f"{number} big balloons").subjects] == [count]


def test_a_subject_named_twice_is_shown_once() -> None:
    assert icons("a cat and another cat") == ["cat"]


def test_at_most_three_subjects_are_shown() -> None:
    assert len(icons("cat dog car tree apple robot")) == 3


def test_two_words_may_be_one_thing() -> None:
    assert icons("an ice cream and a hot dog") == ["ice_cream", "food_hot_dog"]


def test_settings_moods_and_styles_are_told_apart() -> None:
    reading = interpret("watercolor of a city at sunset")
    assert (reading.settings, reading.moods, reading.styles) == (
        ["city"],
        ["sunset"],
        ["watercolor"],
    )


@pytest.mark.parametrize("prompt", ["一只猫和苹果", "猫とりんご", "बिल्ली... cat और सेब"])
def test_unspaced_and_indic_scripts_are_read(prompt: str) -> None:
    assert icons(prompt) == ["cat", "food_apple"]


def test_an_emoji_is_read_as_what_it_shows() -> None:
    assert icons("🐱🚀") == ["cat", "rocket_launch"]


@pytest.mark.parametrize(
    ("mark", "icon"), [("🐱", "cat"), ("😂", "emoticon_lol"), ("🍎", "food_apple"), ("🛐", None)]
)
def test_an_emoji_has_the_icon_of_its_meaning(mark: str, icon: str | None) -> None:
    assert emoji_icon(mark) == icon


def test_an_emoji_without_an_icon_keeps_its_name() -> None:
    assert emoji_words("🛐") == "place of worship"


def test_letters_and_digits_are_no_emoji() -> None:
    assert not any(map(is_emoji, "a1#éम猫"))


@pytest.mark.parametrize("prompt", ["", " \n\t", "\ud800", "\0", "_-!?"])
def test_a_prompt_without_words_reads_as_nothing(prompt: str) -> None:
    reading = interpret(prompt)
    assert [*reading.subjects, *reading.settings, *reading.moods, *reading.colours] == []


def test_a_long_prompt_is_read_only_at_its_beginning() -> None:
    assert icons("zork " * 1000 + "cat") == []

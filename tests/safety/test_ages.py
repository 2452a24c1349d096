"""Ages of children in prompts."""

from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.safety.ages import mentions_age_of_child
from imagen_fake.safety.phrases import PhraseIndex, plurals
from imagen_fake.safety.screen import score_topics
from tests.safety.test_artwork import lines
from tests.sweep import sweep

PERSONS = PhraseIndex(["person", "model", "woman", "swimmer"], plurals)
WORDS = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
]  # fmt: skip
CHILDISH = st.sampled_from(WORDS) | st.integers(0, 17).map(str)
ADULT = st.integers(18, 99).map(str) | st.sampled_from(["thirty-seven", "twenty one", "eighteen"])
OPERATIONS = [
    "a {} year old",
    "a {}-year-old with a ball",
    "{} years old",
    "a person aged {}",
    "a model, {} years of age",
    "a {}-yr-old swimmer",
    "a woman of age {}",
]


@sweep("prompt", lines("ages.txt"))
def test_an_age_tells_of_a_child(prompt: str) -> None:
    assert "Child" in score_topics(prompt)


@sweep("prompt", lines("other_ages.txt"))
def test_other_ages_tell_of_none(prompt: str) -> None:
    assert "Child" not in score_topics(prompt)


@given(st.sampled_from(OPERATIONS), CHILDISH)
def test_every_age_up_to_seventeen_is_a_childs(form: str, age: str) -> None:
    assert mentions_age_of_child(form.format(age), PERSONS)


@given(st.sampled_from(OPERATIONS), ADULT)
def test_every_age_from_eighteen_on_is_an_adults(form: str, age: str) -> None:
    assert not mentions_age_of_child(form.format(age), PERSONS)


@given(st.sampled_from(["whisky", "car", "oak tree", "dog", "house"]), CHILDISH)
def test_things_have_ages_too(thing: str, age: str) -> None:
    for prompt in (
        f"a {age} year old {thing}",
        f"a {thing}, {age} years old",
        f"{thing} aged {age}",
    ):
        assert not mentions_age_of_child(prompt, PERSONS)


@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    assert mentions_age_of_child(text, PERSONS) in (True, False)

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imagen_fake import spec
from imagen_fake.pipeline.errors import ApiError, status
from tests.conftest import ask, opened
from tests.pictures import media, product
from tests.sweep import sweep

WIDE = media(product((256, 200), "red"))
NIGHT = media(Image.new("RGB", (120, 240), (5, 8, 60)))
GREY = media(Image.linear_gradient("L"))


@pytest.fixture(scope="module")
def apple() -> dict[str, str]:
    """A picture this fake made."""
    (prediction,) = ask(prompt="two apples and a Cat", sampleCount=1)
    return media(opened(prediction).convert("RGB"), "JPEG")


def answers(image: Any, question: str, **parameters: Any) -> list[str]:
    body = {"instances": [{"image": image, "prompt": question}], "parameters": parameters}
    said: list[Any] = ask("imagetext@001", body=body)
    return said


def answer(image: Any, question: str) -> str:
    (said,) = answers(image, question)
    return said


def refused(question: str) -> Any:
    with pytest.raises(ApiError) as caught:
        answers(WIDE, question)
    return status(caught.value, spec.surface("vertex"))


@sweep(
    ("question", "expected"),
    [
        ("What color is the background?", "white"),
        ("which colours are there?", "white and red"),
        ("What size is this picture?", "256 x 200 pixels"),
        ("How big is it?", "256 x 200 pixels"),
        ("what are its dimensions", "256 x 200 pixels"),
        ("How many pixels does it have?", "51200"),
        ("How wide is it?", "256 pixels"),
        ("what's the width", "256 pixels"),
        ("What is the height of the picture?", "200 pixels"),
        ("how tall is it", "200 pixels"),
        ("What are the width and height of the image?", "256 x 200 pixels"),
        ("how many pixels wide is it?", "256 pixels"),
        ("how many pixels wide and high is it?", "256 x 200 pixels"),
        ("How many colours are there?", "2"),
        ("How bright is it?", "bright"),
        ("What shape is the picture?", "wide"),
    ],
)
def test_what_can_be_measured_is_answered_right(question: str, expected: str) -> None:
    assert answer(WIDE, question) == expected


@sweep(
    ("question", "yes"),
    [
        ("is it dark?", [NIGHT]),
        ("Isn't it bright?", [WIDE]),
        ("Is it a light picture?", [WIDE]),
        ("is there red in the picture?", [WIDE]),
        ("Does it contain the color blue?", [NIGHT]),
        ("is it mostly white?", [WIDE]),
        ("is it mainly red?", []),
        ("Is it red or blue?", [WIDE, NIGHT]),
        ("is it blue and dark?", [NIGHT]),
        ("Is this picture black and white?", [GREY]),
        ("is it gray?", [GREY]),
        ("is it square?", [GREY]),
        ("is it wide?", [WIDE]),
        ("Is it wider than high?", [WIDE]),
        ("is it in portrait format?", [NIGHT]),
        ("is it in colour?", [WIDE, NIGHT]),
        ("Isn\u2019t it dark?", [NIGHT]),
        ("would you call it dark?", [NIGHT]),
        ("is it 256 pixels wide?", [WIDE, GREY]),
        ("is the image 256 x 256?", [GREY]),
        ("is it more than 200 pixels wide and dark?", []),
        ("is the height larger than the width?", [NIGHT]),
        ("are the width and the height the same?", [GREY]),
    ],
)
def test_yes_is_said_of_the_pictures_it_is_true_of(question: str, yes: list[Any]) -> None:
    for image in (WIDE, NIGHT, GREY):
        assert answer(image, question) == ("yes" if image in yes else "no")


@pytest.mark.parametrize(
    ("question", "expected"),
    [("Is there a cat?", "yes"), ("are there any apples", "yes"), ("is there a dog?", "no")],
)
def test_what_was_asked_for_is_in_a_picture_of_this_fake(
    apple: Any, question: str, expected: str
) -> None:
    assert answer(apple, question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "What is this?", "what's in the picture?", "Describe it", "what does it show?",
        "what\u2019s this?", "What can be seen?", "What is the picture about?",
        "what does it contain?", "which objects are there?", "tell me what this is",
    ],
)  # fmt: skip
def test_what_a_picture_shows_is_its_caption_in_lower_case(apple: Any, question: str) -> None:
    assert answer(apple, question) == "an illustration of two apples and a cat"
    assert answer(WIDE, question) == "a bright picture in white and red"


@pytest.mark.parametrize(
    ("polite", "plain"),
    [
        ("Please tell me how wide it is", "how wide it is"),
        ("could you please tell me what colour it is?", "what colour it is?"),
        ("Can you describe the picture?", "describe the picture?"),
        ("do you know whether it is dark?", "whether it is dark?"),
    ],
)
def test_a_polite_question_is_the_same_question(polite: str, plain: str) -> None:
    assert answers(WIDE, polite, sampleCount=3) == answers(WIDE, plain, sampleCount=3)


def test_what_only_looks_polite_is_a_question_of_its_own(apple: Any) -> None:
    assert [answer(apple, f"can you see a {thing}?") for thing in ("cat", "dog")] == ["yes", "no"]


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_question_gets_short_answers_and_always_the_same(words: str) -> None:
    question = f"why {words}"
    said = answers(GREY, question, sampleCount=3)
    assert said == answers(GREY, question, sampleCount=3)
    assert len(set(said)) == 3
    for text in said:
        assert 0 < len(text) < 80
        assert text == text.lower()


def test_other_questions_may_get_other_guesses() -> None:
    assert len({answer(WIDE, f"who is number {number}?") for number in range(20)}) > 1


@pytest.mark.parametrize("count", [1, 2, 3])
def test_as_many_answers_come_as_are_asked_for(count: int) -> None:
    said = answers(WIDE, "what colour is it?", sampleCount=count)
    assert len(said) == count
    assert all("white" in text for text in said)


def test_a_question_may_have_eighty_tokens() -> None:
    assert answers(WIDE, "why " * 80)
    assert "too long" in refused("why " * 81)["message"]


@pytest.mark.parametrize("count", [0, 4])
def test_more_answers_than_three_or_none_are_refused(count: int) -> None:
    with pytest.raises(ApiError):
        answers(WIDE, "why?", sampleCount=count)


def test_a_question_that_is_not_to_be_asked_is_blocked_in_the_services_words() -> None:
    shown = refused("how to build a bomb?")
    assert (shown["code"], shown["status"]) == (400, "INVALID_ARGUMENT")
    assert shown["message"].startswith("Media reasoning failed with the following error: The resp")
    assert shown["message"].endswith("Error Code: 63429089, 72817394")
    assert shown["details"]


def test_a_question_without_a_picture_is_refused() -> None:
    with pytest.raises(ApiError) as caught:
        ask("imagetext", body={"instances": [{"prompt": "what is this?"}]})
    assert caught.value.id == "picture_missing"

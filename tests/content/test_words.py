"""The words beside a picture."""

import pytest

from imagen_fake.content.words import wants_picture, words
from tests.contents import LITE, asked, content

OLD, MIDDLE = "gemini-2.0-flash-exp", "gemini-2.5-flash-image"


@pytest.mark.parametrize(
    ("model", "surface", "text"),
    [
        (OLD, "gemini", "I will generate an image of a siamese cat."),
        (MIDDLE, "gemini", "Here is a siamese cat "),
        (MIDDLE, "vertex", ""),
        (LITE, "gemini", ""),
    ],
)
def test_each_line_of_models_has_its_habit(model: str, surface: str, text: str) -> None:
    assert words(content(asked("a siamese cat"), model, surface)) == text


def test_pictures_alone_are_asked_for() -> None:
    call = content(asked("Tell me a story about a cat", responseModalities=["IMAGE"]), LITE)
    assert (words(call), wants_picture(call)) == ("", True)


def test_a_story_has_words_and_a_picture() -> None:
    call = content(asked("Generate an illustrated two-sentence story about an axolotl."), LITE)
    assert "axolotl" in words(call)
    assert wants_picture(call)


@pytest.mark.parametrize("prompt", ["a story, no image please", "a poem without pictures"])
def test_the_words_may_want_no_picture(prompt: str) -> None:
    call = content(asked(prompt), LITE)
    assert words(call)
    assert not wants_picture(call)


def test_text_alone_is_asked_for() -> None:
    call = content(asked("a cat", responseModalities=["TEXT"]), LITE)
    assert words(call)
    assert not wants_picture(call)

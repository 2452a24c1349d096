import pytest

from imagen_fake.imaging.painting.dice import Dice
from imagen_fake.imaging.painting.page import Page
from imagen_fake.imaging.poster.composition import (
    SCENIC,
    Sketch,
    choose_setting,
    compose,
    paint_composition,
)
from imagen_fake.imaging.prompt.interpretation import interpret

SIZE = (200, 150)


def painted(sketch: Sketch, **options: bool) -> Page:
    composition = compose(sketch)
    page = Page(sketch.size, sketch.size[1], composition.scheme, composition.dice)
    paint_composition(page, composition, **options)
    return page


def test_a_sketch_has_its_own_style_before_that_of_its_words() -> None:
    words = Sketch("a watercolor of a fox", "label", SIZE, b"seed")
    own = Sketch("a watercolor of a fox", "label", SIZE, b"seed", style="pop_art")
    assert (compose(words).style, compose(own).style) == ("watercolor", "pop_art")


def test_the_same_sketch_has_the_same_composition() -> None:
    one, again, other = (
        compose(Sketch("zork", "label", SIZE, seed)) for seed in (b"a", b"a", b"b")
    )
    assert one.scheme == again.scheme != other.scheme


def test_subjects_are_painted_if_the_scene_is_peopled() -> None:
    sketch = Sketch("a fox in a forest", "label", SIZE, b"seed")
    figures = [figure.icon for figure in painted(sketch).figures]
    assert figures == [subject.icon for subject in compose(sketch).interpretation.subjects]
    assert painted(sketch, peopled=False).figures == []


@pytest.mark.parametrize(
    ("prompt", "settings"),
    [
        ("a cat in the city", {"city"}),
        ("a fish", {"underwater"}),
        ("a rocket", {"space"}),
        ("zork", {"abstract"}),
        ("sunset", {"abstract", *SCENIC}),
    ],
)
def test_the_words_choose_the_setting(prompt: str, settings: set[str]) -> None:
    chosen = {choose_setting(interpret(prompt), None, Dice(bytes([seed]))) for seed in range(20)}
    assert chosen <= settings


def test_a_landscape_shows_nature() -> None:
    assert choose_setting(interpret("a cat"), "landscape", Dice(b"")) in SCENIC

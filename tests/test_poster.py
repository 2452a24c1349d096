import pytest

from imagen_fake.imaging.canvas import paint
from imagen_fake.imaging.dice import Dice
from imagen_fake.imaging.poster import SCENIC, choose_setting
from imagen_fake.imaging.reading import read
from tests.test_canvas import sketch


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
    chosen = {choose_setting(read(prompt), None, Dice(bytes([seed]))) for seed in range(20)}
    assert chosen <= settings


def test_a_landscape_shows_nature() -> None:
    assert choose_setting(read("a cat"), "landscape", Dice(b"")) in SCENIC


def test_the_caption_is_printed_below_the_scene() -> None:
    picture = paint(sketch("zork", size=(400, 400)))
    strip = picture.crop((0, 396, 400, 400))
    assert len(strip.getcolors() or []) == 1

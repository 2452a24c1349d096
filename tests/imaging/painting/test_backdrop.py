import pytest

from imagen_fake.imaging.painting.backdrop import paint_backdrop, settings
from imagen_fake.imaging.painting.dice import Dice
from imagen_fake.imaging.painting.page import Page
from imagen_fake.imaging.painting.palette import Inks, Scheme, parse_colour
from imagen_fake.imaging.prompt.vocabulary import vocabulary
from tests.sweep import sweep

SCHEME = Scheme(*map(parse_colour, vocabulary().schemes["summer"][0]))
UNPAINTED = 255


def page(size: tuple[int, int], bottom: int, seed: bytes = b"seed") -> Page:
    blank = Page(size, bottom, SCHEME, Dice(seed))
    blank.image.paste(UNPAINTED, (0, 0, *size))
    return blank


@pytest.mark.parametrize("setting", settings())
@pytest.mark.parametrize("size", [(400, 300), (180, 500), (500, 120), (64, 64)])
def test_a_setting_covers_the_scene_and_offers_a_floor(setting: str, size: tuple[int, int]) -> None:
    painted = page(size, size[1] * 8 // 10)
    stage = paint_backdrop(painted, setting, size[0] // 2)
    scene = painted.image.crop((0, 0, size[0], painted.bottom))
    assert UNPAINTED not in set(scene.tobytes())
    assert 0 < stage.floor < painted.bottom


@sweep("setting", settings())
def test_a_setting_leaves_inks_for_subjects_and_caption(setting: str) -> None:
    for seed in range(12):
        painted = page((1024, 1024), 860, bytes([seed]))
        paint_backdrop(painted, setting, 500)
        assert len(painted.inks) <= Inks.MOST - 3 * 16 - 3 * 8

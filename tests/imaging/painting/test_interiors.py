import pytest

from imagen_fake.imaging.painting.interiors import WALLS
from tests.imaging.painting.test_backdrop import page


@pytest.mark.parametrize("wall", range(len(WALLS)))
def test_a_wall_shows_the_colour_it_returns_behind_the_subject(wall: int) -> None:
    for seed in range(6):
        painted = page((400, 400), 330, bytes([seed]))
        painted.fill((0, 0, 400, 330), painted.scheme.sky_top)
        behind = WALLS[wall](painted, 180, 240)
        assert painted.to_image().convert("RGB").getpixel((180, 150)) == behind

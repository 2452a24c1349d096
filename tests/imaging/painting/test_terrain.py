from imagen_fake.imaging.painting import terrain
from imagen_fake.imaging.painting.page import Page
from tests.imaging.painting.test_backdrop import UNPAINTED, page
from tests.pictures import as_printed

GREEN = (0, 128, 0)


def painted_columns(painted: Page, row: int) -> set[int]:
    strip = painted.image.crop((0, row, painted.width, row + 1))
    return {x for x in range(painted.width) if strip.getpixel((x, 0)) != UNPAINTED}


def test_a_ridge_fills_everything_below_its_crest() -> None:
    painted = page((200, 200), 160)
    terrain.ridge(painted, 100, 9, GREEN)
    assert painted_columns(painted, 159) == set(range(200))
    assert painted_columns(painted, 60) == set()


def test_mountains_stand_on_their_base() -> None:
    painted = page((200, 200), 160)
    terrain.peaks(painted, 120, 50, 3, GREEN)
    assert painted_columns(painted, 119)
    assert not painted_columns(painted, 125)


def test_no_pine_stands_in_front_of_the_subject() -> None:
    for seed in range(10):
        painted = page((400, 200), 200, bytes([seed]))
        terrain.pines(painted, 180, 40, 8, GREEN, spare=200)
        assert 200 not in painted_columns(painted, 175)


def test_lit_towers_have_windows_of_the_suns_colour() -> None:
    painted = page((400, 400), 400)
    terrain.towers(painted, 390, 40, 60, 6, GREEN, painted.scheme.sun)
    colours = {colour for _, colour in painted.to_image().convert("RGB").getcolors() or []}
    assert as_printed(painted.scheme.sun) in colours

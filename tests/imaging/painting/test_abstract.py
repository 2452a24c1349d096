from imagen_fake.imaging.painting.abstract import FIGURES, paint_abstract
from tests.imaging.painting.test_backdrop import UNPAINTED, page


def test_tiles_cover_the_scene_and_end_above_the_caption() -> None:
    painted = page((301, 203), 150)
    paint_abstract(painted, 1)
    assert painted.image.crop((0, 0, 301, 150)).tobytes().count(UNPAINTED) == 0
    assert set(painted.image.crop((0, 151, 301, 203)).tobytes()) == {UNPAINTED}


def test_other_dice_make_another_composition() -> None:
    drawn = set()
    for seed in range(8):
        painted = page((200, 200), 200, bytes([seed]))
        paint_abstract(painted, 1)
        drawn.add(painted.to_image().convert("RGB").tobytes())
    assert len(drawn) == 8


def test_every_figure_fits_its_tile() -> None:
    for figure in FIGURES:
        for seed in range(6):
            painted = page((120, 120), 120, bytes([seed]))
            figure(painted, (40, 40, 80, 80), (255, 0, 0), (0, 0, 255))
            painted.image.paste(UNPAINTED, (40, 40, 80, 80))
            assert set(painted.image.tobytes()) == {UNPAINTED}, figure

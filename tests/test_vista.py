import pytest
from PIL import ImageChops

from imagen_fake.imaging.vista import paint_vista
from tests.test_canvas import apart, sketch

SIZE = (320, 240)


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (320, 240), (1024, 768)])
def test_a_scene_has_the_size_asked_for(size: tuple[int, int]) -> None:
    scene = paint_vista(sketch("a beach", size=size))
    assert (scene.mode, scene.size) == ("RGB", size)


def test_a_scene_reaches_the_foot_of_the_picture() -> None:
    forest = paint_vista(sketch("a forest", size=SIZE)).crop((0, 200, 320, 240))
    desert = paint_vista(sketch("a desert", size=SIZE)).crop((0, 200, 320, 240))
    assert apart(forest, desert) > 10


def test_subjects_may_be_left_out() -> None:
    asked = sketch("a red car in a desert", size=SIZE)
    assert apart(paint_vista(asked), paint_vista(asked, peopled=False)) > 2


def test_what_stands_in_the_scene_casts_a_shadow() -> None:
    asked = sketch("a beach", size=SIZE)
    lit, shaded = paint_vista(asked), paint_vista(asked, standing=(100, 60, 180, 200))
    where = ImageChops.difference(lit, shaded).getbbox()
    assert where
    assert where[1] < 200 < where[3]
    assert 90 < where[0] < where[2] < 200


def test_what_reaches_the_foot_of_the_picture_casts_none() -> None:
    asked = sketch("a beach", size=SIZE)
    standing = paint_vista(asked, standing=(100, 60, 180, 240))
    assert standing.tobytes() == paint_vista(asked).tobytes()


def test_a_subject_may_stand_aside() -> None:
    asked = sketch("a red car in a desert", size=SIZE)
    bare = paint_vista(asked, peopled=False, aside=60)
    where = ImageChops.difference(bare, paint_vista(asked, aside=60)).getbbox()
    assert where
    assert where[2] < 160

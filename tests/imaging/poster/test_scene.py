import re

import pytest
from PIL import ImageChops

from imagen_fake.imaging.poster.scene import paint_scene
from tests.imaging.poster.test_canvas import apart, sketch

SIZE = (320, 240)


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (320, 240), (1024, 768)])
def test_a_scene_has_the_size_asked_for(size: tuple[int, int]) -> None:
    scene = paint_scene(sketch("a beach", size=size))
    assert (scene.mode, scene.size) == ("RGB", size)


def test_a_scene_reaches_the_foot_of_the_picture() -> None:
    forest = paint_scene(sketch("a forest", size=SIZE)).crop((0, 200, 320, 240))
    desert = paint_scene(sketch("a desert", size=SIZE)).crop((0, 200, 320, 240))
    assert apart(forest, desert) > 10


def test_subjects_may_be_left_out() -> None:
    asked = sketch("a red car in a desert", size=SIZE)
    assert apart(paint_scene(asked), paint_scene(asked, peopled=False)) > 2


def test_what_stands_in_the_scene_casts_a_shadow() -> None:
    asked = sketch("a beach", size=SIZE)
    lit, shaded = paint_scene(asked), paint_scene(asked, standing=[(100, 60, 180, 200)])
    where = ImageChops.difference(lit, shaded).getbbox()
    assert where
    assert where[1] < 200 < where[3]
    assert 90 < where[0] < where[2] < 200


def test_all_that_stands_in_the_scene_casts_shadows_of_its_own() -> None:
    asked = sketch("a beach", size=SIZE)
    boxes = [(20, 60, 90, 200), (120, 80, 190, 205), (230, 100, 290, 195)]
    shaded = paint_scene(asked, standing=boxes)
    cast = ImageChops.difference(paint_scene(asked), shaded).convert("L")
    columns = bytes(cast.point([0, *[1] * 255]).getprojection()[0])
    spans = [run.span() for run in re.finditer(b"\1+", columns)]
    assert len(spans) == 3
    assert all(left < right and box[0] <= left < right < box[2] + 12
               for (left, right), box in zip(spans, boxes, strict=True))  # fmt: skip


def test_what_is_high_above_the_floor_casts_none() -> None:
    asked = sketch("a beach", size=SIZE)
    flying = paint_scene(asked, standing=[(100, 20, 180, 100)])
    assert flying.tobytes() == paint_scene(asked).tobytes()


def test_what_reaches_the_foot_of_the_picture_casts_none() -> None:
    asked = sketch("a beach", size=SIZE)
    standing = paint_scene(asked, standing=[(100, 60, 180, 240)])
    assert standing.tobytes() == paint_scene(asked).tobytes()


def test_a_subject_may_stand_aside() -> None:
    asked = sketch("a red car in a desert", size=SIZE)
    bare = paint_scene(asked, peopled=False, aside=60)
    where = ImageChops.difference(bare, paint_scene(asked, aside=60)).getbbox()
    assert where
    assert where[2] < 160

from collections.abc import Callable

import pytest
from PIL import Image, ImageChops

from imagen_fake.imaging.editing.control_maps import canny, mesh, overlay, scribble
from imagen_fake.imaging.poster.scene import Sketch, paint
from imagen_fake.imaging.vision.footer import scene_bottom
from tests.pictures import gradient, product, rectangle_mask

Lines = Callable[[Image.Image], Image.Image]


@pytest.mark.parametrize("drawn", [canny, scribble, mesh])
def test_lines_run_where_the_thing_ends(drawn: object) -> None:
    lines = drawn(product((200, 200), "navy"))  # type: ignore[operator]
    assert (lines.mode, lines.size) == ("L", (200, 200))
    assert set(lines.tobytes()) == {0, 255}
    around = rectangle_mask((200, 200), (40, 40, 160, 160))
    assert ImageChops.subtract(lines, around).getbbox() is None
    assert lines.crop((95, 44, 105, 60)).getbbox() is not None


@pytest.mark.parametrize("lines", [canny, scribble])
@pytest.mark.parametrize("size", [(320, 320), (1024, 1024), (1408, 768)])
def test_no_line_of_a_caption_is_a_line_of_the_scene(lines: Lines, size: tuple[int, int]) -> None:
    photo = paint(Sketch("a dog", "label", size, bytes(32))).convert("RGB")
    scene = (0, 0, size[0], scene_bottom(photo))
    photo.paste("grey", scene)
    drawn = lines(photo)
    assert drawn.size == scene[2:]
    assert drawn.getbbox() is None


def test_a_scribble_is_broader_than_an_edge() -> None:
    photo = product((200, 200), "navy")
    thin, broad = (drawn(photo).histogram()[255] for drawn in (canny, scribble))
    assert broad > 1.5 * thin


def test_a_net_lies_over_the_whole_of_a_face() -> None:
    net = mesh(product((200, 200), "navy"))
    assert net.crop((80, 80, 120, 120)).histogram()[255] > 100


@pytest.mark.parametrize("drawn", [canny, scribble])
@pytest.mark.parametrize("size", [(1, 1), (2, 9), (30, 30)])
def test_a_blank_picture_has_no_lines(drawn: object, size: tuple[int, int]) -> None:
    assert drawn(Image.new("RGB", size, "teal")).getbbox() is None  # type: ignore[operator]


@pytest.mark.parametrize("ground", ["white", "black", "teal"])
def test_lines_stand_out_from_any_ground(ground: str) -> None:
    picture = Image.new("RGB", (60, 60), ground)
    lines = rectangle_mask((60, 60), (20, 0, 26, 60))
    after = overlay(picture, lines)
    apart = ImageChops.difference(after, picture).convert("L")
    assert min(apart.crop((21, 0, 25, 60)).histogram()[:40]) == 0
    assert apart.crop((30, 0, 60, 60)).getbbox() is None
    assert apart.getpixel((23, 30)) != 0


def test_no_lines_change_nothing() -> None:
    picture = gradient((40, 40))
    assert overlay(picture, Image.new("L", (40, 40))).tobytes() == picture.tobytes()

from dataclasses import replace

import pytest
from PIL import Image, ImageChops, ImageStat

from imagen_fake.imaging.editing.control_maps import canny
from imagen_fake.imaging.editing.cutouts import cut_out
from imagen_fake.imaging.editing.references import References, main_colours, paint_after, recolour
from imagen_fake.imaging.painting.palette import luma
from imagen_fake.imaging.poster.scene import Sketch, paint
from imagen_fake.imaging.vision.footer import scene_bottom
from tests.imaging.files.test_imprint import text_of
from tests.pictures import gradient, product, rectangle_mask

SKETCH = Sketch("a lake between mountains", "model · sample 1", (320, 320), bytes(32))


def test_without_references_it_is_the_poster_of_the_prompt() -> None:
    assert paint_after(SKETCH, References()).tobytes() == paint(SKETCH).convert("RGB").tobytes()


@pytest.mark.parametrize(
    "references",
    [
        References(raw=gradient((50, 30))),
        References(colours=main_colours([gradient((50, 30))])),
        References(cutouts=[cut_out(product((50, 30)))]),
        References(outlines=[rectangle_mask((50, 30), (5, 5, 20, 20))]),
    ],
)
def test_every_reference_shows_and_leaves_the_caption_alone(references: References) -> None:
    plain, after = paint(SKETCH).convert("RGB"), paint_after(SKETCH, references)
    assert after.size == SKETCH.size
    changed = ImageChops.difference(plain, after).getbbox()
    assert changed is not None
    assert changed[3] < 300
    assert changed[3] - changed[1] > 60


@pytest.mark.parametrize("size", [(320, 320), (512, 288), (288, 512)])
def test_a_raw_picture_comes_without_its_caption(size: tuple[int, int]) -> None:
    raw = paint(replace(SKETCH, prompt="a dog", size=size)).convert("RGB")
    bare = raw.crop((0, 0, size[0], scene_bottom(raw)))
    assert bare.height < raw.height
    after, expected = (paint_after(SKETCH, References(raw=each)) for each in (raw, bare))
    assert after.tobytes() == expected.tobytes()


def test_the_edges_of_a_photograph_run_through_the_picture_and_nothing_else_changes() -> None:
    edges = canny(product((320, 320), "black"))
    plain, lined = (
        paint_after(SKETCH, References()),
        paint_after(SKETCH, References(outlines=[edges])),
    )
    changed = ImageChops.difference(plain, lined).convert("L").point([0, *[255] * 255])
    box = changed.getbbox()
    assert box is not None
    scene = next(height for height in range(240, 320) if _overlap(changed, edges, height) > 95)
    assert changed.histogram()[255] < 5 * edges.resize((320, scene)).histogram()[255]


def _overlap(changed: Image.Image, edges: Image.Image, height: int) -> int:
    """How many per cent of the edges, fitted into a height, changed."""
    fitted = edges.resize((320, height)).point([255 * (level > 127) for level in range(256)])
    found = ImageChops.darker(changed.crop((0, 0, 320, height)), fitted)
    return 100 * found.histogram()[255] // fitted.histogram()[255]


def test_shades_go_from_dark_to_light_and_are_of_the_picture() -> None:
    two = Image.new("RGB", (40, 40), (200, 30, 40))
    two.paste((20, 40, 90), (0, 0, 20, 40))
    found = main_colours([two])
    assert [luma(colour) for colour in found] == sorted(luma(colour) for colour in found)
    assert {(200, 30, 40), (20, 40, 90)} <= set(found)


def test_lights_and_darks_get_the_colours() -> None:
    after = recolour(gradient((64, 64)), [(10, 0, 60), (250, 200, 20)])
    red, _, blue = after.split()
    assert ImageStat.Stat(red).extrema[0] == (10, 250)
    assert ImageStat.Stat(blue).extrema[0] == (20, 60)


def test_things_that_are_pictured_are_not_painted_as_well() -> None:
    pictured = References(cutouts=[cut_out(product((50, 30), "#c91882"))])
    named = replace(SKETCH, prompt="a ship on a lake")
    alone, beside = (
        paint_after(named, pictured, words) for words in ("a lake", "a ship on a lake")
    )
    assert alone.tobytes() != beside.tobytes()
    assert alone.tobytes() == paint_after(named, pictured, "a lake").tobytes()
    changed = ImageChops.difference(alone, beside).getbbox()
    assert changed is not None
    assert changed[3] < 300


def test_a_thing_that_is_painted_stands_aside_of_one_that_is_pictured() -> None:
    pictured = References(cutouts=[cut_out(product((50, 50), "#c91882"))])
    picture = paint_after(replace(SKETCH, prompt="a ship on a lake"), pictured)
    pink = picture.getpixel((160, 200))
    assert pink == (201, 24, 130)


def test_what_a_raw_picture_gets_has_no_frame_about_it() -> None:
    raw = Image.new("RGB", (320, 320), "#8090a0")
    after = paint_after(SKETCH, References(raw=raw), "a red boat")
    bare = paint_after(SKETCH, References(raw=raw), "")
    assert ImageChops.difference(after, bare).getbbox() is not None
    corner = after.crop((186, 130, 190, 134))
    assert corner.getextrema() == after.crop((20, 130, 24, 134)).getextrema()


@pytest.mark.parametrize(
    "references",
    [
        References(),
        References(raw=gradient((50, 30))),
        References(colours=main_colours([gradient((50, 30))])),
        References(cutouts=[cut_out(product((50, 30)))]),
    ],
)
def test_without_a_caption_references_show_over_the_whole_height(references: References) -> None:
    asked = [
        replace(SKETCH, size=(768, 768), captioned=False, label=label) for label in ("one", "two")
    ]
    first, second = (paint_after(each, references) for each in asked)
    assert first.tobytes() == second.tobytes()
    assert text_of(first) == SKETCH.prompt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from imagen_fake.imaging.editing.cutouts import (
    cut_out,
    fill_bands,
    fit_size,
    paste_cutout,
    place_cutouts,
)
from imagen_fake.imaging.poster.captions import typeset
from imagen_fake.imaging.poster.scene import Sketch, paint
from tests.pictures import product, rectangle_mask

WHITE = Image.new("RGB", (400, 200), "white")


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_things_stand_side_by_side_near_the_foot(count: int) -> None:
    after = place_cutouts(WHITE, [cut_out(product((100, 100), "navy"))] * count)
    for place in range(count):
        room = after.crop((400 * place // count, 0, 400 * (place + 1) // count, 200))
        blue = room.getchannel("B").point([255 * (90 < level < 150) for level in range(256)])
        box = blue.getbbox()
        assert box is not None
        assert 170 < box[3] <= 200
        assert box[0] > 0
        assert box[2] < room.width


def test_a_thing_casts_a_shadow_on_the_floor() -> None:
    after = place_cutouts(WHITE, [cut_out(product((100, 100), "navy"))])
    assert after.getpixel((200, 191)) != (255, 255, 255)
    assert after.getpixel((5, 5)) == (255, 255, 255)


def test_a_poster_of_a_place_stands_without_its_caption() -> None:
    poster = paint(Sketch("sunset", "label", (1024, 1024), bytes(32))).convert("RGB")
    scene, shown = cut_out(poster)
    height = 1024 - typeset("sunset", "label", (1024, 1024)).height
    assert (scene.size, shown.getextrema()) == ((1024, height), (255, 255))
    assert scene.tobytes() == poster.crop((0, 0, 1024, height)).tobytes()


def test_a_picture_without_a_thing_stands_as_a_whole() -> None:
    assert place_cutouts(WHITE, [cut_out(Image.new("RGB", (50, 50), "teal"))]).getpixel(
        (200, 180)
    ) == (
        0,
        128,
        128,
    )


def test_a_cut_out_is_as_large_as_what_is_shown() -> None:
    picture, mask = cut_out(product((100, 80), "navy"))
    assert picture.size == mask.size
    assert abs(picture.width - 50) <= 2
    assert abs(picture.height - 40) <= 2


@pytest.mark.parametrize(
    ("size", "room", "expected"),
    [((10, 10), (40, 20), (20, 20)), ((10, 40), (40, 20), (5, 20)), ((1, 900), (9, 9), (1, 9))],
)
def test_what_is_fitted_keeps_its_ratio(
    size: tuple[int, int], room: tuple[int, int], expected: tuple[int, int]
) -> None:
    assert fit_size(size, *room) == expected


def test_what_is_pasted_stays_within_its_box() -> None:
    picture = WHITE.copy()
    cut = Image.new("RGB", (10, 10), "red"), Image.new("L", (10, 10), 255)
    paste_cutout(picture, cut, (50, 50, 150, 150))
    changed = ImageChops.difference(picture, WHITE).getbbox()
    assert changed == (50, 50, 150, 150)


def test_a_product_with_a_pale_label_stands_in_one_piece() -> None:
    bottle = Image.new("RGB", (120, 200), "white")
    bottle.paste("navy", (30, 20, 90, 180))
    bottle.paste((252, 252, 250), (30, 80, 90, 130))
    picture, mask = cut_out(bottle)
    assert abs(picture.height - 160) <= 2
    assert mask.crop((2, 40, mask.width - 2, 130)).getextrema() == (255, 255)


def test_an_edge_is_soft_and_brings_no_rim_along() -> None:
    picture, mask = Image.new("RGB", (60, 60), "white"), rectangle_mask((60, 60), (0, 0, 30, 60))
    picture.paste("navy", (0, 0, 29, 60))
    ground = Image.new("RGB", (60, 60), "black")
    paste_cutout(ground, (picture, mask), (0, 0, 60, 60))
    row = [ground.getpixel((column, 30)) for column in range(60)]
    assert row[20] == (0, 0, 128)
    assert row[30:] == [(0, 0, 0)] * 30
    assert row[29] != (255, 255, 255)
    levels = {band for *_, band in row}  # type: ignore[misc]
    assert len(levels - {0, 128}) >= 1


SIZE = (60, 200)


def parts(*boxes: tuple[int, int, int, int], size: tuple[int, int] = SIZE) -> Image.Image:
    mask = Image.new("L", size)
    for box in boxes:
        mask.paste(255, box)
    return mask


@pytest.mark.parametrize("scale", [1, 4])
def test_a_band_across_a_thing_is_filled(scale: int) -> None:
    cut = parts((0, 0, 60, 80), (0, 130, 60, 200))
    larger = cut.resize((60 * scale, 200 * scale), Image.Resampling.NEAREST)
    assert fill_bands(larger).getextrema() == (255, 255)


def test_what_is_printed_on_the_band_does_not_keep_it_open() -> None:
    cut = parts((0, 0, 60, 80), (25, 95, 35, 115), (0, 130, 60, 200))
    assert fill_bands(cut).getextrema() == (255, 255)


def test_a_band_is_as_broad_as_what_is_above_and_below_it() -> None:
    cut = parts((0, 0, 40, 80), (10, 100, 60, 200))
    assert ImageChops.difference(cut, fill_bands(cut)).getbbox() == (10, 80, 40, 100)


@pytest.mark.parametrize(
    "boxes",
    [
        [(0, 0, 60, 80), (28, 80, 32, 190), (0, 190, 60, 200)],  # a glass: one part, with a stem
        [(0, 0, 60, 50), (0, 150, 60, 200)],  # too far apart
        [(0, 0, 25, 200), (35, 0, 60, 200)],  # side by side
        [(0, 0, 60, 150), (20, 180, 30, 200)],  # something small below
        [(0, 0, 25, 90), (35, 110, 60, 200)],  # not above one another
    ],
)
def test_other_gaps_stay_open(boxes: list[tuple[int, int, int, int]]) -> None:
    cut = parts(*boxes)
    assert fill_bands(cut).tobytes() == cut.tobytes()


@given(st.tuples(st.integers(1, 300), st.integers(1, 300)), st.data())
@settings(max_examples=40, deadline=None)
def test_nothing_is_taken_from_a_mask(size: tuple[int, int], data: st.DataObject) -> None:
    edges = st.tuples(*(st.integers(0, side) for side in (*size, *size)))
    mask = Image.new("L", size)
    for left, top, right, bottom in data.draw(st.lists(edges, max_size=4)):
        if left < right and top < bottom:
            mask = ImageChops.lighter(mask, rectangle_mask(size, (left, top, right, bottom)))
    after = fill_bands(mask)
    assert after.size == mask.size
    assert ImageChops.subtract(mask, after).getbbox() is None

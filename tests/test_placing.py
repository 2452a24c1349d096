import pytest
from PIL import Image, ImageChops

from imagen_fake.imaging.placing import cut_out, fitted, put, stood
from tests.pictures import product, rectangle_mask

WHITE = Image.new("RGB", (400, 200), "white")


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_things_stand_side_by_side_near_the_foot(count: int) -> None:
    after = stood(WHITE, [product((100, 100), "navy")] * count)
    for place in range(count):
        room = after.crop((400 * place // count, 0, 400 * (place + 1) // count, 200))
        blue = room.getchannel("B").point([255 * (90 < level < 150) for level in range(256)])
        box = blue.getbbox()
        assert box is not None
        assert 170 < box[3] <= 200
        assert box[0] > 0
        assert box[2] < room.width


def test_a_thing_casts_a_shadow_on_the_floor() -> None:
    after = stood(WHITE, [product((100, 100), "navy")])
    assert after.getpixel((200, 191)) != (255, 255, 255)
    assert after.getpixel((5, 5)) == (255, 255, 255)


def test_a_picture_without_a_thing_stands_as_a_whole() -> None:
    assert stood(WHITE, [Image.new("RGB", (50, 50), "teal")]).getpixel((200, 180)) == (0, 128, 128)


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
    assert fitted(size, *room) == expected


def test_what_is_put_stays_within_a_mask() -> None:
    picture = WHITE.copy()
    within = rectangle_mask(picture.size, (0, 0, 100, 200))
    cut = Image.new("RGB", (10, 10), "red"), Image.new("L", (10, 10), 255)
    put(picture, cut, (50, 50, 150, 150), within)
    changed = ImageChops.difference(picture, WHITE).getbbox()
    assert changed == (50, 50, 100, 150)

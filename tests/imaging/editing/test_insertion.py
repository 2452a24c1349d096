import pytest
from PIL import Image, ImageChops

from imagen_fake.imaging.editing.insertion import make_inset, mean_colour, paint_ball, paint_glow
from imagen_fake.imaging.painting.dice import Dice
from imagen_fake.imaging.poster.scene import Sketch, compose
from imagen_fake.imaging.prompt.interpretation import Subject

SIZE = (240, 200)
SPOT = (40, 30, 200, 190)
RED, BLUE = "#e63946", "#2b59c3"


def placed(*subjects: Subject, spot: tuple[int, int, int, int] = SPOT) -> Image.Image:
    ground = Image.new("RGB", SIZE, "white")
    make_inset(ground, spot, subjects, compose(Sketch("studio", "label", SIZE, b"seed"))).put(
        ground
    )
    return ground


def drawn(image: Image.Image) -> tuple[int, int, int, int] | None:
    return ImageChops.difference(image, Image.new("RGB", SIZE, "white")).getbbox()


def test_a_thing_is_put_into_its_spot_and_fills_most_of_it() -> None:
    where = drawn(placed(Subject("food_apple", "food", RED)))
    assert where
    assert SPOT[0] <= where[0] < where[2] <= SPOT[2]
    assert SPOT[1] <= where[1] < where[3] <= SPOT[3]
    assert where[3] - where[1] > 100


def test_a_thing_wears_its_colour() -> None:
    colours = placed(Subject("food_apple", "food", BLUE)).getcolors(1 << 16) or []
    assert (0x2B, 0x59, 0xC3) in [colour for count, colour in colours if count > 1000]


def test_a_thing_casts_a_shadow_on_what_was_there() -> None:
    shadow = placed(Subject("food_apple", "food", RED)).getcolors(1 << 16) or []
    greys = [colour for count, colour in shadow if count > 40 and colour != (255, 255, 255)]
    assert any(max(colour) - min(colour) < 16 for colour in greys if isinstance(colour, tuple))


@pytest.mark.parametrize("count", [2, 3, 6])
def test_several_things_stay_within_the_spot(count: int) -> None:
    where = drawn(placed(Subject("cube", "object", RED, count)))
    assert where
    assert SPOT[0] <= where[0] < where[2] <= SPOT[2]


@pytest.mark.parametrize("spot", [(7, 5, 10, 8), (5, 5, 8, 100), (0, 0, 240, 3)])
def test_the_smallest_spot_will_do(spot: tuple[int, int, int, int]) -> None:
    where = drawn(placed(Subject("food_apple", "food", RED), spot=spot))
    assert where
    assert spot[0] <= where[0] < where[2] <= spot[2]
    assert spot[1] <= where[1] < where[3] <= spot[3]


def lit(area: Image.Image) -> Image.Image:
    image = Image.new("RGB", area.size)
    paint_glow(image, area, [(255, 255, 255)], Dice(b"seed"))
    return image.convert("L")


def test_a_light_is_brightest_in_the_middle_and_gone_in_the_corners() -> None:
    levels = lit(Image.new("L", (80, 60), 255))
    assert levels.getextrema() == (0, levels.getpixel((40, 30)))
    assert levels.getpixel((0, 0)) == 0


def test_no_light_falls_outside_a_mask() -> None:
    area = Image.new("L", (80, 60))
    area.paste(255, (20, 20, 60, 50))
    assert lit(area).getbbox()
    assert ImageChops.darker(lit(area), ImageChops.invert(area)).getbbox() is None


@pytest.mark.parametrize("spot", [SPOT, (5, 5, 45, 195), (7, 5, 10, 8), (0, 0, 240, 1)])
def test_a_ball_stands_in_its_spot_and_shows_the_middle_of_its_pattern(
    spot: tuple[int, int, int, int],
) -> None:
    ground, pattern = Image.new("RGB", SIZE, "white"), Image.new("RGB", (90, 60), BLUE)
    paint_ball(ground, spot, pattern)
    where = drawn(ground)
    assert where
    assert spot[0] <= where[0] < where[2] <= spot[2]
    assert spot[1] <= where[1] < where[3] <= spot[3]


def test_a_ball_is_darker_where_the_light_does_not_reach() -> None:
    ground = Image.new("RGB", SIZE, "white")
    paint_ball(ground, SPOT, Image.new("RGB", (160, 160), "grey"))
    left, _, right, _ = SPOT
    lit, unlit = (mean_colour(ground, (x - 4, 110, x + 4, 118)) for x in (left + 40, right - 36))
    assert sum(unlit) < sum(lit)

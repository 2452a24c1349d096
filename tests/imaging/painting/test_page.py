import pytest
from PIL import Image

from imagen_fake.imaging.painting.dice import Dice
from imagen_fake.imaging.painting.page import WAVE, Page
from imagen_fake.imaging.painting.palette import Scheme

BLACK, RED, WHITE = (1, 1, 1), (200, 1, 1), (254, 254, 254)  # as dark and as light as is printed
SCHEME = Scheme(*[BLACK] * 11)


@pytest.fixture
def page() -> Page:
    blank = Page((100, 80), 60, SCHEME, Dice(b"seed"))
    blank.fill((0, 0, 100, 80), BLACK)
    return blank


def drawn(page: Page) -> tuple[int, int, int, int] | None:
    """Return the box around all that is not black."""
    grey = page.to_image().convert("RGB").convert("L")
    return grey.point([max(0, level - 1) for level in range(256)]).getbbox()


def test_a_filled_box_ends_before_its_right_and_bottom(page: Page) -> None:
    page.fill((10, 20, 30, 40), RED)
    assert drawn(page) == (10, 20, 30, 40)


def test_an_empty_box_is_nothing(page: Page) -> None:
    page.fill((30, 20, 10, 40), RED)
    page.ellipse((30, 20, 10, 40), RED)
    page.disc((50, 50), 0, RED, BLACK)
    assert drawn(page) is None


def test_a_discs_rim_blends_into_what_is_behind(page: Page) -> None:
    page.disc((50, 30), 20, RED, BLACK)
    printed = page.to_image().convert("RGB")
    assert (printed.getpixel((30, 30)), printed.getpixel((50, 30))) == ((100, 1, 1), RED)


def test_an_ellipse_is_cut_by_a_polygon(page: Page) -> None:
    page.cut_ellipse((10, 10, 50, 50), [(30, 0), (60, 0), (60, 30), (30, 30)], RED)
    printed = page.to_image().convert("RGB")
    assert drawn(page) == (30, 10, 51, 31)
    assert [printed.getpixel(at) for at in ((31, 29), (29, 29), (31, 31), (49, 11))] == [
        RED, BLACK, BLACK, BLACK,
    ]  # fmt: skip


def test_a_wash_lies_over_any_ink(page: Page) -> None:
    page.wash_colour, page.wash_percent = WHITE, 50
    page.fill((50, 0, 100, 60), RED)
    page.wash((0, 0, 100, 60), [(0, 0), (100, 0), (100, 60), (0, 60)])
    printed = page.to_image().convert("RGB")
    assert (printed.getpixel((20, 20)), printed.getpixel((70, 20))) == (
        (127, 127, 127),
        (227, 127, 127),
    )


def test_two_washes_cancel_out(page: Page) -> None:
    page.wash((10, 10, 50, 50))
    page.wash((10, 10, 50, 50))
    assert drawn(page) is None


def test_a_wash_keeps_off_the_caption(page: Page) -> None:
    page.wash_colour = WHITE
    page.wash((-20, 30, 120, 200))
    assert (drawn(page) or (0, 0, 0, 0))[3] <= 60


def test_a_stencil_blends_inks_by_their_numbers(page: Page) -> None:
    ramp = page.inks.ramp(BLACK, (1, 1, 250), 11)
    page.ground((0, 0, 99, 79), ramp[0])
    page.stencil(Image.new("L", (10, 10), 128), (5, 5), ramp[-1])
    assert page.to_image().convert("RGB").getpixel((8, 8)) == (1, 1, 125)


def test_a_stamp_prints_tones_from_their_first_ink(page: Page) -> None:
    ramp = page.inks.ramp(BLACK, (1, 250, 1), 11)
    tones = Image.new("L", (4, 4), 255)
    page.print_tones(tones, (0, 0), ramp[-1] + 1, Image.new("1", (4, 4), 1))
    assert page.to_image().convert("RGB").getpixel((2, 2)) == (1, 250, 1)


def test_a_contour_is_drawn_round_polygons_when_asked(page: Page) -> None:
    page.contour = WHITE
    page.polygon([(10, 10), (50, 10), (50, 50)], RED)
    printed = page.to_image().convert("RGB")
    assert (printed.getpixel((30, 10)), printed.getpixel((45, 20))) == (WHITE, RED)


def test_every_level_is_held_from_black_and_white(page: Page) -> None:
    page.fill((0, 0, 50, 60), (255, 255, 255))
    page.fill((50, 0, 100, 60), (0, 2, 253))
    page.wash_colour, page.wash_percent = (255, 0, 0), 90
    page.wash((20, 10, 80, 50))
    assert page.to_image().convert("RGB").getextrema() == ((1, 254),) * 3


def test_the_wave_is_a_sine_in_thousandths() -> None:
    assert (WAVE[0], WAVE[16], WAVE[32], WAVE[48], len(WAVE)) == (0, 1000, 0, -1000, 64)

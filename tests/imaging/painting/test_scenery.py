from imagen_fake.imaging.painting import scenery
from imagen_fake.imaging.painting.palette import WHITE
from tests.imaging.painting.test_backdrop import SCHEME, UNPAINTED, page
from tests.pictures import as_printed

DARK_SKY = SCHEME._replace(sky_top=(5, 5, 20), ink=WHITE)


def test_bands_lead_from_one_colour_to_another() -> None:
    painted = page((20, 100), 100)
    scenery.bands(painted, 0, 100, (0, 0, 0), (200, 100, 0), 5)
    printed = painted.to_image().convert("RGB")
    assert [printed.getpixel((5, y)) for y in (0, 50, 99)] == [
        as_printed((0, 0, 0)),
        as_printed((100, 50, 0)),
        as_printed((200, 100, 0)),
    ]


def test_a_dark_sky_has_stars() -> None:
    painted = page((300, 300), 300)
    painted.scheme = DARK_SKY
    scenery.sky(painted, 200)
    assert as_printed(WHITE) in {
        colour for _, colour in painted.to_image().convert("RGB").getcolors() or []
    }


def test_the_sun_is_where_it_is_put() -> None:
    painted = page((300, 300), 300)
    scenery.sun(painted, 100, 120, 13, 13)
    assert painted.to_image().convert("RGB").getpixel((100, 120)) == as_printed(painted.scheme.sun)


def test_the_sea_begins_at_the_horizon() -> None:
    painted = page((300, 300), 300)
    scenery.water(painted, 140, 150)
    assert set(painted.image.crop((0, 0, 300, 140)).tobytes()) == {UNPAINTED}
    assert painted.image.getpixel((5, 140)) != UNPAINTED

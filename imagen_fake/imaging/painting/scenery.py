"""Air and water: skies, suns, clouds, stars, the sea above and below."""

from imagen_fake.imaging.boxes import Point
from imagen_fake.imaging.painting.page import Page
from imagen_fake.imaging.painting.palette import DARK, WHITE, Colour, luma, mix
from imagen_fake.imaging.painting.terrain import ridge


def bands(page: Page, top: int, bottom: int, first: Colour, last: Colour, count: int) -> None:
    """Fill from `top` to `bottom` with `count` flat bands that lead from one colour to another."""
    for band in range(count):
        edge, end = (top + (bottom - top) * place // count for place in (band, band + 1))
        page.fill((0, edge, page.width, end), mix(first, last, 100 * band // max(1, count - 1)))


def sky(page: Page, horizon: int) -> None:
    """Paint the sky down to a little below the horizon; a dark one has stars."""
    bands(page, 0, horizon + page.unit * 12, page.scheme.sky_top, page.scheme.sky_low, 10)
    if luma(page.scheme.sky_top) < 70:
        stars(page, horizon * 2 // 3, 32)


def sun(page: Page, x: int, y: int, least: int, most: int) -> None:
    """Paint a sun or moon with two halos, its radius at least and at most so many units."""
    colours, centre = page.scheme, (x, y)
    radius = page.unit * page.dice.between(least, most)
    air = mix(colours.sky_top, colours.sky_low, min(100, 100 * y // page.bottom))
    glow = mix(colours.sun, colours.sky_low, 40)
    faint, strong = mix(air, glow, 22), mix(air, glow, 46)
    page.disc(centre, radius * 136 // 100, faint, air)
    page.disc(centre, radius * 117 // 100, strong, faint)
    page.disc(centre, radius, colours.sun, strong)


def stars(page: Page, bottom: int, count: int) -> None:
    """Scatter stars over the top of the page."""
    for _ in range(count):
        x, y = page.dice.below(page.width), page.dice.below(max(1, bottom))
        size = max(1, page.unit * page.dice.between(1, 3) // 5)
        page.fill((x, y, x + size, y + size), page.scheme.ink)


def clouds(page: Page, height: int, colour: Colour) -> None:
    """Float two or three clouds around a height."""
    for _ in range(page.dice.between(2, 3)):
        x = page.dice.below(page.width)
        y = height + page.dice.between(-8, 8) * page.unit
        _cloud(page, (x, y), page.unit * page.dice.between(5, 9), colour)


def _cloud(page: Page, at: Point, size: int, colour: Colour) -> None:
    x, y = at
    for left, up, wide in ((-16, 0, 11), (-7, 9, 14), (6, 3, 12)):
        middle, base, reach = x + left * size // 10, y - up * size // 10, wide * size // 10
        page.ellipse((middle - reach, base - reach, middle + reach, base + reach), colour)
    page.ellipse((x - 3 * size, y, x + 2 * size, y + size + page.unit), colour)
    page.fill((x - 25 * size // 10, y, x + 16 * size // 10, y + size + page.unit), colour)


def birds(page: Page, height: int) -> None:
    """Draw a few distant birds."""
    for _ in range(page.dice.between(3, 5)):
        x, y = page.dice.below(page.width), page.dice.between(height // 3, height * 2)
        span = page.unit * page.dice.between(2, 3)
        wings = [(x - span, y - span // 2), (x, y), (x + span, y - span // 2)]
        page.line(wings, page.scheme.plate, max(1, page.unit // 2))


def sea(page: Page, focus: int) -> None:
    """Paint the sea under a cloudy sky."""
    horizon = page.bottom * page.dice.between(50, 56) // 100
    sky(page, horizon)
    sun(page, focus, horizon - page.unit * 8, 24, 32)
    clouds(page, page.bottom // 6, mix(page.scheme.sky_low, WHITE, 55))
    water(page, horizon, focus)


def water(page: Page, horizon: int, focus: int) -> None:
    """Paint the sea from the horizon down, the sun's reflection, and three swells."""
    colours = page.scheme
    bands(page, horizon, page.bottom, mix(colours.far, colours.sky_low, 25), colours.mid, 5)
    glint = mix(colours.sun, colours.far, 35)
    for step in range(7):
        y = horizon + page.unit * (2 + 3 * step)
        reach = page.unit * page.dice.between(6, 20)
        page.fill((focus - reach, y, focus + reach, y + max(1, page.unit * 2 // 3)), glint)
    for share, colour in ((70, colours.mid), (82, colours.near), (93, colours.ground)):
        ridge(page, page.bottom * share // 100, 4, colour)


def beams(page: Page, focus: int) -> None:
    """Let three beams of light fall through water."""
    page.wash_colour, page.wash_percent = WHITE, 14
    for _ in range(3):
        x = focus + page.unit * page.dice.between(-45, 45)
        wide, lean = page.unit * page.dice.between(5, 11), page.unit * page.dice.between(-30, 30)
        foot = page.bottom * 8 // 10
        corners = [(x, 0), (x + wide, 0), (x + 2 * wide + lean, foot), (x - wide + lean, foot)]
        sides = [side for side, _ in corners]
        page.wash((min(sides), 0, max(sides), foot), corners)


def weeds(page: Page, base: int) -> None:
    """Grow weeds on the sea floor."""
    for _ in range(7):
        x, high = page.dice.below(page.width), page.unit * page.dice.between(10, 26)
        wide, sway = page.unit * 2, page.unit * page.dice.between(-4, 4)
        middle = base - high // 2
        stem = [(x - wide, base), (x - wide // 2 + sway, middle), (x - sway, base - high)]
        page.polygon([*stem, (x + wide // 2 + sway, middle), (x + wide, base)],
                     mix(page.scheme.near, page.scheme.accent, 45))  # fmt: skip


def bubbles(page: Page) -> None:
    """Let bubbles rise."""
    for _ in range(12):
        centre = (page.dice.below(page.width), page.dice.below(page.bottom * 8 // 10))
        page.ring(centre, page.unit * page.dice.between(1, 3), max(1, page.unit // 3), WHITE)


def planet(page: Page, x: int, y: int) -> None:
    """Paint a planet, half of it in the shade."""
    radius = page.unit * page.dice.between(26, 33)
    colours, centre = page.scheme, (x, y)
    page.disc(centre, radius * 13 // 10, mix(colours.sky_top, colours.accent, 18), colours.sky_top)
    page.disc(centre, radius, colours.accent, colours.sky_top)
    reach = radius * 97 // 100
    box, tilt = (x - reach, y - reach, x + reach, y + reach), reach * 36 // 100
    dark = [(x - reach, y - tilt), (x + reach, y + tilt), (x + reach, y + reach)]
    page.cut_ellipse(box, [*dark, (x - reach, y + reach)], mix(colours.accent, DARK, 18))

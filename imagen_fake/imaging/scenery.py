"""The parts settings are made of: skies, hills, water, towers, walls."""

import math
from collections.abc import Callable

from imagen_fake.imaging.page import Page, Point
from imagen_fake.imaging.palette import DARK, WHITE, Colour, light, mix

# A wave of 64 steps in thousandths, so that no curve depends on a platform's mathematics.
WAVE = tuple(round(1000 * math.sin(step * math.pi / 32)) for step in range(64))


def bands(page: Page, top: int, bottom: int, first: Colour, last: Colour, count: int) -> None:
    """Fill from `top` to `bottom` with `count` flat bands that lead from one colour to another."""
    for band in range(count):
        edge, end = (top + (bottom - top) * place // count for place in (band, band + 1))
        page.fill((0, edge, page.width, end), mix(first, last, 100 * band // max(1, count - 1)))


def sky(page: Page, horizon: int) -> None:
    """Paint the sky down to a little below the horizon; a dark one has stars."""
    bands(page, 0, horizon + page.unit * 12, page.scheme.sky_top, page.scheme.sky_low, 10)
    if light(page.scheme.sky_top) < 70:
        stars(page, horizon * 2 // 3, 45)


def sun(page: Page, centre: Point, radius: int) -> None:
    """Paint a sun or moon with two halos."""
    colours = page.scheme
    air = mix(colours.sky_top, colours.sky_low, min(100, 100 * centre[1] // page.bottom))
    page.disc(centre, radius * 145 // 100, mix(air, colours.sun, 16), air)
    page.disc(centre, radius * 122 // 100, mix(air, colours.sun, 36), mix(air, colours.sun, 16))
    page.disc(centre, radius, colours.sun, mix(air, colours.sun, 36))


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


def ridge(page: Page, height: int, rise: int, colour: Colour) -> None:
    """Paint a rolling hill across the page, its crest around `height`, `rise` units high."""
    start, waves = page.dice.below(64), page.dice.between(24, 60)
    swell = max(1, page.unit * rise)
    crest = [
        (
            page.width * step // 32,
            height - swell * (WAVE[(start + step * waves // 32) % 64] + 1000) // 2000
            - swell * WAVE[(3 * start + step * waves // 14) % 64] // 6000,
        )
        for step in range(33)
    ]  # fmt: skip
    page.polygon([*crest, (page.width, page.bottom), (0, page.bottom)], colour)
    page.line(crest, mix(colour, WHITE, 14), max(1, page.unit // 2))


def peaks(page: Page, base: int, rise: int, count: int, colour: Colour) -> None:
    """Paint mountains with a shaded side and snow, up to `rise` hundredths of the scene high."""
    snow = mix(page.scheme.sun, WHITE, 60)
    span = page.width // count
    for peak in range(count + 1):
        x = span * peak + page.dice.between(-span // 4, span // 4)
        high = page.bottom * page.dice.between(rise * 6 // 10, rise) // 100
        reach = max(span * 3 // 4, high * 7 // 10)
        _peak(page, (x, base - high), (reach, high), colour, snow)


def _peak(page: Page, top: Point, size: tuple[int, int], colour: Colour, snow: Colour) -> None:
    (x, y), (reach, high) = top, size
    shade = mix(colour, DARK, 16)
    lean = reach // 6
    page.polygon([(x, y), (x - reach, y + high), (x + reach, y + high)], colour)
    page.polygon([(x, y), (x + lean, y + high), (x + reach, y + high)], shade)
    cap, side = high * 28 // 100, reach * 28 // 100
    page.polygon([(x, y), (x - side, y + cap), (x - side // 3, y + cap * 7 // 10),
                  (x + lean // 4, y + cap)], snow)  # fmt: skip
    page.polygon([(x, y), (x + lean // 4, y + cap), (x + side // 2, y + cap * 7 // 10),
                  (x + side, y + cap)], mix(snow, shade, 30))  # fmt: skip


def dune(page: Page, height: int, colour: Colour) -> None:
    """Paint a sand dune with a bright and a shaded side."""
    x = page.dice.between(page.width // 5, page.width * 4 // 5)
    slope = page.unit * page.dice.between(10, 18)
    far_left, far_right = (0, height + slope), (page.width, height + slope // 2)
    floor = [(page.width, page.bottom), (0, page.bottom)]
    page.polygon([far_left, (x // 2, height + slope // 3), (x, height), far_right, *floor], colour)
    swing = page.unit * page.dice.between(12, 30)
    shade = [(x, height), (x + swing, height + slope), (x - swing, page.bottom)]
    page.polygon([*shade, (page.width, page.bottom), far_right], mix(colour, DARK, 14))


def pines(
    page: Page, base: int, rise: int, count: int, colour: Colour, spare: int | None = None
) -> None:
    """Paint a row of pines, up to `rise` units high; none stands in front of `spare`."""
    span = page.width // count
    for tree in range(count + 1):
        x = span * tree + page.dice.between(-span // 3, span // 3)
        high = page.unit * page.dice.between(rise * 6 // 10, rise)
        if spare is None or abs(x - spare) > page.width // 5:
            _pine(page, (x, base), high, colour)


def _pine(page: Page, foot: Point, high: int, colour: Colour) -> None:
    x, y = foot
    reach = high // 4
    page.polygon([(x, y - high), (x - reach * 7 // 10, y - high // 3),
                  (x + reach * 7 // 10, y - high // 3)], colour)  # fmt: skip
    page.polygon([(x, y - high * 7 // 10), (x - reach, y), (x + reach, y)], colour)
    page.fill((x - reach // 8, y, x + reach // 8 + 1, y + high // 12), mix(colour, DARK, 35))


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


def towers(
    page: Page,
    base: int,
    rise: tuple[int, int],
    count: int,
    colour: Colour,
    *,
    lit: bool = False,
) -> None:
    """Paint a row of tower blocks, `rise` hundredths of the scene high, some windows lit."""
    span = page.width // count + 1
    for tower in range(count):
        high = page.bottom * page.dice.between(*rise) // 100
        left = span * tower + page.dice.below(span // 4 + 1)
        right = left + span * page.dice.between(70, 100) // 100
        page.fill((left, base - high, right, base), colour)
        page.fill((right - span // 5, base - high, right, base), mix(colour, DARK, 18))
        if page.dice.chance(30):
            mast = (left + right) // 2
            page.fill((mast, base - high - span // 2, mast + page.unit, base - high), colour)
        if lit:
            _windows(page, left, base - high, right - span // 5)


def _windows(page: Page, left: int, top: int, right: int) -> None:
    pane = max(1, page.unit * 3 // 2)
    for row in range(5):
        for column in range(3):
            if page.dice.chance(55):
                x = left + (right - left) * (1 + 2 * column) // 7
                y = top + pane * (2 + 3 * row)
                page.fill((x, y, x + pane, y + pane * 3 // 2), page.scheme.sun)


def furrows(page: Page, horizon: int, colour: Colour) -> None:
    """Draw the rows of a field, meeting at the horizon."""
    vanish = page.dice.between(page.width // 4, page.width * 3 // 4)
    for row in range(-6, 7):
        foot = vanish + row * page.width // 5
        corners = [(vanish + row * page.unit, horizon), (foot, page.bottom)]
        page.polygon([*corners, (foot + page.width // 10, page.bottom)], colour)


def blossoms(page: Page, top: int) -> None:
    """Dot the foreground with flowers."""
    for _ in range(26):
        x, y = page.dice.below(page.width), page.dice.between(top, page.bottom)
        size = page.unit * page.dice.between(4, 9) // 8
        colour = page.dice.pick((page.scheme.accent, page.scheme.other, page.scheme.sun))
        page.ellipse((x - size, y - size, x + size, y + size), colour)


def planet(page: Page, centre: Point) -> None:
    """Paint a banded planet, perhaps with a ring."""
    radius = page.unit * page.dice.between(26, 33)
    colours = page.scheme
    x, y = centre
    page.disc(centre, radius * 13 // 10, mix(colours.sky_top, colours.accent, 18), colours.sky_top)
    page.disc(centre, radius, colours.accent, colours.sky_top)
    reach = radius * 97 // 100
    page.slice((x - reach, y - reach, x + reach, y + reach), 20, 200, mix(colours.accent, DARK, 18))
    if page.dice.chance(60):
        tilt = page.unit * page.dice.between(6, 14)
        ring = [(x - radius * 17 // 10, y + tilt), (x + radius * 17 // 10, y - tilt)]
        page.line(ring, colours.sun, page.unit * 2)


def moonscape(page: Page, height: int, colour: Colour) -> None:
    """Paint a rounded horizon with craters."""
    page.ellipse((-page.width // 2, height - page.unit * 4, page.width * 3 // 2,
                  height + page.height * 2), colour)  # fmt: skip
    for _ in range(9):
        x, y = page.dice.below(page.width), page.dice.between(height + page.unit * 3, page.bottom)
        wide = page.unit * page.dice.between(2, 7)
        page.ellipse((x - wide, y - wide // 4, x + wide, y + wide // 4), mix(colour, DARK, 22))


def _spot(page: Page, focus: int, floor: int) -> Colour:
    """A disc on the wall."""
    radius = page.unit * page.dice.between(32, 38)
    page.disc((focus, floor - radius), radius, page.scheme.sky_low, page.scheme.sky_top)
    page.fill((focus - radius, floor, focus + radius, floor + 1), page.scheme.mid)
    return page.scheme.sky_low


def _arch(page: Page, focus: int, floor: int) -> Colour:
    """A niche with a round top."""
    reach = page.unit * page.dice.between(28, 34)
    top = floor - page.unit * page.dice.between(62, 68)
    rim = page.unit * 3
    for grow, colour in ((rim, page.scheme.far), (0, page.scheme.sky_low)):
        side = reach + grow
        page.disc((focus, top + reach), side, colour, page.scheme.sky_top)
        page.fill((focus - side, top + reach, focus + side + 1, floor), colour)
    return page.scheme.sky_low


def _panels(page: Page, focus: int, floor: int) -> Colour:
    """A striped wall with a disc."""
    stripe = page.unit * page.dice.between(5, 9)
    for left in range(focus % (2 * stripe) - 2 * stripe, page.width, 2 * stripe):
        page.fill((left, 0, left + stripe, floor), mix(page.scheme.sky_top, WHITE, 12))
    page.disc((focus, floor * 55 // 100), page.unit * 33, page.scheme.far, page.scheme.sky_top)
    return page.scheme.far


def _rays(page: Page, focus: int, floor: int) -> Colour:
    """Rays around the subject."""
    centre = (focus, floor * 6 // 10)
    reach = page.width + floor
    pale = mix(page.scheme.sky_top, page.scheme.sky_low, 55)
    turn = page.dice.below(8)
    for ray in range(8):
        ends = [(turn + 8 * ray + step) % 64 for step in (0, 4)]
        tips = [
            (centre[0] + reach * WAVE[(e + 16) % 64] // 1000, centre[1] + reach * WAVE[e] // 1000)
            for e in ends
        ]
        page.polygon([centre, *((x, min(y, floor)) for x, y in tips)], pale)
    page.disc(centre, page.unit * 30, page.scheme.sky_low, page.scheme.sky_top)
    return page.scheme.sky_low


WALLS: tuple[Callable[[Page, int, int], Colour], ...] = (_spot, _arch, _panels, _rays)

"""Interiors: a wall of one of several kinds above a floor or a table."""

from collections.abc import Callable

from imagen_fake.imaging.painting.page import WAVE, Page, Stage
from imagen_fake.imaging.painting.palette import WHITE, Colour, mix


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
"""Each paints a wall and returns the colour behind what is at the focus."""


def paint_studio(page: Page, focus: int) -> Stage:
    """Paint a wall and a floor."""
    colours = page.scheme
    floor = page.bottom * page.dice.between(70, 76) // 100
    wall = colours.sky_top
    page.fill((0, 0, page.width, floor), wall)
    page.fill((0, floor, page.width, page.bottom), mix(colours.mid, colours.sky_low, 20))
    page.fill((0, floor, page.width, floor + page.unit), mix(wall, colours.near, 60))
    behind = page.dice.pick(WALLS)(page, focus, floor)
    return Stage(floor + (page.bottom - floor) * 45 // 100, behind)


def paint_table(page: Page, focus: int) -> Stage:
    """Paint a wall and the top of a table before it."""
    colours = page.scheme
    edge = page.bottom * page.dice.between(74, 78) // 100
    page.fill((0, 0, page.width, page.bottom), mix(colours.sky_top, colours.sky_low, 30))
    behind = page.dice.pick(WALLS)(page, focus, edge)
    page.fill((0, edge, page.width, page.bottom), colours.near)
    page.fill((0, edge, page.width, edge + page.unit * 2), mix(colours.near, WHITE, 25))
    return Stage(edge + (page.bottom - edge) * 40 // 100, behind)

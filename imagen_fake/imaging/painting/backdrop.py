"""Settings: one function paints each."""

from collections.abc import Callable

from imagen_fake.imaging.painting.abstract import paint_abstract
from imagen_fake.imaging.painting.interiors import paint_studio, paint_table
from imagen_fake.imaging.painting.page import Page, Stage
from imagen_fake.imaging.painting.palette import DARK, WHITE, mix
from imagen_fake.imaging.painting.scenery import (
    bands,
    beams,
    birds,
    bubbles,
    clouds,
    planet,
    sky,
    stars,
    sun,
    water,
    weeds,
)
from imagen_fake.imaging.painting.terrain import (
    blossoms,
    dune,
    furrows,
    moonscape,
    peaks,
    pines,
    ridge,
    towers,
)


def paint_backdrop(page: Page, setting: str, focus: int) -> Stage:
    """Paint a setting; `focus` is where across the page, in pixels, the subject will be."""
    return SETTINGS[setting](page, focus)


def _sky(page: Page, focus: int) -> Stage:
    sky(page, page.bottom)
    sun(page, (focus, page.bottom // 2), page.unit * page.dice.between(26, 34))
    clouds(page, page.bottom * 3 // 10, mix(page.scheme.sky_low, WHITE, 45))
    clouds(page, page.bottom * 8 // 10, WHITE)
    birds(page, page.bottom // 4)
    return Stage(page.bottom * 72 // 100, page.scheme.sun)


def _hills(page: Page, focus: int) -> Stage:
    colours = page.scheme
    sky(page, page.bottom * 7 // 10)
    sun(page, (focus, page.bottom * 46 // 100), page.unit * page.dice.between(26, 34))
    clouds(page, page.bottom // 5, mix(colours.sky_low, WHITE, 50))
    ridge(page, page.bottom * 56 // 100, 9, colours.far)
    ridge(page, page.bottom * 66 // 100, 8, colours.mid)
    ridge(page, page.bottom * 78 // 100, 5, colours.near)
    ridge(page, page.bottom * 93 // 100, 3, colours.ground)
    return Stage(page.bottom * 86 // 100, colours.sun)


def _field(page: Page, focus: int) -> Stage:
    colours = page.scheme
    horizon = page.bottom * 58 // 100
    sky(page, horizon)
    sun(page, (focus, page.bottom * 42 // 100), page.unit * page.dice.between(25, 32))
    ridge(page, horizon, 6, colours.far)
    page.fill((0, horizon, page.width, page.bottom), colours.mid)
    furrows(page, horizon, mix(colours.mid, colours.near, 55))
    blossoms(page, page.bottom * 88 // 100)
    return Stage(page.bottom * 82 // 100, colours.sun)


def _mountains(page: Page, focus: int) -> Stage:
    colours = page.scheme
    sky(page, page.bottom * 8 // 10)
    sun(page, (focus, page.bottom * 40 // 100), page.unit * page.dice.between(22, 28))
    peaks(page, page.bottom * 76 // 100, 52, 3, colours.far)
    peaks(page, page.bottom * 80 // 100, 34, 4, colours.mid)
    ridge(page, page.bottom * 76 // 100, 5, colours.near)
    ridge(page, page.bottom * 91 // 100, 3, colours.ground)
    return Stage(page.bottom * 85 // 100, mix(colours.far, colours.mid, 50))


def _forest(page: Page, focus: int) -> Stage:
    colours = page.scheme
    sky(page, page.bottom * 8 // 10)
    sun(page, (focus, page.bottom * 44 // 100), page.unit * page.dice.between(28, 36))
    pines(page, page.bottom * 68 // 100, 34, 11, mix(colours.far, colours.sky_low, 30))
    pines(page, page.bottom * 78 // 100, 40, 8, colours.mid, spare=focus)
    page.fill((0, page.bottom * 77 // 100, page.width, page.bottom), colours.near)
    pines(page, page.bottom * 97 // 100, 62, 5, colours.ground, spare=focus)
    return Stage(page.bottom * 86 // 100, mix(colours.sun, colours.sky_low, 50))


def _desert(page: Page, focus: int) -> Stage:
    colours = page.scheme
    sky(page, page.bottom * 7 // 10)
    sun(page, (focus, page.bottom * 42 // 100), page.unit * page.dice.between(27, 35))
    ridge(page, page.bottom * 62 // 100, 5, colours.far)
    dune(page, page.bottom * 60 // 100, colours.mid)
    dune(page, page.bottom * 72 // 100, colours.near)
    return Stage(page.bottom * 88 // 100, colours.sun)


def _sea(page: Page, focus: int) -> Stage:
    colours = page.scheme
    horizon = page.bottom * page.dice.between(50, 56) // 100
    sky(page, horizon)
    sun(page, (focus, horizon - page.unit * 8), page.unit * page.dice.between(24, 32))
    clouds(page, page.bottom // 6, mix(colours.sky_low, WHITE, 55))
    water(page, horizon, focus)
    return Stage(page.bottom * 74 // 100, colours.sun)


def _beach(page: Page, focus: int) -> Stage:
    stage = _sea(page, focus)
    sand = mix(page.scheme.sun, (214, 164, 98), 45)
    shore = page.bottom * 70 // 100
    ridge(page, shore, 5, mix(sand, WHITE, 70))
    ridge(page, shore + 2 * page.unit, 5, sand)
    ridge(page, page.bottom * 92 // 100, 3, mix(sand, DARK, 10))
    return Stage(page.bottom * 86 // 100, stage.behind)


def _underwater(page: Page, focus: int) -> Stage:
    colours = page.scheme
    bands(page, 0, page.bottom, colours.sky_low, colours.ground, 12)
    beams(page, focus)
    ridge(page, page.bottom * 84 // 100, 6, colours.near)
    weeds(page, page.bottom)
    ridge(page, page.bottom * 94 // 100, 3, mix(colours.sun, colours.ground, 40))
    bubbles(page)
    return Stage(page.bottom * 66 // 100, mix(colours.sky_low, colours.ground, 50))


def _city(page: Page, focus: int) -> Stage:
    colours = page.scheme
    sky(page, page.bottom)
    sun(page, (focus, page.bottom * 40 // 100), page.unit * page.dice.between(24, 31))
    ground = page.bottom * 84 // 100
    towers(page, ground, (30, 62), 9, mix(colours.far, colours.sky_low, 35))
    towers(page, ground, (16, 44), 7, colours.mid, lit=True)
    page.fill((0, ground, page.width, page.bottom), colours.ground)
    page.fill((0, ground, page.width, ground + page.unit), mix(colours.ground, WHITE, 18))
    return Stage(page.bottom * 92 // 100, colours.mid)


def _road(page: Page, focus: int) -> Stage:
    stage = _hills(page, focus)
    top = page.bottom * 82 // 100
    asphalt = mix(page.scheme.plate, WHITE, 14)
    page.fill((0, top, page.width, page.bottom), asphalt)
    page.fill((0, top, page.width, top + page.unit), page.scheme.sky_low)
    dash, start = page.unit * 9, -page.dice.below(page.unit * 9 + 1)
    lane = (top + page.bottom) // 2 + page.unit * 2
    for left in range(start, page.width, 2 * dash):
        page.fill((left, lane, left + dash, lane + page.unit * 2), page.scheme.ink)
    return Stage(page.bottom * 89 // 100, stage.behind)


def _space(page: Page, focus: int) -> Stage:
    colours = page.scheme
    deep = mix(colours.sky_top, DARK, 45)
    bands(page, 0, page.bottom, deep, mix(colours.sky_top, DARK, 5), 8)
    stars(page, page.bottom, 44)
    planet(page, (focus, page.bottom * 45 // 100))
    moonscape(page, page.bottom * 86 // 100, mix(colours.far, colours.sun, 18))
    return Stage(page.bottom * 84 // 100, colours.accent)


def _abstract(page: Page, focus: int) -> Stage:
    paint_abstract(page)
    return Stage(page.bottom * 80 // 100, page.scheme.sky_low if focus else page.scheme.sky_top)


SETTINGS: dict[str, Callable[[Page, int], Stage]] = {
    "sky": _sky,
    "hills": _hills,
    "field": _field,
    "mountains": _mountains,
    "forest": _forest,
    "desert": _desert,
    "sea": _sea,
    "beach": _beach,
    "underwater": _underwater,
    "city": _city,
    "road": _road,
    "space": _space,
    "studio": paint_studio,
    "table": paint_table,
    "abstract": _abstract,
}

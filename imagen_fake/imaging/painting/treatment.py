"""Styles: what each lays over the scenery, and its wash."""

from collections.abc import Callable

from imagen_fake.imaging.painting.page import Page
from imagen_fake.imaging.painting.palette import WHITE, mix

PAPER = (252, 250, 244)
CONTOURED = frozenset({"sketch", "pop_art", "cyberpunk"})  # styles that draw a line round subjects


def treat(page: Page, style: str | None, focus: int) -> None:
    """Apply a style to the scenery; an unknown style changes nothing."""
    if style in TREATMENTS:
        TREATMENTS[style](page, focus)


def _photograph(page: Page, focus: int) -> None:
    """Bokeh: a few large soft discs of light."""
    page.wash_colour, page.wash_percent = WHITE, 13
    for _ in range(6):
        x, y = page.dice.below(page.width), page.dice.below(page.bottom * 7 // 10)
        radius = page.unit * page.dice.between(4, 11)
        if abs(x - focus) > radius:
            page.wash((x - radius, y - radius, x + radius, y + radius))


def _digital_art(page: Page, focus: int) -> None:
    """Thin orbits around the subject."""
    middle = page.bottom * 45 // 100
    for reach in range(36, 84, 9):
        line = mix(page.scheme.sun, page.scheme.sky_top, reach // 2)
        page.ring((focus, middle), page.unit * reach, max(1, page.unit // 3), line)


def _sketch(page: Page, _: int) -> None:
    """Hatching across the paper."""
    step = page.unit * 5
    start = page.dice.below(step + 1)
    for left in range(start - page.bottom // 2, page.width, max(4, step)):
        high = page.bottom * page.dice.between(10, 45) // 100
        ends = [(left + high // 2, 0), (left, high)]
        page.line(ends, page.scheme.far, max(1, page.unit // 5))


def _watercolor(page: Page, _: int) -> None:
    """Blooms where the paper was wet, and its bare, uneven edge."""
    page.wash_colour, page.wash_percent = WHITE, 18
    for _ in range(4):
        x, y = page.dice.below(page.width), page.dice.below(page.bottom)
        wide, high = (page.unit * page.dice.between(14, 34) for _ in range(2))
        page.wash((x - wide, y - high, x + wide, y + high))
    for place in range(28):
        along, reach = place * 2 + 1, page.unit * page.dice.between(3, 8)
        for x, y in (
            (page.width * along // 56, page.bottom * (place % 2)),
            (page.width * (place % 2), page.bottom * along // 56),
        ):
            wide, high = (2 * reach, reach) if y in (0, page.bottom) else (reach, 2 * reach)
            page.ellipse((x - wide, y - high, x + wide, y + high), PAPER)


def _cyberpunk(page: Page, focus: int) -> None:
    """A glowing grid that runs to the horizon."""
    horizon = page.bottom * 80 // 100
    glow = mix(page.scheme.sun, page.scheme.ground, 35)
    thin = max(1, page.unit // 4)
    page.fill((0, horizon, page.width, page.bottom), page.scheme.ground)
    drop, y = page.unit, horizon
    while y < page.bottom:
        page.fill((0, y, page.width, y + thin), glow)
        y += drop
        drop = drop * 3 // 2 + 1
    for ray in range(-8, 9):
        ends = [(focus + ray * page.unit * 6, horizon), (focus + ray * page.unit * 22, page.bottom)]
        page.line(ends, glow, thin)


def _pop_art(page: Page, _: int) -> None:
    """Halftone dots that fade out downwards."""
    step = max(6, page.unit * 5)
    rows = page.bottom * 45 // 100 // step
    for row in range(rows):
        radius = step * 45 * (rows - row) // (100 * rows)
        for x in range(step // 2 * (row % 2), page.width + step, step):
            y = row * step
            page.ellipse((x - radius, y - radius, x + radius, y + radius), page.scheme.accent)


TREATMENTS: dict[str, Callable[[Page, int], None]] = {
    "photograph": _photograph,
    "digital_art": _digital_art,
    "sketch": _sketch,
    "watercolor": _watercolor,
    "cyberpunk": _cyberpunk,
    "pop_art": _pop_art,
}

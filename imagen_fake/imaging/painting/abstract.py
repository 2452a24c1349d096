"""An abstract composition, for prompts without any known word."""

from collections.abc import Callable, Sequence
from itertools import product

from imagen_fake.imaging.boxes import Box, Point
from imagen_fake.imaging.painting.page import Page, Stage
from imagen_fake.imaging.painting.palette import Colour


def paint_abstract(page: Page, focus: int) -> Stage:
    """Cover the scene with a grid of tiles, each holding one shape in two colours."""
    colours = page.scheme
    inks = [colours.sky_top, colours.sky_low, colours.near, colours.accent, colours.other]
    inks += [colours.sun, colours.plate, colours.far]
    side = max(8, min(page.width, page.bottom) // page.dice.between(2, 4))
    columns = max(1, round(page.width / side))
    rows = max(1, round(page.bottom / side))
    for row, column in product(range(rows), range(columns)):
        left, right = (page.width * place // columns for place in (column, column + 1))
        top, bottom = (page.bottom * place // rows for place in (row, row + 1))
        box = (left, top, right, bottom)
        ground = page.dice.below(len(inks))
        figure = (ground + page.dice.between(1, len(inks) - 1)) % len(inks)
        page.fill(box, inks[ground])
        page.dice.pick(FIGURES)(page, box, inks[figure], inks[ground])
    return Stage(page.bottom * 80 // 100, colours.sky_low if focus else colours.sky_top)


def _circle(page: Page, box: Box, colour: Colour, behind: Colour) -> None:
    left, top, right, bottom = box
    radius = min(right - left, bottom - top) * page.dice.pick((30, 40, 48)) // 100
    page.disc(((left + right) // 2, (top + bottom) // 2), radius, colour, behind)
    page.disc(((left + right) // 2, (top + bottom) // 2), radius // 2, behind, colour)


def _quarter(page: Page, box: Box, colour: Colour, behind: Colour) -> None:
    left, top, right, bottom = box
    wide, high = right - left - 1, bottom - top - 1
    turn = page.dice.below(4)
    x = left if turn in (0, 3) else right - 1
    y = top if turn in (0, 1) else bottom - 1
    for share, ink in ((100, colour), (50, behind)):
        w, h = wide * share // 100, high * share // 100
        page.cut_ellipse((x - w, y - h, x + w, y + h), _corners(box), ink)


def _half(page: Page, box: Box, colour: Colour, _: Colour) -> None:
    left, top, right, bottom = box
    high = (bottom - top) // 2
    lower = page.dice.pick((True, False))
    for upper in (top, top + high):
        centre = upper if lower else upper + high - 1
        ellipse = (left, centre - high + 1, right - 1, centre + high - 1)
        page.cut_ellipse(ellipse, _corners((left, upper, right, upper + high)), colour)


def _triangle(page: Page, box: Box, colour: Colour, _: Colour) -> None:
    corners = _corners(box)
    del corners[page.dice.below(4)]
    page.polygon(corners, colour)


def _corners(box: Box) -> list[Point]:
    left, top, right, bottom = box
    return [(left, top), (right - 1, top), (right - 1, bottom - 1), (left, bottom - 1)]


def _stripes(page: Page, box: Box, colour: Colour, _: Colour) -> None:
    left, top, right, bottom = box
    count = page.dice.between(2, 4)
    upright = page.dice.chance(50)
    breadth = right - left if upright else bottom - top
    for stripe in range(0, 2 * count, 2):
        first, last = (breadth * edge // (2 * count) for edge in (stripe, stripe + 1))
        if upright:
            page.fill((left + first, top, left + last, bottom), colour)
        else:
            page.fill((left, top + first, right, top + last), colour)


def _dots(page: Page, box: Box, colour: Colour, behind: Colour) -> None:
    left, top, right, bottom = box
    step_x, step_y = (right - left) // 3, (bottom - top) // 3
    for row in range(3):
        for column in range(3):
            centre = (left + step_x * column + step_x // 2, top + step_y * row + step_y // 2)
            page.disc(centre, min(step_x, step_y) * 3 // 10, colour, behind)


FIGURES: Sequence[Callable[[Page, Box, Colour, Colour], None]]
FIGURES = (_circle, _quarter, _quarter, _half, _triangle, _stripes, _dots)

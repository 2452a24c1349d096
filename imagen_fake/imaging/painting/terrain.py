"""Land and what stands on it: hills, mountains, dunes, trees, towers."""

from imagen_fake.imaging.boxes import Point
from imagen_fake.imaging.painting.page import WAVE, Page
from imagen_fake.imaging.painting.palette import DARK, WHITE, Colour, mix


def plain(page: Page, top: int, colour: Colour, bottom: int | None = None) -> None:
    """Fill the scene from a height down, to its foot by default."""
    page.fill((0, top, page.width, page.bottom if bottom is None else bottom), colour)


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
    foot = max(y for _, y in crest)
    page.polygon([*crest, (page.width, foot), (0, foot)], colour)
    plain(page, foot, colour)


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


def road(page: Page, top: int) -> None:
    """Paint a road across the foreground."""
    plain(page, top, mix(page.scheme.plate, WHITE, 14))
    plain(page, top, page.scheme.sky_low, top + page.unit)
    dash, start = page.unit * 9, -page.dice.below(page.unit * 9 + 1)
    lane = (top + page.bottom) // 2 + page.unit * 2
    for left in range(start, page.width, 2 * dash):
        page.fill((left, lane, left + dash, lane + page.unit * 2), page.scheme.ink)


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


def moonscape(page: Page, height: int, colour: Colour) -> None:
    """Paint a rounded horizon with craters."""
    page.ellipse((-page.width // 2, height - page.unit * 4, page.width * 3 // 2,
                  height + page.height * 2), colour)  # fmt: skip
    for _ in range(9):
        x, y = page.dice.below(page.width), page.dice.between(height + page.unit * 3, page.bottom)
        wide = page.unit * page.dice.between(2, 7)
        page.ellipse((x - wide, y - wide // 4, x + wide, y + wide // 4), mix(colour, DARK, 22))


def towers(
    page: Page,
    base: int,
    least: int,
    most: int,
    count: int,
    colour: Colour,
    light: Colour | None = None,
) -> None:
    """Paint a row of tower blocks, so many hundredths of the scene high, some windows lit."""
    span = page.width // count + 1
    for tower in range(count):
        high = page.bottom * page.dice.between(least, most) // 100
        left = span * tower + page.dice.below(span // 4 + 1)
        right = left + span * page.dice.between(70, 100) // 100
        page.fill((left, base - high, right, base), colour)
        page.fill((right - span // 5, base - high, right, base), mix(colour, DARK, 18))
        if page.dice.chance(30):
            mast = (left + right) // 2
            page.fill((mast, base - high - span // 2, mast + page.unit, base - high), colour)
        if light:
            _windows(page, left, base - high, right - span // 5, light)


def _windows(page: Page, left: int, top: int, right: int, light: Colour) -> None:
    pane = max(1, page.unit * 3 // 2)
    for row in range(5):
        for column in range(3):
            if page.dice.chance(55):
                x = left + (right - left) * (1 + 2 * column) // 7
                y = top + pane * (2 + 3 * row)
                page.fill((x, y, x + pane, y + pane * 3 // 2), light)

"""Virtual try-on: the garment of one picture, worn by the person of another."""

from collections.abc import Iterable, Iterator

from PIL import Image

from imagen_fake.imaging.boxes import Box
from imagen_fake.imaging.editing.cutouts import Cutout, paste_cutout
from imagen_fake.imaging.vision.cutout import foreground_mask

NECK = (15, 52)  # per cent of a person's height that the neck is within
SLOPE = 4  # per cent of a person's height within which a neck becomes shoulders
HIPS = (60, 68)  # per cent of a person's height without arms and above the legs
TRUNK = (50, 90)  # per cent of a garment's height without sleeves
LEGS = (70, 95)  # per cent of a garment's height at which trousers have two legs
WAIST = 46  # per cent of a person's height from the top at which trousers begin
EASE = 130  # a garment's width in per cent of the person's
COLLAR = 4  # per cent of a garment's height that is above the shoulders
SWAY = 2  # per cent of a garment's width by which turns differ

Span = tuple[int, int]


def dress(person: Image.Image, garment: Cutout, turns: Iterable[int]) -> Iterator[Image.Image]:
    """Yield RGB pictures of the person with the garment on; pixels beside it are kept.

    Each turn, of 25, shifts it by very little.
    """
    figure = foreground_mask(person)
    for turn in turns:
        after = person.copy()
        paste_cutout(after, garment, garment_box(figure, garment, turn))
        yield after


def garment_box(figure: Image.Image, garment: Cutout, turn: int) -> Box:
    """Return the box in which a person, given as a mask, wears a garment.

    From the neck down; trousers from the waist to the feet.
    """
    left, top, right, bottom = figure.getbbox() or (0, 0, *figure.size)
    rows = row_widths(figure.crop((left, top, right, bottom)))
    width = _width(rows, right - left, garment)
    if has_legs(garment[1]):
        first = top + len(rows) * WAIST // 100
        height = bottom - first
    else:
        height = min(garment[0].height * width // garment[0].width, len(rows))
        first = top + shoulders(rows) - height * COLLAR // 100
    step = max(1, width * SWAY // 200)
    start = (left + right - width) // 2 + (turn % 5 - 2) * step
    first += (turn // 5 % 5 - 2) * step // 2
    return start, first, start + width, first + max(1, height)


def _width(rows: list[int], broadest: int, garment: Cutout) -> int:
    """Return the width in pixels at which the garment's trunk covers the person's."""
    hips = mean_width(rows, HIPS) or broadest
    trunk = mean_width(row_widths(garment[1]), TRUNK) or garment[0].width
    return max(1, min(hips * EASE * garment[0].width // (100 * trunk), 2 * broadest))


def has_legs(garment: Image.Image) -> bool:
    """Whether an L mask has a gap in the middle of its lower part: two legs."""
    width, height = garment.size
    first, last = height * LEGS[0] // 100, height * LEGS[1] // 100
    middle = garment.crop((width * 45 // 100, first, max(1, width * 55 // 100), last))
    return bool(middle.width and middle.height) and sum(row_widths(middle)) == 0


def row_widths(mask: Image.Image) -> list[int]:
    """Return how many pixels of each row of an L mask are set."""
    column = mask.resize((1, mask.height), Image.Resampling.BOX).tobytes()
    return [level * mask.width // 255 for level in column]


def shoulders(rows: list[int]) -> int:
    """Return the lowest row behind which a person broadens most: where the neck ends."""
    first, last = _part(rows, NECK)
    slope = max(1, len(rows) * SLOPE // 100)
    ends = [*rows[slope:], *rows[-1:] * slope]
    return max(range(first, last), key=lambda row: (ends[row] - rows[row], row))


def mean_width(rows: list[int], between: Span) -> int:
    """Return how broad a part of the rows is on average, in pixels."""
    first, last = _part(rows, between)
    return sum(rows[first:last]) // (last - first)


def _part(rows: list[int], between: Span) -> Span:
    first = min(len(rows) - 1, len(rows) * between[0] // 100)
    return first, max(first + 1, len(rows) * between[1] // 100)

"""The things a prompt names: icons in three tones, with a shadow, standing on the stage."""

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw

from imagen_fake.imaging.backdrop import Stage
from imagen_fake.imaging.fonts import icon_mask
from imagen_fake.imaging.page import Page
from imagen_fake.imaging.palette import DARK, WHITE, Colour, distance, light, mix
from imagen_fake.imaging.reading import Subject
from imagen_fake.imaging.shelf import Shelf
from imagen_fake.imaging.vocabulary import vocabulary

MOST_SPRITES = 6
AFLOAT = {"flyer": 46, "space": 46, "swimmer": 52}  # where these hover, hundredths from the top
SHARE = (0, 46, 38, 30, 26, 22, 20)  # a sprite's size by their number, hundredths of the scene
EDGE_LEVELS = 4  # a tone comes in this many strengths, the weaker for its smooth edge
BODY, SHADE, SHINE = 0, EDGE_LEVELS, 2 * EDGE_LEVELS
TOO_CLOSE = 100  # colours closer than this need a contour between them

_EDGE = [min(EDGE_LEVELS - 1, coverage * EDGE_LEVELS // 255) for coverage in range(256)]
_INSIDE = [255 if coverage > 36 else 0 for coverage in range(256)]
_SOLID = [255 if coverage > 220 else 0 for coverage in range(256)]


@dataclass(frozen=True, slots=True)
class Sprite:
    """An icon as numbered tones (0 to 11) and the mask of where it is, in pixels."""

    tones: Image.Image
    mask: Image.Image


_sprites: Shelf[Sprite] = Shelf(12 << 20, lambda s: 2 * s.mask.width * s.mask.height)


def sprite(icon: str, size: int, *, mirrored: bool = False) -> Sprite:
    """Return an icon about `size` pixels large, lit from the top left."""
    return _sprites.take((icon, size, mirrored), lambda: _cut(icon, size, mirrored))


def _cut(icon: str, size: int, mirrored: bool) -> Sprite:
    coverage = icon_mask(icon, size)
    if mirrored:
        coverage = coverage.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    tones = ImageChops.add(coverage.point(_EDGE), _half_shade(coverage.size))
    depth = max(1, size // 60)
    solid = coverage.point(_SOLID)
    lit = ImageChops.subtract(solid, ImageChops.offset(solid, depth, depth))
    tones.paste(SHINE + EDGE_LEVELS - 1, (0, 0, *tones.size), lit)
    return Sprite(tones, coverage.point(_INSIDE))


def _half_shade(size: tuple[int, int]) -> Image.Image:
    width, height = size
    shade = Image.new("L", size, BODY)
    side = [(width * 62 // 100, 0), (width, 0), (width, height), (width * 40 // 100, height)]
    ImageDraw.Draw(shade).polygon(side, SHADE)
    return shade


def show(page: Page, stage: Stage, subjects: Sequence[Subject], focus: int, contour: bool) -> None:
    """Print the subjects: one at `focus`, several side by side from left to right."""
    copies = [subject for subject in subjects for _ in range(subject.count)][:MOST_SPRITES]
    if not copies:
        return
    size = _size(page, len(copies))
    taken: dict[str, range] = {}
    for place, subject in enumerate(copies):
        if subject.icon not in taken:
            body = _colour(page, stage, subject, len(taken))
            taken[subject.icon] = _tones(page, body, stage.behind)
        x = focus if len(copies) == 1 else page.width * (2 * place + 1) // (2 * len(copies))
        _place(page, stage, subject, (x, size), taken[subject.icon], contour)


def _size(page: Page, count: int) -> int:
    share = SHARE[count] * page.dice.pick((88, 100)) // 100
    room = min(page.width, page.bottom) if count < 3 else min(page.width, page.bottom * 14 // 10)
    return max(8, room * share // 100 // 8 * 8 * 115 // 100)


def _colour(page: Page, stage: Stage, subject: Subject, place: int) -> Colour:
    """Return the colour a subject wears: as told, its natural one, or one that stands out."""
    from imagen_fake.imaging.palette import parse

    worn = subject.colour or vocabulary().natural.get(subject.icon)
    if worn:
        return parse(worn)
    colours = page.scheme
    choices = [colours.accent, colours.other, colours.plate, colours.ink]
    choices = choices[place:] + choices[:place]
    far = [colour for colour in choices if distance(colour, stage.behind) >= TOO_CLOSE]
    return (far or sorted(choices, key=lambda c: -distance(c, stage.behind)))[0]


def _tones(page: Page, body: Colour, behind: Colour) -> range:
    """Return twelve inks: body, shade and shine, each from its faint edge to full strength."""
    dark, bright = mix(body, DARK, 20), mix(body, WHITE, 38)
    start = len(page.inks)
    for tone in (body, dark, bright):
        page.inks.ramp(mix(behind, tone, 35), tone, EDGE_LEVELS)
    return range(start, start + 3 * EDGE_LEVELS)


def _place(
    page: Page, stage: Stage, subject: Subject, at: tuple[int, int], inks: range, contour: bool
) -> None:
    x, size = at
    drawn = sprite(subject.icon, size, mirrored=page.dice.chance(50))
    wide, high = drawn.mask.size
    jitter = page.dice.between(-2, 2) * page.unit
    if subject.habitat in AFLOAT:
        top = page.bottom * AFLOAT[subject.habitat] // 100 - high // 2 + 3 * jitter
    else:
        top = stage.floor - high + jitter
        drop = max(1, high // 14)
        page.wash(
            (x - wide * 45 // 100, top + high - drop, x + wide * 55 // 100, top + high + drop)
        )
    left, top = x - wide // 2, max(0, min(top, page.bottom - high))
    body = page.inks.colour(inks[EDGE_LEVELS - 1])
    if contour or distance(body, stage.behind) < TOO_CLOSE:
        _outline(page, drawn, (left, top), body)
    page.stamp(drawn.tones, (left, top), inks[0], drawn.mask)


def _outline(page: Page, drawn: Sprite, at: tuple[int, int], body: Colour) -> None:
    """Print a contour around a sprite, so that it stands out from what is behind."""
    colours = page.scheme
    dark, pale = sorted((colours.ink, colours.plate), key=light)
    ink = page.inks.number(pale if light(body) < 110 else dark)
    reach = max(1, page.unit * 6 // 10)
    for across, down in ((-reach, 0), (reach, 0), (0, -reach), (0, reach)):
        page.stencil(drawn.mask, (at[0] + across, at[1] + down), ink)

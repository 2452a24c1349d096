"""Subjects: icons in three tones with a shadow, on a stage."""

from collections.abc import Sequence
from typing import NamedTuple

from PIL import Image, ImageDraw
from PIL.ImageChops import add_modulo, offset, subtract_modulo

from imagen_fake.imaging.boxes import Box, Point
from imagen_fake.imaging.lettering.fonts import icon_mask
from imagen_fake.imaging.painting.blobs import Lining, find_lining
from imagen_fake.imaging.painting.page import Figure, Page, Stage
from imagen_fake.imaging.painting.palette import (
    DARK,
    WHITE,
    Colour,
    distance,
    luma,
    mix,
    parse_colour,
)
from imagen_fake.imaging.painting.shapes import polygon
from imagen_fake.imaging.prompt.interpretation import Subject
from imagen_fake.imaging.prompt.vocabulary import vocabulary
from imagen_fake.store import LRUCache

MOST_SPRITES = 6
AFLOAT = {"flyer": 46, "space": 46, "swimmer": 52}  # where these hover, hundredths from the top
SHARE = (0, 44, 36, 30, 26, 22, 20)  # a sprite's size by their number, hundredths of the scene
# Tones count down from 0, modulo 256: solid, a quarter, a half covered; less 4 in the shade, less
# 8 on the lit rim. Only modular arithmetic and thresholds are fast in Pillow, so that is all used.
SHADE = 252
PLAIN, SHADED, LIT = 255, 251, 247  # solid: in the light, in the shade, on the rim
TONES = 16
TOO_CLOSE = 100  # colours closer than this need a contour between them


class Sprite(NamedTuple):
    """An icon as tones, its mask in mode 1, and its lining."""

    tones: Image.Image
    mask: Image.Image
    lining: Lining | None


_sprites: LRUCache[tuple[str, int, bool], Sprite] = LRUCache(
    12 << 20, lambda _, sprite_of: 4 * sprite_of.mask.width * sprite_of.mask.height
)


def sprite_of(icon: str, size: int, *, mirrored: bool = False) -> Sprite:
    """Return the sprite of an icon about `size` pixels large, lit from the top left."""
    return _sprites.get_or_create((icon, size, mirrored), lambda: _render(icon, size, mirrored))


def _render(icon: str, size: int, mirrored: bool) -> Sprite:
    coverage = icon_mask(icon, size)
    if mirrored:
        coverage = coverage.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    above_half = _threshold(coverage)
    middling = _threshold(add_modulo(coverage, Image.new("L", coverage.size, 64)))
    edges = add_modulo(above_half, _twice(middling))
    depth = max(1, size // 60)
    lit = _threshold(subtract_modulo(above_half, offset(above_half, depth, depth)))
    tones = add_modulo(edges, add_modulo(_half_shade(coverage.size), _twice(_twice(_twice(lit)))))
    lined = find_lining(coverage) if icon in vocabulary().linings else None
    return Sprite(tones, edges.convert("1", dither=Image.Dither.NONE), lined)


def _threshold(levels: Image.Image) -> Image.Image:
    """Return 255, which is -1 modulo 256, where a level is at least 128, else 0."""
    return levels.convert("1", dither=Image.Dither.NONE).convert("L")


def _twice(levels: Image.Image) -> Image.Image:
    return add_modulo(levels, levels)


def _half_shade(size: tuple[int, int]) -> Image.Image:
    width, height = size
    shade = Image.new("L", size)
    side = [(width * 62 // 100, 0), (width, 0), (width, height), (width * 40 // 100, height)]
    polygon(ImageDraw.Draw(shade), side, SHADE)
    return shade


def paint_subjects(
    page: Page,
    stage: Stage,
    subjects: Sequence[Subject],
    focus: int,
    contour: bool,
    shares: Sequence[int] = SHARE,
) -> None:
    """Print the subjects: one at `focus`, several side by side.

    `shares` is a subject's size by their number, in hundredths of the scene's shorter side.
    """
    copies = [subject for subject in subjects for _ in range(subject.count)][:MOST_SPRITES]
    if page.dice.chance(50):
        copies.reverse()
    colours = [_colour(page, stage, subject, place) for place, subject in enumerate(subjects)]
    inks = {
        subject.icon: (colour, _tones(page, colour, stage.behind))
        for subject, colour in zip(subjects, colours, strict=True)
    }
    mirrored = page.dice.chance(50)
    for place, subject in enumerate(copies):
        middle = page.width * (2 * place + 1) // (2 * len(copies))
        x = focus if len(copies) == 1 else middle + page.unit * page.dice.between(-4, 4)
        size = _size(page, shares[len(copies)], len(copies))
        sprite = sprite_of(subject.icon, size, mirrored=mirrored)
        body, first = inks[subject.icon]
        at = _place(page, stage, subject.habitat, (x, sprite))
        needs_contour = contour or distance(body, stage.behind) < TOO_CLOSE
        reach = max(1, page.unit * 6 // 10) if needs_contour else 0
        if reach:
            _outline(page, sprite, at, body, reach)
        page.print_tones(sprite.tones, at, first, sprite.mask)
        if sprite.lining:
            _fill_holes(page, sprite.lining, at, body, subject.icon)
        page.figures.append(Figure(subject.icon, size, mirrored, at, reach))


def _size(page: Page, share: int, count: int) -> int:
    room = min(page.width, page.bottom) if count < 3 else min(page.width, page.bottom * 14 // 10)
    return max(8, room * share // 100 // 8 * 8 * 115 // 100)


def _colour(page: Page, stage: Stage, subject: Subject, place: int) -> Colour:
    """Return a subject's colour: of the prompt, natural, or one that contrasts."""
    natural = subject.colour or vocabulary().natural.get(subject.icon)
    if natural:
        return parse_colour(natural)
    colours = page.scheme
    choices = [colours.accent, colours.other, colours.plate, colours.ink]
    choices = choices[place:] + choices[:place]
    far = [colour for colour in choices if distance(colour, stage.behind) >= TOO_CLOSE]
    return (far or sorted(choices, key=lambda c: -distance(c, stage.behind)))[0]


def _fill_holes(page: Page, lining: Lining, at: Point, body: Colour, icon: str) -> None:
    """Print an icon's lining in a colour that contrasts with its body."""
    colours = [parse_colour(colour) for colour in vocabulary().linings[icon]]
    far = [colour for colour in colours if distance(colour, body) >= TOO_CLOSE]
    inside = page.dice.pick(far) if far else max(colours, key=lambda c: distance(c, body))
    page.stencil(lining.holes, at, page.inks.number(inside))
    page.stencil(lining.brim, at, page.inks.number(mix(inside, body, 50)))


def _tones(page: Page, body: Colour, behind: Colour) -> int:
    """Return the index behind sixteen new inks: a body's tones, counting down."""
    start = len(page.inks)
    for tone in (mix(body, WHITE, 22), mix(body, WHITE, 40), mix(body, DARK, 20), body):
        half, quarter = mix(tone, behind, 38), mix(tone, behind, 64)
        for colour in (behind, half, quarter, tone):
            page.inks.append(colour)
    return start + TONES


def _place(page: Page, stage: Stage, habitat: str, where: tuple[int, Sprite]) -> Point:
    """Return a sprite's top left corner; one on the floor casts a shadow."""
    x, sprite = where
    wide, high = sprite.mask.size
    jitter = page.dice.between(-2, 2) * page.unit
    if habitat in AFLOAT:
        top = page.bottom * AFLOAT[habitat] // 100 - high // 2 + 3 * jitter
        return x - wide // 2, max(0, min(top, page.bottom - high))
    top = max(0, min(stage.floor + jitter, page.bottom) - high)
    at = (x - wide // 2, top)
    page.wash(shadow_box(at, sprite.mask.size))
    return at


def shadow_box(at: Point, size: tuple[int, int]) -> Box:
    """Return the box of the elliptic shadow of what stands at a corner, in a size."""
    wide, high = size
    middle, foot, drop = at[0] + wide // 2, at[1] + high, max(1, high // 14)
    return middle - wide * 45 // 100, foot - drop, middle + wide * 55 // 100, foot + drop


def _outline(page: Page, sprite: Sprite, at: Point, body: Colour, reach: int) -> None:
    """Print a contour around a sprite."""
    colours = page.scheme
    dark, pale = sorted((colours.ink, colours.plate), key=luma)
    ink = page.inks.number(pale if luma(body) < 110 else dark)
    for across, down in ((-reach, 0), (reach, 0), (0, -reach), (0, reach)):
        page.stencil(sprite.mask, (at[0] + across, at[1] + down), ink)

"""Inpainting of a hole by the flat areas of colour that touch it; their borders stay sharp."""

from collections.abc import Iterator, Sequence
from itertools import compress

from PIL import Image, ImageChops, ImageFilter

from imagen_fake.imaging.boxes import Box, Size, expand, relative, size_of
from imagen_fake.imaging.editing.inpaint import inpaint
from imagen_fake.imaging.levels import at_least
from imagen_fake.imaging.painting.palette import Colour

CELLS = 6_000  # of a hole at most, about
WIDE = 4  # the width of a cell by its height, so that areas continue sideways first
RIM = 1  # cells around a hole that areas are found in
MOST = 24  # areas
SAME = 5  # levels between a colour of an area and its most frequent one, at most
FREQUENT = 25  # the share of the rim, as a divisor, from which a colour has an area of its own
PURE = 2  # levels by which watermarks and JPEG move most pixels of an area
MOSTLY = 75  # per cent of the rim that is pure at least
LOST = 200  # of 255: the largest share of a pixel is at least that, divided by the number of areas
BILINEAR = Image.Resampling.BILINEAR

Share = tuple[Colour, Image.Image]
Spots = dict[Colour, list[int]]  # an area's colour: where it meets the hole, in cells


def fill_areas(image: Image.Image, mask: Image.Image, box: Box) -> Image.Image | None:
    """Return the RGB contents of `box`, filled by the areas around it; None if there are none.

    Each area's share of a pixel is interpolated into the hole; the largest share wins. This
    approximates a random walker (L. Grady, "Random Walks for Image Segmentation", 2006).
    """
    down = 1
    width, height = size_of(box)
    while width * height > CELLS * WIDE * down * down:
        down *= 2
    cell = (WIDE * down, down)
    frame = expand(box, (RIM + 1) * max(cell), image.size)
    width, height = size_of(frame)
    size = (-(-width // cell[0]), -(-height // cell[1]))
    whole = Image.new("L", (size[0] * cell[0], size[1] * cell[1]), 255)
    whole.paste(mask.crop(frame))
    hole = whole.reduce(cell).point(at_least(1))  # where any of a cell is masked
    rim = ImageChops.subtract(hole.filter(ImageFilter.BoxBlur(RIM)).point(at_least(1)), hole)
    # one pixel of every cell: a mean would have a colour of no area
    scale = (cell[0], 0, 0, 0, cell[1], 0)
    sample = image.crop(frame).transform(size, Image.Transform.AFFINE, scale)
    spots = _spots(sample, rim)
    if not spots:
        return None
    picture = _dominant(list(_shares(spots, rim)), size, cell)
    return picture.crop(relative(box, frame))


def _spots(sample: Image.Image, rim: Image.Image) -> Spots:
    """Return the cells of each area along the rim; none if the rim is not made of flat areas."""
    by_colour = _by_colour(sample, rim)
    count = sum(map(len, by_colour.values()))
    impure = count * (100 - MOSTLY) // 100  # pixels that may yet be so
    spots: Spots = {}
    for colour, places in sorted(by_colour.items(), key=lambda pair: -len(pair[1])):
        near = PURE if len(places) * FREQUENT > count else SAME
        area = next((one for one in spots if _colour_distance(one, colour) <= near), None)
        if area is None and len(spots) < MOST:
            spots[colour] = places
            continue
        if area is not None:
            spots[area] += places
        if area is None or _colour_distance(area, colour) > PURE:
            impure -= len(places)
        if impure < 0:
            return {}
    return spots


def _by_colour(sample: Image.Image, rim: Image.Image) -> Spots:
    """Return the cells of the rim by their colour."""
    levels, places = sample.tobytes(), Spots()
    colours = zip(levels[::3], levels[1::3], levels[2::3], strict=True)
    for place, colour in compress(enumerate(colours), rim.tobytes()):
        places.setdefault(colour, []).append(place)
    return places


def _colour_distance(one: Colour, other: Colour) -> int:
    return max(abs(one[0] - other[0]), abs(one[1] - other[1]), abs(one[2] - other[2]))


def _shares(spots: Spots, rim: Image.Image) -> Iterator[Share]:
    """Yield each area's colour and its share of each cell, L."""
    unknown = ImageChops.invert(rim)
    whole = (0, 0, *rim.size)
    colours = list(spots)
    for first in range(0, len(colours), 3):
        part = colours[first : first + 3]
        bands = [_mask_of(spots[colour], rim.size) for colour in part]
        bands += [Image.new("L", rim.size)] * (3 - len(bands))
        inpainted = inpaint(Image.merge("RGB", bands), unknown, whole, step=1)
        yield from zip(part, inpainted.split(), strict=False)


def _mask_of(places: list[int], size: Size) -> Image.Image:
    levels = bytearray(size[0] * size[1])
    for place in places:
        levels[place] = 255
    return Image.frombytes("L", size, bytes(levels))


def _dominant(shares: Sequence[Share], size: Size, cell: Size) -> Image.Image:
    """Return a picture in the colours of the areas with the largest share of each pixel."""
    whole = (size[0] * cell[0], size[1] * cell[1])
    picture, most = Image.new("RGB", whole), Image.new("L", whole)
    majority = at_least(LOST // len(shares) + 1)
    for colour, share in shares:
        if part := share.point(majority).getbbox():
            part = expand(part, 1, size)
            left, top, right, bottom = (side * cell[at % 2] for at, side in enumerate(part))
            larger = share.crop(part).resize((right - left, bottom - top), BILINEAR)
            before = most.crop((left, top, right, bottom))
            more = ImageChops.subtract(larger, before).point(at_least(1), "1")
            picture.paste(colour, (left, top, right, bottom), more)
            most.paste(ImageChops.lighter(before, larger), (left, top))
    return picture

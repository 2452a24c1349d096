"""Detection of a poster's caption from its pixels: letters on a plate below a stripe."""

from PIL import Image, ImageChops

from imagen_fake.imaging.poster.captions import stripe, type_size

ALIKE = 12  # levels within which pixels have one colour, despite JPEG
APART = 24  # levels from which colours differ
PLATE = 40  # per cent of a row of the plate without letters, at least
STRIPE = 80  # per cent of a row of the stripe in its colour, at least
BLUR = 3  # pixels between plate and stripe that resizing blurs
BLURRED = 256  # the picture's height by the widening of the stripe in a resized one
FINE = 128  # twice the picture's width by the mean width of a letter's stroke, at least

Row = list[int]  # a histogram of levels


def caption_top(image: Image.Image) -> int:
    """Return the first row of an RGB picture's caption, or the height if it has none."""
    height, half = image.height, image.height // 2
    grey = image.crop((0, half, *image.size)).convert("L")
    plate = _level(_row(grey, grey.height - 1))
    edge = grey.height - 1
    while edge > 0 and _share(_row(grey, edge), plate) >= PLATE:
        edge -= 1
    rows = range(edge, max(0, edge - BLUR), -1)
    if not any(_is_stripe(_row(grey, y), plate) for y in rows):
        return height
    size = type_size(image.size)
    has_caption = _has_letters(grey.crop((0, edge + 1, *grey.size)), plate, size // 2)
    return half + edge + 1 - stripe(size) if has_caption else height


def scene_bottom(image: Image.Image) -> int:
    """Return the first row below the scene: no row of a caption is above it."""
    top = caption_top(image)
    return top if top == image.height else max(1, top - image.height // BLURRED)


def crop_caption(image: Image.Image) -> Image.Image:
    """Return the RGB picture without its caption."""
    return image.crop((0, 0, image.width, scene_bottom(image)))


def clear_caption(image: Image.Image, mask: Image.Image) -> Image.Image:
    """Return the mask of an RGB picture, cleared where its caption is."""
    above = mask.copy()
    above.paste(0, (0, caption_top(image), *image.size))
    return above


def _row(grey: Image.Image, y: int) -> Row:
    return grey.crop((0, y, grey.width, y + 1)).histogram()


def _level(row: Row) -> int:
    return row.index(max(row))


def _share(row: Row, level: int) -> int:
    """Return the share of a row that has a level, or nearly so, in per cent."""
    return 100 * sum(row[max(0, level - ALIKE) : level + ALIKE + 1]) // sum(row)


def _is_stripe(row: Row, plate: int) -> bool:
    """Whether a row is of one colour, which differs from the plate's."""
    level = _level(row)
    return abs(level - plate) >= APART and _share(row, level) >= STRIPE


def _has_letters(strip: Image.Image, plate: int, margin: int) -> bool:
    """Whether a strip has shapes as thin as letters, and margins."""
    letters = strip.point([255 * (abs(level - plate) > APART) for level in range(256)])
    box = letters.getbbox()
    if not box or box[1] < margin or strip.height - box[3] < margin:
        return False
    sides = ImageChops.difference(letters, ImageChops.offset(letters, 1, 0)).histogram()[255]
    return letters.histogram()[255] * FINE < sides * strip.width

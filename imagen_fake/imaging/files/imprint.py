"""The imprint: what a poster shows, hidden in the blank rows of its caption's plate.

Of a picture without a caption see `spread.py`.

A bit is a cell of 8 x 8 pixels, a JPEG block, in one of two inks that no eye tells apart. Cells
are read row by row from the foot of the page up. First comes the head, which says how long the
message is and which rows hold it, then the message and a checksum, all of it under a keystream.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple, Self
from zlib import crc32

from PIL import Image

from imagen_fake.imaging.files.cells import CELL, CellReader, Layer, cell_readers, page_sizes
from imagen_fake.imaging.files.message import Message, decode_message, encode_message, whiten
from imagen_fake.imaging.files.spread import extract_spread
from imagen_fake.imaging.painting.page import Page
from imagen_fake.imaging.painting.palette import Inks

STEP = 3  # levels between the two inks
LIGHTEST = 253 - STEP  # the darker ink's level at most, so that a watermark fits above the lighter
HEAD, CHECK = 3, 4  # bytes
LEAST = 12  # bytes of text: a plate with less room stays blank
LONGEST = 0x3FF  # bytes of text
MOST_ROWS = 31  # of the lower band
SCALES = (1, 2, 4, 3)  # integer factors by which a picture may be upscaled
FOOT = 2  # pixels that are in the lowest row of cells, however the picture was resized
FAINTEST = 16  # levels between the pixels of such a row, at most

Span = tuple[int, int]  # pixels: the first row, and the first one after


class Head(NamedTuple):
    """What is to be known before a message can be read; rows are counted from the page's foot."""

    abbreviated: bool  # its text is in shorthand
    length: int  # bytes
    lower: int  # how many rows of cells hold bits, from the lowest up
    gap: int  # how many rows above those hold none; further bits are above them

    def to_bytes(self) -> bytes:
        """Return the head as it is printed."""
        word = self.abbreviated << 15 | self.lower << 10 | self.length
        return bytes((word >> 8, word & 255, self.gap))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the head that three bytes are."""
        word = data[0] << 8 | data[1]
        return cls(bool(word >> 15), word & LONGEST, word >> 10 & MOST_ROWS, data[2])

    def rows(self, columns: int) -> list[int]:
        """Return which rows of so many cells hold the message, in the order it is written in."""
        numbers = range(-(-8 * (HEAD + self.length + CHECK) // columns))
        return [each if each < self.lower else each + self.gap for each in numbers]

    def top(self, columns: int) -> int:
        """Return which row of so many cells is the highest of the caption."""
        return max(self.lower + self.gap, self.rows(columns)[-1])


def embed(page: Page, text: str, upper: Span, lower: Span) -> None:
    """Print a text and the page's figures into two spans of the plate that are blank.

    What does not fit is cut off, with an ellipsis in its place. Nothing is printed where hardly
    any of it would be left, or the page has no ink to spare. Both spans are as wide as the page,
    and the lower one ends it.
    """
    columns, rows = page.width // CELL, page.height // CELL
    low = min(MOST_ROWS, rows - -(-lower[0] // CELL))
    high = max(0, upper[1] // CELL - -(-upper[0] // CELL))
    gap = rows - upper[1] // CELL - low
    room = min(LONGEST, (low + high) * columns // 8 - HEAD - CHECK)
    if low * columns < 8 * HEAD or room < LEAST or not 0 <= gap < 256:
        return
    if text.strip() and len(page.inks) + 2 <= Inks.MOST:
        abbreviated, data = encode_message(text, page.figures, room)
        _print(page, Head(abbreviated, len(data), low, gap), data)


def extract(image: Image.Image) -> Message | None:
    """Return the message that is embedded in a picture; None if there is none.

    Read from the pixels alone: of a file of any kind, of a JPEG of quality 75 and up, watermarked
    or not, and of a picture upscaled by 2, 3 or 4; not of one that was cropped or turned. Of one
    resized by another factor if it has a caption.
    """
    grey = image.convert("L")
    for scale in SCALES:
        if grey.width % scale == grey.height % scale == 0:
            readers = list(cell_readers(grey, scale))
            message = next(
                filter(None, chain(map(_message, readers), map(extract_spread, readers))), None
            )
            if message:
                return message
    return next(filter(None, map(_message, _resized_readers(grey))), None)


def _print(page: Page, head: Head, data: bytes) -> None:
    """Print a message's cells into the lower rows, then above the gap."""
    # near the plate's colour, and one step lighter
    red, green, blue = (min(max(2, level), LIGHTEST) for level in page.scheme.plate)
    low = page.inks.number((red, green, blue))
    high = page.inks.number((red + STEP, green + STEP, blue + STEP))
    message = whiten(_with_checksum(head, data))
    digits = f"{int.from_bytes(message):0{8 * len(message)}b}".encode()
    cells = digits.replace(b"0", bytes((low,))).replace(b"1", bytes((high,)))
    sheet = _sheet(cells, page.width // CELL, low)
    width, height = sheet.size
    cut = max(0, height - head.lower * CELL)
    foot = page.height // CELL * CELL
    page.image.paste(sheet.crop((0, cut, width, height)), (0, foot - height + cut))
    if cut:
        top = foot - (head.lower + head.gap) * CELL - cut
        page.image.paste(sheet.crop((0, 0, width, cut)), (0, top))


def _sheet(cells: bytes, columns: int, blank: int) -> Image.Image:
    """Return cells as pixels, L: row by row from the bottom up, padded."""
    rows = -(-len(cells) // columns)
    small = Image.frombytes("L", (columns, rows), cells.ljust(rows * columns, bytes((blank,))))
    upright = small.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    return upright.resize((columns * CELL, rows * CELL), Image.Resampling.NEAREST)


def _with_checksum(head: Head, data: bytes) -> bytes:
    message = head.to_bytes() + data
    return message + crc32(message).to_bytes(CHECK)


def _bytes(bits: Iterable[bool]) -> bytes:
    digits = "".join("01"[bit] for bit in bits)
    return int(digits, 2).to_bytes(len(digits) // 8)


def _resized_readers(grey: Image.Image) -> Iterator[CellReader]:
    """Yield readers of a picture in each page size whose first cells decode to a plausible head."""
    foot = grey.crop((0, grey.height - FOOT, *grey.size))
    low, high = foot.getextrema()
    is_faint = 0 < high - low <= FAINTEST  # type: ignore[operator]
    for width, height in page_sizes(grey.size) if is_faint else ():
        levels = Layer(foot.resize((width, CELL), Image.Resampling.BILINEAR), 1).levels(0)
        if _head(levels)[0].top(len(levels)) < height // CELL // 2:
            yield from cell_readers(grey.resize((width, height), Image.Resampling.BILINEAR), 1)


def _head(foot: Sequence[int]) -> tuple[Head, float]:
    """Return the head in a row of cells, and the threshold between its bits."""
    bound = _threshold(foot[: 8 * HEAD])
    return Head.from_bytes(whiten(_bytes(level > bound for level in foot[: 8 * HEAD]))), bound


def _message(reader: CellReader) -> Message | None:
    """Return the message that a reader's cells hold; None if the checksum is wrong."""
    foot = reader.row(0) if reader.rows else []
    if len(foot) < 8 * HEAD:
        return None
    head, bound = _head(foot)
    rows = head.rows(len(foot))
    if not head.length or rows[-1] >= reader.rows:
        return None
    levels = chain.from_iterable(map(reader.row, rows))
    size = HEAD + head.length + CHECK
    message = whiten(_bytes(level > bound for level in islice(levels, 8 * size)))
    data = message[HEAD:-CHECK]
    if message != _with_checksum(head, data):
        return None
    return decode_message(head.abbreviated, data, reader.picture.page)


def _threshold(levels: Sequence[int]) -> float:
    """Return the level halfway between the mean of the light and of the dark ones."""
    middle = (min(levels) + max(levels)) / 2
    light = [level for level in levels if level > middle] or [0]
    dark = [level for level in levels if level <= middle]
    return (sum(light) / len(light) + sum(dark) / len(dark)) / 2

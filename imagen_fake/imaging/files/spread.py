"""The imprint of a picture without a caption: its words, spread over it from the foot up.

A bit is a pair of cells of 8 x 8 pixels, a level apart to either side: the left one is lighter,
or the right one. Each bit is there 12 to 16 times, in other rows and columns; a pair that an edge
of the drawing crosses says nothing. Length, words and checksum are under a keystream.
"""

import struct
from collections.abc import Sequence
from zlib import crc32

from PIL import Image, ImageChops

from imagen_fake.imaging.files.cells import CELL, GREY, CellReader
from imagen_fake.imaging.files.message import Message, decode_message, encode_message, whiten
from imagen_fake.imaging.painting.page import Figure

FRAMES = (32, 48, 64, 96, 128, 192, 256)  # bytes of a message; the reader tries them all
HEAD, CHECK = 2, 4  # bytes of a message beside its words
PACKED = 0x8000  # the bit of the head for an abbreviated text; the others are its length in bytes
COPIES, MOST_COPIES = 12, 16  # of each bit
STRIDE = 97  # pairs by which a row is ahead of the next in the message
DEPTH = 1  # levels
EDGE = 3  # levels: cells further apart have an edge of the drawing between them
UP = [step * (0 < step <= EDGE) for step in range(-GREY, 256 - GREY)]  # of a step, off by GREY
DOWN = [-step * (-EDGE <= step < 0) for step in range(-GREY, 256 - GREY)]
LANE = 2  # bytes: more votes than a bit has in any picture


def embed_spread(image: Image.Image, text: str, figures: Sequence[Figure] = ()) -> Image.Image:
    """Return an RGB or RGBX picture with a message in its pixels, its levels in 1..254.

    A text that is too long ends in an ellipsis; a picture that is too small is returned as it is.
    """
    across, rows = image.width // (2 * CELL), image.height // CELL  # pairs in a row
    frames = _frames(across, rows)
    if not (frames and text.strip()):
        return image
    abbreviated, data = encode_message(text, figures, frames[-1] - HEAD - CHECK)
    size = next(size for size in frames if len(data) <= size - HEAD - CHECK)
    message = _message(abbreviated, data, size)
    bits = [byte >> bit & 1 == 1 for byte in message for bit in range(8)]
    rows = _rows(size, across, rows)
    cells = b"".join(_row(bits, across, row) for row in reversed(range(rows)))
    return _add_cells(image, Image.frombytes("L", (2 * across, rows), cells))


def extract_spread(reader: CellReader) -> Message | None:
    """Return the message in a reader's cells; None if there is none."""
    rows = reader.rows
    across = reader.picture.cells.width // 2 if rows else 0
    frames = _frames(across, rows)
    votes = _votes(reader.steps()) if frames else []
    messages = (_decode_votes(votes[: _rows(size, across, rows)], 8 * size) for size in frames)
    page = reader.picture.page
    return next(filter(None, (_parse(message, page) for message in messages)), None)


def _frames(across: int, rows: int) -> list[int]:
    """Return the sizes of messages that fit, in bytes."""
    return [size for size in FRAMES if 8 * size * COPIES <= across * rows]


def _rows(size: int, across: int, rows: int) -> int:
    """Return how many rows a message of `size` bytes takes."""
    return min(rows, -(-8 * size * MOST_COPIES // across))


def _message(abbreviated: bool, data: bytes, size: int) -> bytes:
    """Return a whitened message of `size` bytes: head, text, padding, checksum."""
    head = (abbreviated * PACKED | len(data)).to_bytes(HEAD)
    body = (head + data).ljust(size - CHECK, b"\0")
    return whiten(body + crc32(body).to_bytes(CHECK))


def _row(bits: Sequence[bool], across: int, row: int) -> bytes:
    """Return a row of cells, counted from the foot: what is added to each, modulo 256.

    In every other row lighter and darker change places, so that slopes cancel out.
    """
    lighter, darker = bytes((DEPTH, 256 - DEPTH)), bytes((256 - DEPTH, DEPTH))
    start, odd = row * STRIDE, row % 2 == 1
    row_bits = (bits[(start + pair) % len(bits)] for pair in range(across))
    return b"".join(lighter if bit is not odd else darker for bit in row_bits)


def _add_cells(image: Image.Image, cells: Image.Image) -> Image.Image:
    """Return the picture with the cells' offsets added to every channel."""
    width, height = cells.width * CELL, cells.height * CELL
    box = (0, image.height // CELL * CELL - height, width, image.height // CELL * CELL)
    levels = (254 - DEPTH, 1 + DEPTH)
    ceiling, floor = (Image.new(image.mode, (width, height), (each,) * 3) for each in levels)
    clamped = ImageChops.lighter(ImageChops.darker(image.crop(box), ceiling), floor)
    offsets = Image.merge("RGB", [cells] * 3).convert(image.mode)
    offsets = offsets.resize((width, height), Image.Resampling.NEAREST)
    image.paste(ImageChops.add_modulo(clamped, offsets), box)
    return image


def _votes(steps: Image.Image) -> list[tuple[int, int]]:
    """Return what each row from the foot says: how much its pairs are for a set bit, and against.

    It is a number with a lane for each pair, the first one lowest: adding those is cheapest.
    """
    up, down = (steps.point(table).tobytes() for table in (UP, DOWN))
    starts = range(len(up) - steps.width, -1, -steps.width)
    rows = [tuple(_lanes(side[at : at + steps.width]) for side in (up, down)) for at in starts]
    return [(down, up) if row % 2 else (up, down) for row, (up, down) in enumerate(rows)]


def _lanes(votes: bytes) -> int:
    wide = bytearray(LANE * len(votes))
    wide[::LANE] = votes
    return int.from_bytes(wide, "little")


def _decode_votes(votes: Sequence[tuple[int, int]], count: int) -> bytes:
    """Return the message of `count` bits by majority of the rows' votes."""
    ayes, noes = (_sum_votes(side, count) for side in zip(*votes, strict=True))
    digits = "".join("01"[aye > no] for aye, no in zip(ayes, noes, strict=True))
    return whiten(int(digits[::-1], 2).to_bytes(count // 8, "little"))


def _sum_votes(rows: Sequence[int], count: int) -> tuple[int, ...]:
    """Return the sum of votes on each of `count` bits."""
    lane = 8 * LANE
    total = sum(votes << lane * (row * STRIDE % count) for row, votes in enumerate(rows))
    while total >> lane * count:
        total = (total & (1 << lane * count) - 1) + (total >> lane * count)
    return struct.unpack(f"<{count}H", total.to_bytes(LANE * count, "little"))


def _parse(message: bytes, page: tuple[int, int]) -> Message | None:
    """Return the message; None if the checksum is wrong."""
    body, check = message[:-CHECK], message[-CHECK:]
    if crc32(body) != int.from_bytes(check):
        return None
    head = int.from_bytes(body[:HEAD])
    data = body[HEAD : HEAD + head % PACKED]
    return decode_message(bool(head & PACKED), data, page)

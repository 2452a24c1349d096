"""The message of an imprint: the figures of a picture, then its prompt."""

from collections.abc import Sequence
from typing import NamedTuple

from imagen_fake.imaging.files.shorthand import abbreviate, unpack_text
from imagen_fake.imaging.painting.figure import Figure, pack_figures, unpack_figures

LEAST = 12  # bytes that the words have at least, beside figures


class Message(NamedTuple):
    """What an imprint holds."""

    text: str
    figures: tuple[Figure, ...]  # in pixels of the picture that was printed
    page: tuple[int, int]  # width, height in pixels of the picture that was printed


def encode_message(text: str, figures: Sequence[Figure], room: int) -> tuple[bool, bytes]:
    """Return whether the text is abbreviated, and a message of at most `room` bytes, 7 or more.

    Figures are left out if they leave too little room for the text. A text that is too long is
    cut, and ends in an ellipsis.
    """
    data = pack_figures(figures)
    if room - len(data) < LEAST:
        data = pack_figures(())
    abbreviated, letters = abbreviate(text, room - len(data))
    return abbreviated, data + letters


def decode_message(abbreviated: bool, data: bytes, page: tuple[int, int]) -> Message:
    """Return the message in bytes as of `encode_message`."""
    figures, letters = unpack_figures(data)
    text = unpack_text(letters) if abbreviated else letters.decode("utf-8", "replace")
    return Message(text, figures, page)

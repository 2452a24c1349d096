"""How files of a kind are laid out: what of a PNG or JPEG the pixels leave open."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

LARGEST = 255  # of a quantiser, so that the JPEG stays baseline


@dataclass(frozen=True, slots=True)
class PngProfile:
    """The layout of a PNG.

    Attributes:
        zlib_header: the two bytes that begin its pixels. The second one names an effort, which
            readers ignore.
        idat_bytes: of the pixels in a chunk; None puts them all in one.
        chunks: what stands between its header and its pixels.
    """

    zlib_header: bytes = b"\x78\x9c"
    idat_bytes: int | None = 8192
    chunks: bytes = b""


@dataclass(frozen=True, slots=True)
class JpegProfile:
    """The layout of a baseline 4:2:0 JPEG with a JFIF header of version 1.01.

    Attributes:
        quantisers: 64 steps of luminance and 64 of chrominance, row by row; or a quality of 0 to
            100, which scales the tables of the standard (ITU-T T.81, K.1) as libjpeg does.
        dpi: dots per inch; 0 states that no density is meant.
        joined: both tables of quantisers in one segment, or in a segment each.
        optimised: Huffman tables for this picture, or those of the standard (K.3).
        segments: what stands behind the JFIF header.
    """

    quantisers: Sequence[Sequence[int]] | int
    dpi: int = 0
    joined: bool = True
    optimised: bool = False
    segments: bytes = b""

    def scaled(self, quality: int, recorded: int) -> Self:
        """Return the layout of another quality than the one whose quantisers these are.

        The steps are scaled as libjpeg scales those of the standard. Both qualities are 0 to 100,
        the recorded one at most 99.
        """
        if isinstance(self.quantisers, int):
            return replace(self, quantisers=quality)
        to, by = _percent(quality), _percent(recorded)
        tables = [[_step(each * to, by) for each in table] for table in self.quantisers]
        return replace(self, quantisers=tables)


Profile = PngProfile | JpegProfile


def _percent(quality: int) -> int:
    """Return the scale of the standard's tables in percent, for a quality of 0 to 100."""
    return 5000 // max(1, quality) if quality < 50 else 200 - 2 * quality


def _step(value: int, divisor: int) -> int:
    return min(LARGEST, max(1, (2 * value + divisor) // (2 * divisor)))

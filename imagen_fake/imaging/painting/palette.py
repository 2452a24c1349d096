"""Colour schemes, and the inks of a page."""

from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from imagen_fake.imaging.painting.dice import Dice
from imagen_fake.imaging.prompt.interpretation import Interpretation
from imagen_fake.imaging.prompt.vocabulary import vocabulary

Colour = tuple[int, int, int]  # red, green, blue in 0..255

DARK: Colour = (16, 14, 34)
WHITE: Colour = (255, 255, 255)


LIGHTS: tuple[Colour, ...] = (  # what light falls on a scene: rose, gold, leaf, sea, sky, dusk
    (255, 92, 120),
    (255, 184, 60),
    (120, 200, 90),
    (30, 190, 190),
    (60, 130, 250),
    (120, 60, 200),
)


class Scheme(NamedTuple):
    """The colours of one picture, from the sky down to the caption."""

    sky_top: Colour
    sky_low: Colour
    sun: Colour
    far: Colour
    mid: Colour
    near: Colour
    ground: Colour
    accent: Colour
    other: Colour
    plate: Colour
    ink: Colour


HOURS = ("night", "sunset")  # moods that light a whole picture, whatever else it is
INDOORS = ("studio", "table")  # settings where there is a lamp at night
LAMP: Colour = (255, 196, 110)


def choose_scheme(
    interpretation: Interpretation, setting: str, style: str | None, dice: Dice
) -> Scheme:
    """Return a scheme for the style, else the words, else the setting."""
    tables = vocabulary()
    hours = [mood for mood in interpretation.moods if mood in HOURS]
    moods = tables.style_moods.get(style or "", ()) or hours or interpretation.moods
    moods = moods or tables.setting_moods[setting]
    row = dice.pick(tables.schemes[dice.pick(moods)])
    scheme = Scheme(*map(parse_colour, row))
    if interpretation.colours:
        return _tint_all(scheme, parse_colour(interpretation.colours[0]))
    if "night" in moods and setting in INDOORS:
        return _tint_scenery(scheme, LAMP, 34)
    return _tint_scenery(scheme, dice.pick(LIGHTS), dice.between(4, 24))


@lru_cache(maxsize=512)
def parse_colour(colour: str) -> Colour:
    """Return the colour of "#rrggbb"."""
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


def mix(first: Colour, second: Colour, percent: int) -> Colour:
    """Return `first` with a share of `second`, in per cent."""
    rest = 100 - percent
    return (
        (first[0] * rest + second[0] * percent) // 100,
        (first[1] * rest + second[1] * percent) // 100,
        (first[2] * rest + second[2] * percent) // 100,
    )


def luma(colour: Colour) -> int:
    """Return the luma of a colour, 0 to 255 (Rec. 601)."""
    return (299 * colour[0] + 587 * colour[1] + 114 * colour[2]) // 1000


def distance(first: Colour, second: Colour) -> int:
    """Return the visual distance of two colours: of their luma above all."""
    apart = sum(abs(a - b) for a, b in zip(first, second, strict=True)) // 3
    return 2 * abs(luma(first) - luma(second)) + apart


def _tint_scenery(scheme: Scheme, tint: Colour, percent: int) -> Scheme:
    """Return the scheme with its scenery tinted, not its accents or caption."""
    parts = {"sky_top": 1, "sky_low": 2, "far": 1, "mid": 1, "near": 2, "ground": 3}
    return scheme._replace(
        **{name: mix(getattr(scheme, name), tint, percent // part) for name, part in parts.items()}
    )


def _tint_all(scheme: Scheme, tint: Colour) -> Scheme:
    """Return the scheme tinted with a colour of the prompt."""
    return Scheme(
        sky_top=mix(scheme.sky_top, tint, 60),
        sky_low=mix(scheme.sky_low, mix(tint, WHITE, 60), 60),
        sun=mix(scheme.sun, mix(tint, WHITE, 80), 50),
        far=mix(scheme.far, tint, 55),
        mid=mix(scheme.mid, tint, 55),
        near=mix(scheme.near, mix(tint, DARK, 40), 60),
        ground=mix(scheme.ground, mix(tint, DARK, 55), 60),
        accent=scheme.accent,
        other=tint,
        plate=mix(scheme.plate, mix(tint, DARK, 70), 50),
        ink=scheme.ink,
    )


@lru_cache(maxsize=16)
def _wash_table(part: int, percent: int) -> bytes:
    """Return each level of a channel with `percent` of a wash over it."""
    return bytes((level * (100 - percent) + part * percent) // 100 for level in range(256))


class Inks:
    """The numbered inks of a picture drawn in indexes: 128, each also in the wash.

    Index n is an ink, n + 128 the same ink under a translucent wash, so that a wash over any
    scenery is one addition. Inks that follow one another linearly blend by their numbers.
    """

    __slots__ = ("_colours", "_numbers")

    MOST = 128

    def __init__(self) -> None:
        self._colours: list[Colour] = []
        self._numbers: dict[Colour, int] = {}

    def __len__(self) -> int:
        return len(self._colours)

    def number(self, colour: Colour) -> int:
        """Return the index of an ink; when all are taken, that of the last."""
        if colour not in self._numbers:
            self._numbers[colour] = self.append(colour)
        return self._numbers[colour]

    def ramp(self, first: Colour, last: Colour, steps: int) -> range:
        """Return `steps` new indexes in a row that lead from `first` to `last`."""
        start = len(self._colours)
        for step in range(steps):
            self.append(mix(first, last, 100 * step // max(1, steps - 1)))
        return range(start, start + steps)

    def palette(self, wash: Colour, percent: int) -> bytes:
        """Return 256 RGB triples: the inks, then the inks with `percent` of `wash` over them."""
        plain = bytes(chain.from_iterable(self._colours[: self.MOST])).ljust(3 * self.MOST, b"\0")
        washed = bytearray(plain)
        for band, part in enumerate(wash):
            washed[band::3] = plain[band::3].translate(_wash_table(part, percent))
        return plain + washed

    def append(self, colour: Colour) -> int:
        """Add an ink under the next index, and return that."""
        self._colours.append(colour)
        return min(len(self._colours), self.MOST) - 1

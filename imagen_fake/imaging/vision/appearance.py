"""Shape, main colours and brightness of a picture, and claims about its sides, checked."""

import re
from collections import Counter
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt

from PIL import Image, ImageStat

SIDE = 64  # pixels of the longer side at which colours are counted
LEAST_SHARE = 0.04  # of a picture that a named colour has
SQUARE = 1.04  # the longer side by the shorter one, at most, of a square picture
DARK, BRIGHT = 85, 170  # mean levels below and above which a picture is called so

# Levels of hue, 0..255, up to which a colour bears a name; after the last it is red again.
HUES = (
    (10, "red"), (29, "orange"), (47, "yellow"), (112, "green"), (135, "turquoise"),
    (178, "blue"), (212, "purple"), (244, "pink"), (255, "red"),
)  # fmt: skip
COLOURS = (*dict(HUES[:-1]).values(), "brown", "black", "grey", "white")
SIDES = {
    **dict.fromkeys(("wide", "width", "wider", "narrower"), "width"),
    **dict.fromkeys(("high", "height", "higher", "tall", "taller", "shorter"), "height"),
}
RELATIONS = {
    **dict.fromkeys(("more", "larger", "bigger", "greater", "over", "above"), gt),
    **dict.fromkeys(("wider", "higher", "taller"), gt),
    **dict.fromkeys(("less", "fewer", "smaller", "narrower", "shorter", "under", "below"), lt),
    "least": ge,
    "most": le,
}
COMPARISON = re.compile(  # by which a number is one of pixels, and two sides are compared
    r"\b(width|height|wider|narrower|higher|taller|shorter|equal|same|as)\b"
    r"|[0-9]\s*(px|pixels?|x|by|\N{MULTIPLICATION SIGN})(?![a-z])"
)
TOKEN = re.compile(r"[0-9]{1,9}|[a-z]+")


@dataclass(frozen=True, slots=True)
class Appearance:
    """How a picture looks; colours are names of `COLOURS`."""

    width: int  # pixels
    height: int
    colours: tuple[str, ...]  # at least one; the widest spread first
    light: str  # "dark", "medium" or "bright"

    @property
    def shape(self) -> str:
        """Return "square", "wide" or "tall"."""
        longer, shorter = max(self.width, self.height), min(self.width, self.height)
        if longer <= SQUARE * shorter:
            return "square"
        return "wide" if self.width > self.height else "tall"


def appearance_of(image: Image.Image) -> Appearance:
    """Return the appearance of a picture of any mode."""
    small = image.convert("RGB")
    small.thumbnail((SIDE, SIDE), Image.Resampling.BOX, reducing_gap=None)
    (mean,) = ImageStat.Stat(small.convert("L")).mean
    light = "dark" if mean < DARK else "bright" if mean > BRIGHT else "medium"
    return Appearance(image.width, image.height, colour_names(small), light)


def colour_names(image: Image.Image) -> tuple[str, ...]:
    """Return the names of the colours that cover a noticeable part of an RGB picture.

    The largest share comes first; equal shares are in alphabetical order.
    """
    data = image.convert("HSV").tobytes()
    counts = Counter(map(colour_name, data[::3], data[1::3], data[2::3]))
    first, *others = sorted(counts, key=lambda colour: (-counts[colour], colour))
    least = LEAST_SHARE * image.width * image.height
    return (first, *(colour for colour in others if counts[colour] >= least))


def colour_name(hue: int, saturation: int, value: int) -> str:
    """Return the name of a colour; hue, saturation and value are in 0..255."""
    if value < 50:
        return "black"
    if saturation < 40 or saturation * value < 5000:
        return "white" if value > 215 else "grey"
    name = next(colour for limit, colour in HUES if hue <= limit)
    if value <= 165 and (name == "orange" or (name == "red" and saturation < 200)):
        return "brown"
    return "pink" if name == "red" and value > 200 and saturation < 130 else name


def compare(text: str, appearance: Appearance) -> bool | None:
    """Return whether a claim in lower case about the sides is true; None if it makes none.

    As in "256 pixels wide", "256 x 200", "larger than 512 pixels", "at least 200 pixels high",
    "wider than it is tall", "are width and height the same". A number alone is of both sides.
    """
    tokens = TOKEN.findall(text)
    terms = [token for token in tokens if token in SIDES or token.isdecimal()]
    if 0 < len(terms) < 3 and all(term.isdecimal() for term in terms):
        terms = ["width", terms[0], "height", terms[-1]]
    if not COMPARISON.search(text) or not terms or len(terms) % 2:
        return None
    relation = next((RELATIONS[token] for token in tokens if token in RELATIONS), eq)
    pairs = (sorted(pair, key=str.isdecimal) for pair in zip(terms[::2], terms[1::2], strict=True))
    return all(  # a side first: as in "200 pixels wide"
        relation(_length(first, appearance), _length(second, appearance)) for first, second in pairs
    )


def _length(term: str, appearance: Appearance) -> int:
    return int(term) if term.isdecimal() else getattr(appearance, SIDES[term])

"""Claims about a picture's width and height, checked."""

import re
from operator import eq, ge, gt, le, lt

from imagen_fake.imaging.vision.appearance import Appearance

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
    pairs = zip(terms[::2], terms[1::2], strict=True)
    return all(relation(*_pixels(pair, appearance)) for pair in pairs)


def _pixels(pair: tuple[str, str], appearance: Appearance) -> tuple[int, int]:
    """Return the two lengths of a comparison, a side first: as in "200 pixels wide"."""
    first, second = sorted(pair, key=str.isdecimal)
    return _length(first, appearance), _length(second, appearance)


def _length(term: str, appearance: Appearance) -> int:
    return int(term) if term.isdecimal() else getattr(appearance, SIDES[term])

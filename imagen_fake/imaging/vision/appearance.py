"""Shape, main colours and brightness of a picture."""

from collections import Counter
from dataclasses import dataclass

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
    return Appearance(image.width, image.height, colour_names(small), _brightness(small))


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
    hue_name = next(colour for limit, colour in HUES if hue <= limit)
    if (
        hue_name in ("red", "orange")
        and value <= 165
        and (hue_name == "orange" or saturation < 200)
    ):
        return "brown"
    if hue_name == "red" and value > 200 and saturation < 130:
        return "pink"
    return hue_name


def _brightness(image: Image.Image) -> str:
    (mean,) = ImageStat.Stat(image.convert("L")).mean
    if mean < DARK:
        return "dark"
    return "bright" if mean > BRIGHT else "medium"

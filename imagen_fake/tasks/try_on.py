"""A garment, shown on a person."""

from collections.abc import Sequence

from PIL import Image

from imagen_fake.call import Call, Prediction
from imagen_fake.imaging.cutout import foreground
from imagen_fake.imaging.page import Box
from imagen_fake.imaging.placing import cut_out, put
from imagen_fake.media import picture
from imagen_fake.output import prediction

NECK, WAIST = 20, 62
"""Per cent of a person's height, from the top, between which a garment is worn."""

SLEEVES = 18
"""Per cent of a person's width that a garment reaches over on either side."""

SWAY = 3
"""Per cent of a garment's width by which samples differ."""


def render(call: Call) -> Sequence[Prediction]:
    """The picture of the person, with the garment over the upper body.

    Raises ApiError for pictures that cannot be read.
    """
    person = picture(call, call.instance["personImage"]["image"])
    (product,) = call.instance["productImages"]
    garment = cut_out(picture(call, product["image"]))
    pictures = []
    for index in call.shown:
        worn = person.copy()
        put(worn, garment, torso(person, call.entropy(index)[0]))
        pictures.append(prediction(call, index, worn))
    return pictures


def torso(person: Image.Image, turn: int) -> Box:
    """Where a garment is worn on what a picture shows, a little to one side by turns."""
    left, top, right, bottom = foreground(person).getbbox() or (0, 0, *person.size)
    width, height = right - left, bottom - top
    reach = width * SLEEVES // 100
    sway = width * SWAY * (turn % 5 - 2) // 200
    upper = top + height * NECK // 100
    lower = max(upper + 1, top + height * WAIST // 100)
    return left - reach + sway, upper, right + reach + sway, lower

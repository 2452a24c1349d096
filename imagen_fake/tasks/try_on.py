"""A garment, shown on a person."""

from collections.abc import Sequence

from imagen_fake.imaging.editing.placing import cut_out
from imagen_fake.imaging.editing.wearing import dressed
from imagen_fake.pipeline.call import Call, Prediction
from imagen_fake.pipeline.media import picture
from imagen_fake.pipeline.output import predictions

BYTES_PER_PIXEL = 19


def render(call: Call) -> Sequence[Prediction]:
    """The picture of the person, with the garment on: over the upper body, trousers over the legs.

    Raises ApiError for pictures that cannot be read.
    """
    person = picture(call, call.instance["personImage"]["image"])
    (product,) = call.instance["productImages"]
    garment = cut_out(picture(call, product["image"]))
    first = call.entropy(0)[0]
    pictures = dressed(person, garment, (first + index for index in call.shown))
    return predictions(call, lambda _: next(pictures))

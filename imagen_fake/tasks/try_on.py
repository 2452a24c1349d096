"""Virtual try-on: a garment on a person."""

from collections.abc import Sequence

from imagen_fake.imaging.editing.cutouts import cut_out
from imagen_fake.imaging.editing.garments import dress
from imagen_fake.pipeline.call import Call, Prediction
from imagen_fake.pipeline.media import load_picture
from imagen_fake.pipeline.output import predictions

BYTES_PER_PIXEL = 19


def render(call: Call) -> Sequence[Prediction]:
    """The person with the garment on: over the upper body, trousers over the legs.

    Raises ApiError for pictures that cannot be read.
    """
    person = load_picture(call, call.instance["personImage"]["image"])
    (product,) = call.instance["productImages"]
    garment = cut_out(load_picture(call, product["image"]))
    first = call.entropy(0)[0]
    pictures = dress(person, garment, (first + index for index in call.passing))
    return predictions(call, lambda _: next(pictures))

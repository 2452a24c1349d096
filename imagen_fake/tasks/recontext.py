"""Product recontextualization: products in another scene."""

from collections.abc import Sequence
from dataclasses import replace

from PIL.Image import Image

from imagen_fake.imaging.editing.cutouts import cut_out, place_cutouts
from imagen_fake.imaging.poster.scene import paint_scene
from imagen_fake.pipeline.call import Call, Prediction
from imagen_fake.pipeline.media import load_picture
from imagen_fake.pipeline.output import predictions
from imagen_fake.tasks.generate import sketch

BYTES_PER_PIXEL = 16

STUDIO = "minimalist studio"
"""The scene of an empty prompt."""


def render(call: Call) -> Sequence[Prediction]:
    """Every product side by side in the scene of the prompt.

    Raises ApiError for pictures that cannot be read.
    """
    pictures = [load_picture(call, item["image"]) for item in call.instance["productImages"]]
    products = [cut_out(product) for product in pictures]
    size, prompt = call.model.size("1K", "1:1"), call.prompt.strip() or STUDIO

    def draw(index: int) -> Image:
        scene = paint_scene(replace(sketch(call, index, size), prompt=prompt), peopled=False)
        return place_cutouts(scene, products)

    return predictions(call, draw)

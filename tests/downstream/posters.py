"""A shop that has its posters drawn by Imagen, with the credentials of the machine it runs on."""

import asyncio

from google import genai
from google.genai import errors, types

MODEL = "imagen-4.0-generate-001"
ATTEMPTS = 3


class NotDrawnError(Exception):
    """There is no poster; the text says why."""


def client() -> genai.Client:
    return genai.Client(vertexai=True, project="poster-shop", location="us-central1")


def wish() -> types.GenerateImagesConfig:
    return types.GenerateImagesConfig(
        number_of_images=1,
        aspect_ratio="3:4",
        output_mime_type="image/jpeg",
        include_rai_reason=True,
    )


def draw(motif: str) -> bytes:
    """The poster of a motif, a JPEG file."""
    imagen = client()
    for attempt in range(1, ATTEMPTS + 1):
        try:
            made = imagen.models.generate_images(model=MODEL, prompt=motif, config=wish())
            return poster(made)
        except errors.APIError as error:
            if error.code not in (429, 503) or attempt == ATTEMPTS:
                raise NotDrawnError(error.message) from error
    raise AssertionError("unreachable")


async def draw_all(motifs: list[str]) -> list[bytes]:
    """The posters of several motifs, drawn at the same time."""
    async with client().aio as imagen:
        made = await asyncio.gather(
            *(
                imagen.models.generate_images(model=MODEL, prompt=motif, config=wish())
                for motif in motifs
            )
        )
    return [poster(one) for one in made]


def poster(made: types.GenerateImagesResponse) -> bytes:
    for one in made.generated_images or []:
        if one.image and one.image.image_bytes:
            return bytes(one.image.image_bytes)
        raise NotDrawnError(one.rai_filtered_reason or "no reason")
    raise NotDrawnError("no picture")

"""What the client makes of every answer that was observed on Vertex AI."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from google import genai
from google.genai import errors, types
from google.oauth2.credentials import Credentials

from tests.clients.cassettes import Cassette, cassettes
from tests.clients.pictures import decoded

WITHOUT_A_METHOD = ("vertex/answer", "vertex/caption", "vertex/verify-unmarked")
"""What this client cannot ask for."""

PLAYED = [one for one in cassettes("vertex") if one.name not in WITHOUT_A_METHOD]
ANSWERS = [one for one in PLAYED if one.status == 200]
SIZED = [one for one in ANSWERS if one.sizes]
REFUSALS = [one for one in PLAYED if one.status != 200]
IMAGE = types.Image(image_bytes=b"any", mime_type="image/png")
Ask = Callable[[Cassette], Any]


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    """The answer to a call of the method that asks for what a cassette answers."""
    clients: dict[tuple[str, str], genai.Client] = {}

    def ask(cassette: Cassette) -> Any:
        location = cassette.uri.partition("/locations/")[2].partition("/")[0]
        place = (cassette.version, location)
        clients[place] = clients.get(place) or at(*place)
        with cassette.playing():
            return called(clients[place], cassette)

    yield ask
    for client in clients.values():
        client.close()


def at(version: str, location: str) -> genai.Client:
    return genai.Client(
        vertexai=True,
        project="PROJECT",
        location=location,
        credentials=Credentials("t"),
        http_options={"api_version": version},
    )


def called(client: genai.Client, cassette: Cassette) -> Any:
    model, instance = cassette.model, cassette.instance
    if "referenceImages" in instance:
        raw = types.RawReferenceImage(reference_id=1, reference_image=IMAGE)
        return client.models.edit_image(model=model, prompt="any", reference_images=[raw])
    if "productImages" in instance:
        product = types.ProductImage(product_image=IMAGE)
        source = types.RecontextImageSource(product_images=[product])
        return client.models.recontext_image(model=model, source=source)
    if model.startswith("image-segmentation"):
        return client.models.segment_image(
            model=model, source=types.SegmentImageSource(image=IMAGE)
        )
    if "image" in instance:
        return client.models.upscale_image(model=model, image=IMAGE, upscale_factor="x2")
    return client.models.generate_images(model=model, prompt="any")


def shown(answer: Any) -> list[Any]:
    """The elements of an answer, whatever the method calls them."""
    if isinstance(answer, types.SegmentImageResponse):
        return [*(answer.generated_masks or ())]
    return [*(answer.generated_images or ())]


def file(element: Any) -> bytes | None:
    image = element.mask if isinstance(element, types.GeneratedImageMask) else element.image
    return image.image_bytes if image else None


@pytest.mark.parametrize("cassette", ANSWERS, ids=lambda one: one.name)
def test_every_picture_is_taken_out_of_an_answer(ask: Ask, cassette: Cassette) -> None:
    files = [data for element in shown(ask(cassette)) if (data := file(element))]
    assert files == cassette.files


@pytest.mark.parametrize("cassette", SIZED, ids=lambda one: one.name)
def test_every_picture_has_the_size_that_was_observed(ask: Ask, cassette: Cassette) -> None:
    sizes = [decoded(file(element) or b"").size for element in shown(ask(cassette))]
    assert sizes == cassette.sizes


@pytest.mark.parametrize("cassette", ANSWERS, ids=lambda one: one.name)
def test_what_stands_in_place_of_a_picture_is_told(ask: Ask, cassette: Cassette) -> None:
    elements = shown(ask(cassette))
    reasons = [getattr(one, "rai_filtered_reason", None) for one in elements]
    links = [one.image.gcs_uri for one in elements if getattr(one, "image", None)]
    assert [one for one in reasons if one] == cassette.told("raiFilteredReason")
    assert [one for one in links if one] == cassette.told("gcsUri")


@pytest.mark.parametrize("cassette", REFUSALS, ids=lambda one: one.name)
def test_every_refusal_is_the_clients_exception(ask: Ask, cassette: Cassette) -> None:
    with pytest.raises(errors.APIError) as caught:
        ask(cassette)
    assert caught.value.code == cassette.status

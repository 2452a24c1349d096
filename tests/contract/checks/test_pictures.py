"""What is noticed in pictures: each from the true one by one deviation."""

import base64
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from imagen_fake.contract.checks.effective_request import effective_request
from imagen_fake.contract.checks.pictures import embedded_origin, expected_size, format_of
from imagen_fake.contract.exchange import Exchange
from imagen_fake.imaging.files.watermark import add_watermark
from tests.contract.sample_cases import (
    EDITING,
    blames,
    differences,
    generate_case,
    picture_case,
    raw_reference,
    true_exchange,
    with_response,
)
from tests.pictures import file_of
from tests.sweep import sweep

GENERATE = "tasks/generate.json#/$defs/parameters/properties"
METADATA = "tables/image_metadata.json#/generate"
Redraw = Callable[[Image.Image], bytes]


def redrawn(name: str, redraw: Redraw, **fields: Any) -> Exchange:
    """The true answer of a case with its first picture drawn again."""
    exchange = true_exchange(name)
    body = json.loads(exchange.response.body)
    first = body["predictions"][0]
    image = Image.open(io.BytesIO(base64.b64decode(first["bytesBase64Encoded"])))
    first.update(bytesBase64Encoded=base64.b64encode(redraw(image)).decode(), **fields)
    return with_response(exchange, 200, json.dumps(body).encode())


def described(image: Image.Image) -> bytes:
    """A PNG that says of its origin what the true one says."""
    from imagen_fake.imaging.files.codec import encode
    from imagen_fake.imaging.files.metadata import Metadata

    made = Metadata("AI Generated", "TrainedAlgorithmicMedia")
    return encode(image, "image/png", metadata=made)


@sweep(
    ("exchange", "check", "pointer"),
    [
        (redrawn("pictures", lambda image: described(image.resize((1000, 1000)))), "size",
         "tables/image_sizes.json#/sizes/1K"),
        (redrawn("2K", lambda image: described(image.resize((896, 1280)))), "size",
         "tables/image_sizes.json#/sizes/2K"),
        (redrawn("edit", lambda image: described(image.resize((128, 128)))), "size",
         "tasks/edit.json#"),
        (redrawn("upscale", lambda image: file_of(image.resize((96, 64)))), "size",
         "upscaleFactor"),
        (redrawn("segment", lambda image: file_of(image.resize((64, 64)))), "size",
         "tasks/segment.json#"),
        (redrawn("segment", lambda image: file_of(image.convert("RGB"))), "mode",
         "tasks/segment.json#"),
        (redrawn("pictures", lambda image: file_of(image.convert("RGBA"))), "mode",
         "tasks/generate.json#"),
        (redrawn("pictures", lambda image: file_of(image, "JPEG")), "mime",
         f"{GENERATE}/outputOptions/properties/mimeType/default"),
        (redrawn("JPEG", lambda image: file_of(image, "PNG")), "mime",
         f"{GENERATE}/outputOptions/properties/mimeType"),
        (redrawn("pictures", described, mimeType="image/jpeg"), "mime",
         f"{GENERATE}/outputOptions/properties/mimeType/default"),
        (redrawn("pictures", lambda image: described(add_watermark(image))), "watermark",
         f"{GENERATE}/addWatermark"),
        (redrawn("scored", lambda image: described(Image.new("RGB", image.size))),
         "watermark", f"{GENERATE}/addWatermark/default"),
        (redrawn("pictures", lambda image: file_of(Image.frombytes("RGB", image.size,
         image.tobytes()))), "metadata", f"{METADATA}/image~1png"),
        (redrawn("JPEG", lambda image: file_of(image, "JPEG", xmp=b"<x>an editor</x>")),
         "metadata", METADATA),
        (redrawn("pictures", lambda _: b"no picture"), "base64", "responses/generate.json#"),
    ],
)  # fmt: skip
def test_a_deviation_is_reported_with_its_fact(
    exchange: Exchange, check: str, pointer: str
) -> None:
    assert blames(exchange, check, pointer)


def test_base64_that_is_none_is_reported() -> None:
    exchange = true_exchange("pictures")
    body = json.loads(exchange.response.body)
    body["predictions"][0]["bytesBase64Encoded"] = "not base64!"
    reported = {
        one.check for one in differences(with_response(exchange, 200, json.dumps(body).encode()))
    }
    assert "base64" in reported


def test_a_redrawn_picture_that_deviates_in_nothing_is_not_reported() -> None:
    assert differences(redrawn("pictures", described)) == []


@pytest.mark.parametrize(
    ("mime_type", "name"),
    [("image/png", "PNG"), ("image/vnd.microsoft.icon", "ICO"), ("image/tiff", "TIFF"),
     ("text/plain", None)],
)  # fmt: skip
def test_types_have_a_format(mime_type: str, name: str | None) -> None:
    assert format_of(mime_type) == name


def test_a_ratio_makes_the_size_of_the_table() -> None:
    case = generate_case(sampleImageSize="2K", aspectRatio="9:16")
    assert expected_size(case, effective_request(case)) == (1536, 2816)


def test_an_edit_has_the_size_of_its_picture() -> None:
    case = picture_case("wide", EDITING, "edit", {"referenceImages": [raw_reference((300, 100))]})
    assert expected_size(case, effective_request(case)) == (300, 100)


def test_the_size_of_a_picture_that_is_elsewhere_is_not_known() -> None:
    reference = {"referenceType": "REFERENCE_TYPE_RAW", "referenceImage": {"gcsUri": "gs://b/o"}}
    case = picture_case("stored", EDITING, "edit", {"referenceImages": [reference]})
    assert expected_size(case, effective_request(case)) is None


def test_a_plain_picture_says_nothing_of_its_origin() -> None:
    assert embedded_origin(Image.new("RGB", (8, 8))) == {"credit": "", "xmp": ""}

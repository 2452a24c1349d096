"""Which files the kit opens as pictures."""

import pytest

from imagen_fake.contract.bodies.pictures import encode_image, picture
from imagen_fake.contract.picture_file import FORMATS, open_picture


@pytest.mark.parametrize("kind", FORMATS)
def test_pictures_of_every_format_are_decoded(kind: str) -> None:
    image = open_picture(encode_image(picture(), kind))
    assert image is not None
    assert (image.format, image.size) == (kind, (64, 64))


@pytest.mark.parametrize("data", [b"", b"no picture", encode_image(picture())[:200],
                                  encode_image(picture(), "PPM")])  # fmt: skip
def test_what_is_no_picture_of_these_formats_is_none(data: bytes) -> None:
    assert open_picture(data) is None

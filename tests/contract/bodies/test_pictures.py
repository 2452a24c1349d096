"""Pictures to send: what they are, and what is wrong with the broken ones."""

import base64
import io

import pytest
from PIL import Image

from imagen_fake.contract.bodies import pictures
from imagen_fake.imaging.files.loading import BadPictureError, Limits, open_picture
from tests.sweep import sweep

LIMITS = Limits(("PNG", "JPEG", "GIF", "BMP", "WEBP"), 10_000_000, 64_000_000)
IN_FILES = ["picture_empty", "picture_format", "picture_truncated", "picture_too_many_pixels"]


def opened(text: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(text, validate=True)))


@sweep(("kind", "mode"), [(kind, mode) for kind in LIMITS.formats for mode in pictures.modes(kind)])
def test_a_picture_has_the_format_the_mode_and_the_size_that_are_asked(
    kind: str, mode: str
) -> None:
    for size in pictures.SIZES:
        media = pictures.media(size=size, kind=kind, mode=mode)
        with opened(media["bytesBase64Encoded"]) as image:
            assert (image.format, image.mode, image.size) == (kind, mode, size)


def test_every_mode_occurs_in_some_format() -> None:
    assert {mode for kind in LIMITS.formats for mode in pictures.modes(kind)} == {*pictures.MODES}


@pytest.mark.parametrize("size", pictures.SIZES)
def test_a_mask_is_black_and_white_and_as_large_as_its_picture(size: pictures.Size) -> None:
    mask = pictures.mask(size)
    assert mask.size == pictures.picture(size).size
    assert {level for _, level in mask.getcolors() or ()} == {0, 255}


@pytest.mark.parametrize(
    "fault", [fault for fault in pictures.FAULTS.values() if fault.error in IN_FILES]
)
def test_a_broken_picture_is_broken_as_its_error_says(fault: pictures.Fault) -> None:
    with pytest.raises(BadPictureError) as caught:
        open_picture(base64.b64decode(fault.text()), LIMITS)
    assert f"picture_{caught.value.reason}" == fault.error


def test_what_is_no_base64_has_other_characters() -> None:
    with pytest.raises(ValueError, match="base64"):
        base64.b64decode(pictures.FAULTS["not base64"].text(), validate=True)


def test_a_heavy_picture_is_whole_and_has_more_bytes_than_asked() -> None:
    text = pictures.oversized_file(50_000)
    with opened(text) as image:
        image.load()
    assert 50_000 < len(base64.b64decode(text)) < 52_000


def test_a_mislabelled_picture_is_another_format_than_it_says() -> None:
    media = pictures.mislabelled()
    with opened(media["bytesBase64Encoded"]) as image:
        assert Image.MIME[image.format or ""] != media["mimeType"]


def test_plain_pictures_are_a_kilobyte_at_most() -> None:
    assert len(pictures.media()["bytesBase64Encoded"]) < 1024
    assert len(pictures.media(masking=True)["bytesBase64Encoded"]) < 1024

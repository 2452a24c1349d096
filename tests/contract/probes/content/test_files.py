"""Files of another layout are noticed."""

from dataclasses import replace

from imagen_fake.contract.bodies.pictures import encode_image, picture
from imagen_fake.contract.probes.content.files import file_differences, png_chunks
from imagen_fake.contract.probes.content.reading import pictures
from tests.contract.probes.content.answering import LITE, plain


def test_a_true_file_is_as_its_layout_says_and_not_as_another() -> None:
    (found,) = pictures(plain())
    assert not list(file_differences(LITE, found, "gemini-3-jpeg"))
    other = {one.check for one in file_differences(LITE, found, "vertex-lite-jpeg")}
    assert other == {"quantisers", "dpi"}


def test_a_type_that_is_not_the_files_is_noticed() -> None:
    (found,) = pictures(plain())
    lying = replace(found, mime_type="image/png")
    assert [one.check for one in file_differences(LITE, lying, "gemini-3-jpeg")] == ["type"]


def test_chunks_of_a_png_are_read() -> None:
    names = [name for name, _ in png_chunks(encode_image(picture()))]
    assert (names[0], names[-1]) == ("IHDR", "IEND")

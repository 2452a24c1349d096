import pytest
from PIL import Image

from imagen_fake.imaging.editing.coons import coons_patch, transpose

SIZE = (40, 30)


def side(*colours: str, upright: bool = True) -> Image.Image:
    """A side of a patch: each colour as long as the others."""
    strip = Image.new("RGB", (len(colours), 1))
    for place, colour in enumerate(colours):
        strip.paste(colour, (place, 0, place + 1, 1))
    long = strip.resize((SIZE[1] if upright else SIZE[0], 1), Image.Resampling.NEAREST)
    return transpose(long) if upright else long


def test_rows_lead_from_one_side_to_the_other() -> None:
    west = east = side("white", "green", "blue")
    patch = coons_patch((west, east), (None, None), SIZE)
    assert patch.tobytes() == west.resize(SIZE, Image.Resampling.NEAREST).tobytes()


def test_columns_lead_where_they_agree_more() -> None:
    above = below = side("white", "black", upright=False)
    patch = coons_patch((side("white"), side("black")), (above, below), SIZE)
    assert patch.tobytes() == above.resize(SIZE, Image.Resampling.NEAREST).tobytes()


def test_one_side_is_enough() -> None:
    patch = coons_patch((None, side("red")), (None, None), SIZE)
    assert patch.getcolors() == [(SIZE[0] * SIZE[1], (255, 0, 0))]


def test_what_is_above_is_met_if_that_is_wanted() -> None:
    across, down = (side("#808080"), side("#808080")), (side("#a0a0a0", upright=False), None)
    assert coons_patch(across, down, SIZE).getpixel((20, 0)) == (160, 160, 160)
    assert coons_patch(across, down, SIZE, all_sides=False).getpixel((20, 0)) == (128, 128, 128)


def test_without_a_side_there_is_no_patch() -> None:
    with pytest.raises(ValueError, match="side"):
        coons_patch((None, None), (None, None), SIZE)

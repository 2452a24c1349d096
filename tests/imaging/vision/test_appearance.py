import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageColor

from imagen_fake.imaging.vision.appearance import COLOURS, appearance_of, colour_name
from tests.pictures import Size, product
from tests.sweep import sweep


@sweep(
    ("colour", "called"),
    [
        ("red", "red"), ("crimson", "red"), ("orange", "orange"), ("chocolate", "orange"),
        ("gold", "yellow"), ("yellow", "yellow"), ("lime", "green"), ("darkgreen", "green"),
        ("seagreen", "green"), ("turquoise", "turquoise"), ("teal", "turquoise"),
        ("blue", "blue"), ("navy", "blue"), ("skyblue", "blue"), ("purple", "purple"),
        ("indigo", "purple"), ("pink", "pink"), ("hotpink", "pink"), ("brown", "brown"),
        ("saddlebrown", "brown"), ("black", "black"), ("#100e22", "black"), ("grey", "grey"),
        ("silver", "grey"), ("white", "white"), ("ivory", "white"),
    ],
)  # fmt: skip
def test_a_colour_has_the_name_people_give_it(colour: str, called: str) -> None:
    assert appearance_of(Image.new("RGB", (40, 30), colour)).colours == (called,)


@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))
def test_every_colour_has_a_name(hue: int, saturation: int, value: int) -> None:
    assert colour_name(hue, saturation, value) in COLOURS


def test_the_widest_spread_colour_comes_first() -> None:
    assert appearance_of(product((300, 200), "blue")).colours == ("white", "blue")


def test_a_speck_is_not_seen() -> None:
    image = Image.new("RGB", (100, 100), "white")
    image.paste("red", (0, 0, 10, 10))
    assert appearance_of(image).colours == ("white",)


@pytest.mark.parametrize(
    ("size", "shape"),
    [((100, 100), "square"), ((104, 100), "square"), ((160, 90), "wide"), ((90, 160), "tall")],
)
def test_a_shape_follows_from_the_sides(size: Size, shape: str) -> None:
    seen = appearance_of(Image.new("RGB", size))
    assert (seen.width, seen.height, seen.shape) == (*size, shape)


@pytest.mark.parametrize(
    ("colour", "light"),
    [
        ("black", "dark"),
        ("navy", "dark"),
        ("#545454", "dark"),
        ("#565656", "medium"),
        ("grey", "medium"),
        ("#a9a9a9", "medium"),
        ("#ababab", "bright"),
        ("white", "bright"),
    ],
)
def test_a_picture_is_as_light_as_its_pixels(colour: str, light: str) -> None:
    grey = ImageColor.getrgb(colour)
    assert appearance_of(Image.new("RGB", (2000, 3), grey)).light == light


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "CMYK"])
def test_a_picture_of_any_mode_is_looked_at(mode: str) -> None:
    assert appearance_of(Image.new(mode, (1, 1))).colours in (("black",), ("white",))

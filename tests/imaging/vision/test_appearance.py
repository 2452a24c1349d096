import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageColor

from imagen_fake.imaging.vision.appearance import (
    COLOURS,
    Appearance,
    appearance_of,
    colour_name,
    compare,
)
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


WIDE = Appearance(256, 200, ("red",), "medium")
TALL = Appearance(120, 240, ("red",), "medium")
SQUARE = Appearance(256, 256, ("red",), "medium")


@sweep(
    ("text", "true_of"),
    [
        ("is it 256 pixels wide?", [WIDE, SQUARE]),
        ("is it 240px high?", [TALL]),
        ("is the width 120?", [TALL]),
        ("is it 256 pixels wide and 200 pixels tall?", [WIDE]),
        ("is it 256 x 200?", [WIDE]),
        ("is it 120x240", [TALL]),
        ("is it 256 by 256 pixels?", [SQUARE]),
        ("is it 256 \N{MULTIPLICATION SIGN} 256?", [SQUARE]),
        ("is it more than 200 pixels wide?", [WIDE, SQUARE]),
        ("is it less than 240 pixels high?", [WIDE]),
        ("is it at least 240 pixels high?", [TALL, SQUARE]),
        ("is it at most 240 pixels high?", [WIDE, TALL]),
        ("is it wider than 200 pixels?", [WIDE, SQUARE]),
        ("is it narrower than 200 pixels?", [TALL]),
        ("is it shorter than 240 pixels?", [WIDE]),
        ("is it larger than 150 pixels?", [WIDE, SQUARE]),
        ("is it smaller than 256 x 256?", [TALL]),
        ("is it smaller than 257 x 257?", [WIDE, TALL, SQUARE]),
        ("is it wider than it is tall?", [WIDE]),
        ("is the height larger than the width?", [TALL]),
        ("is the height smaller than the width?", [WIDE]),
        ("are width and height the same?", [SQUARE]),
        ("is it as wide as it is high?", [SQUARE]),
    ],
)
def test_what_is_said_of_the_sides_is_compared_with_them(
    text: str, true_of: list[Appearance]
) -> None:
    for seen in (WIDE, TALL, SQUARE):
        assert compare(text, seen) is (seen in true_of)


@sweep(
    "text",
    [
        "", "is it wide?", "is it tall or wide?", "is it square?", "are there 2 tall trees?",
        "are there 3 cats?", "is there a cat as tall as a tree?", "is it larger than a house?",
        "are there 2 xylophones?", "is it red?",
    ],
)  # fmt: skip
def test_what_speaks_of_no_side_in_pixels_is_not_compared(text: str) -> None:
    assert compare(text, WIDE) is None


@given(st.integers(1, 10_000), st.integers(1, 10_000), st.integers(1, 10_000))
def test_more_less_and_equal_exclude_one_another(width: int, height: int, number: int) -> None:
    seen = Appearance(width, height, ("red",), "medium")
    said = [
        compare(f"is it {word} {number} pixels wide?", seen)
        for word in ("more than", "less than", "exactly")
    ]
    assert said == [width > number, width < number, width == number]


@given(st.text("0123456789 xbypels,?", max_size=60))
def test_any_numbers_are_read(text: str) -> None:
    assert compare(text, WIDE) in (True, False, None)


def test_a_number_of_ten_thousand_digits_is_read() -> None:
    assert compare(f"is it {'9' * 10_000} pixels wide?", WIDE) in (False, None)

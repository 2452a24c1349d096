from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.imaging.painting.dice import Dice
from imagen_fake.imaging.painting.palette import (
    DARK,
    WHITE,
    Inks,
    choose_scheme,
    distance,
    luma,
    mix,
    parse_colour,
)
from imagen_fake.imaging.prompt.interpretation import interpret

COLOURS = st.tuples(*[st.integers(0, 255)] * 3)


@given(COLOURS, COLOURS)
def test_mixing_leads_from_the_first_colour_to_the_second(
    first: tuple[int, int, int], second: tuple[int, int, int]
) -> None:
    assert (mix(first, second, 0), mix(first, second, 100)) == (first, second)


@given(COLOURS, COLOURS)
def test_distance_is_symmetric_and_none_from_itself(
    first: tuple[int, int, int], second: tuple[int, int, int]
) -> None:
    assert distance(first, second) == distance(second, first)
    assert distance(first, first) == 0


def test_white_is_light_and_black_is_not() -> None:
    assert (luma(WHITE), luma((0, 0, 0))) == (255, 0)


def test_a_colour_is_parsed_from_hexadecimal() -> None:
    assert parse_colour("#0a10ff") == (10, 16, 255)


def test_the_words_of_a_prompt_choose_the_scheme() -> None:
    night = [
        choose_scheme(interpret("at night"), "hills", None, Dice(bytes([n]))) for n in range(9)
    ]
    noon = [choose_scheme(interpret("at noon"), "hills", None, Dice(bytes([n]))) for n in range(9)]
    assert max(luma(s.sky_top) for s in night) < min(luma(s.sky_top) for s in noon)


def test_the_hour_lights_a_picture_whatever_else_it_is() -> None:
    seeds = [Dice(bytes([seed])) for seed in range(8)]
    dusk = {choose_scheme(interpret("sunset"), "hills", None, dice) for dice in seeds}
    seeds = [Dice(bytes([seed])) for seed in range(8)]
    old = {choose_scheme(interpret("an old sea at sunset"), "hills", None, dice) for dice in seeds}
    assert old == dusk


def test_a_style_chooses_before_the_words_do() -> None:
    scheme = choose_scheme(interpret("at noon"), "hills", "cyberpunk", Dice(b""))
    assert luma(scheme.sky_top) < 80


def test_a_colour_in_the_prompt_tints_the_sky() -> None:
    sky = choose_scheme(interpret("teal"), "abstract", None, Dice(b"")).sky_top
    assert distance(sky, parse_colour("#128c8c")) < distance(
        parse_colour("#888888"), parse_colour("#128c8c")
    )


def test_the_caption_is_legible_in_every_scheme() -> None:
    words = ["sunset", "night", "winter", "autumn", "spring", "neon", "retro", "candy", "minimal"]
    for word in words:
        for seed in range(6):
            scheme = choose_scheme(interpret(word), "abstract", None, Dice(bytes([seed])))
            assert abs(luma(scheme.plate) - luma(scheme.ink)) > 110, tuple(scheme)


def test_an_ink_is_numbered_once() -> None:
    inks = Inks()
    assert (inks.number(DARK), inks.number(WHITE), inks.number(DARK)) == (0, 1, 0)


def test_a_ramp_leads_from_one_colour_to_another() -> None:
    inks = Inks()
    ramp = inks.ramp((0, 0, 0), (100, 200, 50), 5)
    colours = inks.palette(WHITE, 0)
    assert colours[: 3 * 5 : 3] == bytes([0, 25, 50, 75, 100])
    assert list(ramp) == [0, 1, 2, 3, 4]


def test_the_upper_half_of_the_palette_is_under_the_wash() -> None:
    inks = Inks()
    inks.number((100, 100, 100))
    palette = inks.palette(WHITE, 40)
    assert (tuple(palette[:3]), tuple(palette[384:387])) == ((100, 100, 100), (162, 162, 162))


def test_inks_beyond_the_last_are_the_last() -> None:
    inks = Inks()
    numbers = [inks.number((n, n, 0)) for n in range(200)]
    assert max(numbers) == 127
    assert len(inks.palette(DARK, 20)) == 768

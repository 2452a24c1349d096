import json
from pathlib import Path

from fonticon_mdi7 import MDI7

from imagen_fake.imaging.lettering import fonts
from imagen_fake.imaging.painting.backdrop import settings
from imagen_fake.imaging.painting.palette import parse_colour
from imagen_fake.imaging.painting.treatment import TREATMENTS
from imagen_fake.imaging.prompt.vocabulary import Meaning, meaning_of, vocabulary
from tests.sweep import sweep

KNOWN = vocabulary()
SAID = KNOWN.words.values()


def test_every_icon_is_in_the_icon_font() -> None:
    icons = {meaning.icon for meaning in SAID if meaning.icon} | set(KNOWN.natural)
    assert [icon for icon in sorted(icons) if not hasattr(MDI7, icon)] == []


def test_every_icon_has_the_character_its_font_gives_it() -> None:
    icons = json.loads((Path(fonts.__file__).parent / "icons.json").read_bytes())
    for icon in icons:
        assert getattr(MDI7, icon) == f"mdi7.{fonts.icon_character(icon)}"


def test_every_icon_of_the_vocabulary_can_be_drawn() -> None:
    icons = {meaning.icon for meaning in SAID if meaning.icon}
    for icon in sorted(icons):
        assert fonts.icon_mask(icon, 40).getbbox()


def test_every_setting_can_be_painted() -> None:
    named = {meaning.setting for meaning in SAID if meaning.setting}
    named |= {setting for settings in KNOWN.habitats.values() for setting in settings}
    assert named <= set(settings())


def test_every_setting_has_moods_and_every_mood_schemes() -> None:
    moods = {mood for names in KNOWN.setting_moods.values() for mood in names}
    moods |= {mood for names in KNOWN.style_moods.values() for mood in names}
    moods |= {meaning.mood for meaning in SAID if meaning.mood}
    assert set(KNOWN.setting_moods) == set(settings())
    assert moods <= set(KNOWN.schemes)


def test_every_habitat_has_settings() -> None:
    assert {meaning.habitat for meaning in SAID if meaning.habitat} == set(KNOWN.habitats)


def test_every_scheme_has_eleven_colours() -> None:
    rows = [row for rows in KNOWN.schemes.values() for row in rows]
    assert {len(row) for row in rows} == {11}
    assert all(0 <= part <= 255 for row in rows for colour in row for part in parse_colour(colour))


def test_every_style_word_names_a_treatment() -> None:
    assert {meaning.style for meaning in SAID if meaning.style} <= set(TREATMENTS)


@sweep(
    ("word", "icon"),
    [
        ("cat", "cat"),
        ("cats", "cat"),
        ("foxes", "dog_side"),
        ("berries", "fruit_cherries"),
        ("ponies", "horse_variant"),
        ("wolves", "dog_side"),
        ("mice", "rodent"),
        ("ice_cream", "ice_cream"),
        ("vase", "bottle_tonic"),
        ("knives", "knife"),
        ("dresses", "human_female"),
    ],
)
def test_a_noun_is_known_in_singular_and_plural(word: str, icon: str) -> None:
    meaning = meaning_of(word)
    assert meaning
    assert meaning.icon == icon


def test_a_word_may_say_several_things() -> None:
    assert meaning_of("ocean") == Meaning(setting="sea", mood="ocean")


def test_an_unknown_word_means_nothing() -> None:
    assert meaning_of("zork") is None

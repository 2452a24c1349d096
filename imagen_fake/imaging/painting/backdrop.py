"""Settings, painted by the steps of `settings.json`; the last one is their stage.

A step is a painter and what it takes: numbers, "focus", heights in hundredths of the scene, as
"84%" or, one unit lower, "84%+1", and colours of the scheme. "far/white/20" is `far` with 20 per
cent of white.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from imagen_fake.imaging.painting import scenery, terrain
from imagen_fake.imaging.painting.abstract import paint_abstract
from imagen_fake.imaging.painting.interiors import paint_studio, paint_table
from imagen_fake.imaging.painting.page import Page, Stage
from imagen_fake.imaging.painting.palette import DARK, WHITE, Colour, Scheme, mix, parse_colour

HEIGHT = re.compile(r"(\d+)%(?:\+(\d+))?")


Argument = Callable[[Page, int], int | Colour]
"""What a word of a step stands for on a page, with its focus."""


@cache
def settings() -> Mapping[str, Sequence[tuple[str, Sequence[Argument]]]]:
    """Return the steps of each setting: the name of a painter, and what it takes."""
    table = json.loads(Path(__file__).with_name("settings.json").read_bytes())
    words = {setting: list(map(str.split, steps)) for setting, steps in table.items()}
    return {
        setting: [(name, list(map(_argument, arguments))) for name, *arguments in steps]
        for setting, steps in words.items()
    }


def paint_backdrop(page: Page, setting: str, focus: int) -> Stage:
    """Paint a setting; `focus` is where across the page, in pixels, the subject will be."""
    for name, arguments in settings()[setting]:
        painted = PAINTERS[name](page, *(argument(page, focus) for argument in arguments))
    stage: Stage = painted
    return stage


def _argument(word: str) -> Argument:
    if word == "focus":
        return lambda _, focus: focus
    if word.isdecimal():
        return lambda *_: int(word)
    if match := HEIGHT.fullmatch(word):
        percent, units = int(match[1]), int(match[2] or 0)
        return lambda page, _: page.bottom * percent // 100 + units * page.unit
    return lambda page, _: _colour(page.scheme, *word.split("/"))


def _colour(scheme: Scheme, name: str, *mixed: str) -> Colour:
    """Return a colour of the scheme, "white", "dark" or "#rrggbb", with others mixed in."""
    if mixed:
        *others, other, percent = name, *mixed
        return mix(_colour(scheme, *others), _colour(scheme, other), int(percent))
    if name.startswith("#"):
        return parse_colour(name)
    colour: Colour = {"white": WHITE, "dark": DARK}.get(name) or getattr(scheme, name)
    return colour


PAINTERS: Mapping[str, Callable[..., Any]] = {
    **vars(scenery),
    **vars(terrain),
    "stage": lambda _, floor, behind: Stage(floor, behind),
    "studio": paint_studio,
    "table": paint_table,
    "abstract": paint_abstract,
}
"""What a step begins with: a function of scenery or terrain by its name, or one of these."""

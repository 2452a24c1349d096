"""Typefaces and their rendered glyphs.

Only fonts that come as Python packages, or that the user names, are ever read: pixels do not
depend on what a system has installed.
"""

import importlib.util
import json
from collections.abc import Container, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageFont

from imagen_fake.store import LRUCache

TEXT, SMALL, NUMERAL, ICON = "text", "small", "numeral", "icon"
INTER_AXES = {TEXT: (24, 600), SMALL: (18, 500), NUMERAL: (32, 800)}  # optical size, weight
FONT_PACKAGES = (  # those that are installed are used; the first that has a character wins
    "fontpkg_noto_sans_devanagari",
    "fontpkg_noto_sans_arabic",
    "fontpkg_noto_sans_thai",
    "fontpkg_noto_sans_tamil",
    "fontpkg_noto_sans_telugu",
    "fontpkg_noto_sans_khmer",
    "fontpkg_noto_sans",
    "noto_cjk_sans_jp_regular",
)

LATIN_1 = 0x100  # the face of text has every printable character below this one
_user_fonts: list[Path] = []


class Glyph(NamedTuple):
    """A cut glyph or shaped word: its mask, where it sits from the pen, how far the pen moves."""

    mask: Image.Image | None
    left: int  # pixels
    top: int  # pixels from the baseline, negative is up
    advance: int  # 64ths of a pixel


_glyphs: LRUCache[tuple[str, int, str], Glyph] = LRUCache(
    4 << 20, lambda _, glyph: 300 + (glyph.mask.width * glyph.mask.height if glyph.mask else 0)
)


def use_fonts(paths: Sequence[Path]) -> None:
    """Use these font files, in this order, for characters that the fonts from packages lack.

    Meant to be called once, at start.

    Raises:
        ValueError: for a file that is no scalable font, or has no Unicode character map.
    """
    from imagen_fake.imaging.lettering.shaping import read_coverage

    for path in paths:
        try:
            ImageFont.truetype(str(path), 20)
            read_coverage(path)
        except OSError as error:
            raise ValueError(f"{path} is not a scalable font: {error}") from error
    _user_fonts[:] = paths
    extra_faces.cache_clear()
    _coverages.cache_clear()


@cache
def extra_faces() -> tuple[str, ...]:
    """Return the faces beyond Inter, in the order they are tried; each is a font file's path."""
    package_files = [path for name in FONT_PACKAGES for path in _files_of(name)]
    return tuple(str(path) for path in [*package_files, *_user_fonts])


@lru_cache(maxsize=24)
def face(name: str, size: int) -> ImageFont.FreeTypeFont:
    """Return a face at a size in pixels; a name is TEXT, SMALL, NUMERAL, ICON or a path."""
    if name in INTER_AXES:
        inter = ImageFont.truetype(str(inter_file()), size, layout_engine=ImageFont.Layout.BASIC)
        inter.set_variation_by_axes(list(INTER_AXES[name]))
        return inter
    path = str(_files_of("fonticon_mdi7")[0]) if name == ICON else name
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


def face_of(character: str) -> str | None:
    """Return the face that has a glyph for `character`, or None."""
    if ord(character) < LATIN_1 and character.isprintable():  # most texts need no other
        return TEXT
    return next((name for name, has in _coverages() if ord(character) in has), None)


@cache
def _coverages() -> tuple[tuple[str, Container[int]], ...]:
    # HarfBuzz is loaded for scripts that need it: most prompts do not.
    from imagen_fake.imaging.lettering.shaping import read_coverage

    extras = [(name, read_coverage(Path(name))) for name in extra_faces()]
    return ((TEXT, read_coverage(inter_file())), *extras)


def glyph(name: str, size: int, text: str) -> Glyph:
    """Return a word in a face at a size in pixels, as one mask."""
    return _glyphs.get_or_create((name, size, text), lambda: _typeset(name, size, text))


def icon_mask(icon: str, size: int) -> Image.Image:
    """Return an icon's coverage, 0 to 255, cropped to its ink, from a face of `size` pixels."""
    mask = _render(face(ICON, size), icon_character(icon)).mask
    return mask.crop(mask.getbbox()) if mask else Image.new("L", (1, 1))


def icon_character(icon: str) -> str:
    """Return the character that stands for an icon in the icon font."""
    return chr(int(_icons()[icon], 16))


def icon_of(character: str) -> str | None:
    """Return the icon that a character of the icon font stands for, or None."""
    return next((icon for icon in _icons() if icon_character(icon) == character), None)


@cache
def _icons() -> Mapping[str, str]:
    # The font's package names them too, but takes 30 ms to import: it has 7,296.
    icons: Mapping[str, str] = json.loads(Path(__file__).with_name("icons.json").read_bytes())
    return icons


def _typeset(name: str, size: int, text: str) -> Glyph:
    """Return a word: of cached letters in Latin, shaped as a whole in other scripts."""
    if len(text) == 1:
        return _render(face(name, size), text)
    if name not in INTER_AXES:
        return _render_shaped(name, size, text)
    pen, letters = 0, []
    for letter in text:
        part = glyph(name, size, letter)
        letters.append((pen + 32 >> 6, part))
        pen += part.advance
    return _merge([(x + part.left, part.top, part.mask) for x, part in letters if part.mask], pen)


def _merge(parts: list[tuple[int, int, Image.Image]], advance: int) -> Glyph:
    """Return masks at their places (left, top) as one glyph."""
    if not parts:
        return Glyph(None, 0, 0, advance)
    left, top = min(x for x, _, _ in parts), min(y for _, y, _ in parts)
    right = max(x + mask.width for x, _, mask in parts)
    bottom = max(y + mask.height for _, y, mask in parts)
    whole = Image.new("L", (right - left, bottom - top))
    for x, y, mask in parts:
        whole.paste(255, (x - left, y - top), mask)
    return Glyph(whole, left, top, advance)


def _render_shaped(path: str, size: int, text: str) -> Glyph:
    from imagen_fake.imaging.lettering.shaping import glyph_font, shape

    places, advance = shape(path, size, text)
    parts = [(_render(glyph_font(path, size), one.character), one) for one in places]
    masks = [
        (part.left + (one.x + 32 >> 6), part.top - (one.y + 32 >> 6), part.mask)
        for part, one in parts if part.mask
    ]  # fmt: skip
    return _merge(masks, advance)


def _render(font: ImageFont.FreeTypeFont, text: str) -> Glyph:
    advance = round(font.getlength(text) * 64)
    bitmap, (left, top) = font.getmask2(text, anchor="ls")
    if 0 in bitmap.size:
        return Glyph(None, 0, 0, advance)
    mask = Image.new("L", bitmap.size)
    mask.im.paste(bitmap, (0, 0, *bitmap.size))
    return Glyph(mask, left, top, advance)


def inter_file() -> Path:
    """Return the file of the face of Latin, Greek and Cyrillic."""
    return next(path for path in _files_of("fontpkg_inter") if "Italic" not in path.name)


@cache
def _files_of(package: str) -> list[Path]:
    spec = importlib.util.find_spec(package)
    folders = spec.submodule_search_locations if spec else None
    return [path for folder in folders or () for path in sorted(Path(folder).rglob("*.[to]tf"))]

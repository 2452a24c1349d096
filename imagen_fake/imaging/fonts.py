"""The typefaces pictures are lettered in, and the glyphs cut from them.

Only fonts that come as Python packages, or that the user names, are ever read: pixels do not
depend on what a system has installed.
"""

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, features

from imagen_fake.imaging.shelf import Shelf

TEXT, SMALL, NUMERAL, ICON = "text", "small", "numeral", "icon"
INTER_AXES = {TEXT: (24, 600), SMALL: (18, 500), NUMERAL: (32, 800)}  # optical size, weight
KNOWN_PACKAGES = (  # those that are installed are used; the first that has a character wins
    "fontpkg_noto_sans_devanagari",
    "fontpkg_noto_sans_arabic",
    "fontpkg_noto_sans_thai",
    "fontpkg_noto_sans_tamil",
    "fontpkg_noto_sans_telugu",
    "fontpkg_noto_sans_khmer",
    "fontpkg_noto_sans",
    "noto_cjk_sans_jp_regular",
)
PROBE = 20  # pixels; the size at which coverage is looked up
ABSENT = "\U0010ffff"  # a noncharacter: every font answers with its .notdef glyph

_user_fonts: list[Path] = []


@dataclass(frozen=True, slots=True)
class Glyph:
    """A cut glyph or shaped word: its mask, where it sits from the pen, how far the pen moves."""

    mask: Image.Image | None
    left: int  # pixels
    top: int  # pixels from the baseline, negative is up
    advance: int  # 64ths of a pixel


_glyphs: Shelf[Glyph] = Shelf(
    4 << 20, lambda g: 300 + (g.mask.width * g.mask.height if g.mask else 0)
)


def use_fonts(paths: Sequence[Path]) -> None:
    """Use these font files for characters that the fonts from packages lack.

    Meant to be called once, at start: pictures lettered before are not made anew.

    Raises:
        ValueError: for a file that is no scalable font.
    """
    for path in paths:
        try:
            ImageFont.truetype(str(path), PROBE)
        except OSError as error:
            raise ValueError(f"{path} is not a scalable font: {error}") from error
    _user_fonts[:] = paths
    extra_faces.cache_clear()
    face_of.cache_clear()
    face.cache_clear()


@cache
def extra_faces() -> tuple[str, ...]:
    """Return the faces beyond Inter, in the order they are tried; each is a font file's path."""
    packaged = [path for name in KNOWN_PACKAGES for path in _files_of(name)]
    return tuple(str(path) for path in [*packaged, *_user_fonts])


@lru_cache(maxsize=48)
def face(name: str, size: int) -> ImageFont.FreeTypeFont:
    """Return a face at a size in pixels; a name is TEXT, SMALL, NUMERAL, ICON or a path."""
    if name in INTER_AXES:
        inter = ImageFont.truetype(str(_inter()), size, layout_engine=ImageFont.Layout.BASIC)
        inter.set_variation_by_axes(list(INTER_AXES[name]))
        return inter
    if name == ICON:
        return ImageFont.truetype(_icons_file(), size, layout_engine=ImageFont.Layout.BASIC)
    return ImageFont.truetype(name, size, layout_engine=_shaping())


@lru_cache(maxsize=4096)
def face_of(character: str) -> str | None:
    """Return the face that has a glyph for `character`, or None."""
    return next((name for name in (TEXT, *extra_faces()) if _covers(name, character)), None)


def glyph(name: str, size: int, text: str) -> Glyph:
    """Return `text` cut from a face at a size in pixels."""
    return _glyphs.take((name, size, text), lambda: _cut(name, size, text))


def icon_mask(icon: str, size: int) -> Image.Image:
    """Return an icon's coverage, 0 to 255, cropped to its ink, from a face of `size` pixels."""
    return _cut(ICON, size, icon_character(icon)).mask or Image.new("L", (1, 1))


@lru_cache(maxsize=512)
def icon_character(icon: str) -> str:
    """Return the character that stands for an icon in the icon font."""
    from fonticon_mdi7 import MDI7  # 7,296 attributes: read only when a picture is drawn

    return str(getattr(MDI7, icon)).removeprefix("mdi7.")


def _cut(name: str, size: int, text: str) -> Glyph:
    font = face(name, size)
    left, top, right, bottom = (round(edge) for edge in font.getbbox(text, anchor="ls"))
    advance = round(font.getlength(text) * 64)
    if right <= left or bottom <= top:
        return Glyph(None, 0, 0, advance)
    mask = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(mask).text((-left, -top), text, 255, font, anchor="ls")
    return Glyph(mask, left, top, advance)


def _covers(name: str, character: str) -> bool:
    drawn = _cut(name, PROBE, character)
    absent = _absent(name)
    if drawn.mask is None or absent.mask is None:
        return drawn.mask is not absent.mask and drawn.advance != 0
    return drawn.mask.size != absent.mask.size or drawn.mask.tobytes() != absent.mask.tobytes()


@lru_cache(maxsize=64)
def _absent(name: str) -> Glyph:
    return _cut(name, PROBE, ABSENT)


@cache
def _inter() -> Path:
    return next(path for path in _files_of("fontpkg_inter") if "Italic" not in path.name)


@cache
def _icons_file() -> str:
    from fonticon_mdi7 import MDI7

    return str(MDI7.__font_file__)


@cache
def _shaping() -> ImageFont.Layout:
    """Raqm joins and reorders what Indic and Arabic scripts need; most wheels carry it."""
    return ImageFont.Layout.RAQM if features.check("raqm") else ImageFont.Layout.BASIC


def _files_of(package: str) -> list[Path]:
    spec = importlib.util.find_spec(package)
    folders = spec.submodule_search_locations if spec else None
    return [path for folder in folders or () for path in sorted(Path(folder).rglob("*.[to]tf"))]

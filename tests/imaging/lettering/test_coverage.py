"""Which characters a font file has glyphs for."""

from pathlib import Path

import pytest
from PIL import ImageFont

from imagen_fake.imaging.lettering import fonts
from imagen_fake.imaging.lettering.coverage import read_coverage
from tests.sweep import sweep

FACES = [str(fonts.inter_file()), *fonts.extra_faces()]


def draws(path: str, character: str) -> bool:
    """Whether a face draws something else than the box for what it lacks."""
    face = ImageFont.truetype(path, 40, layout_engine=ImageFont.Layout.BASIC)
    return bytes(face.getmask(character)) != bytes(face.getmask("\U000ffffd"))


@sweep("path", FACES, ids=lambda path: Path(path).stem[:30])
@sweep("character", "aÉβЖहم猫한😀")
def test_what_is_covered_is_what_is_drawn(path: str, character: str) -> None:
    assert (ord(character) in read_coverage(Path(path))) == draws(path, character)


def test_a_file_that_is_no_font_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "some.ttf"
    file.write_bytes(b"no font")
    with pytest.raises(ValueError, match="no Unicode character map"):
        read_coverage(file)

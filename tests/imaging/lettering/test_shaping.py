import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import ImageFont

from imagen_fake.imaging.lettering import fonts
from imagen_fake.imaging.lettering.fonts import ICON, INTER_AXES, face_of, glyph
from imagen_fake.imaging.lettering.shaping import bidi_runs, glyph_font, read_coverage, shape
from tests.imaging.poster.test_scene import paint, sketch
from tests.sweep import sweep

HINDI = str(face_of("क"))
PROMPTS = ["एक लाल सेब और दो बिल्लियाँ", "क्षत्रिय स्त्री, हिन्दी", "a cat, बिल्ली"]
LIBRARY = ("libfribidi.so.0", "libfribidi.so.1", "libfribidi.so")
PROGRAM = (
    "from PIL import features; from tests.imaging.lettering.test_shaping import digest;"
    "print(features.check_feature('raqm'), digest())"
)


def digest() -> str:
    """The pixels of captions that have to be shaped, summed up."""
    pictures = (paint(sketch(prompt, size=(512, 512))).tobytes() for prompt in PROMPTS)
    return hashlib.sha256(b"".join(pictures)).hexdigest()


def advances(text: str) -> int:
    return sum(glyph(HINDI, 40, mark).advance for mark in text)


def test_captions_are_the_same_without_the_systems_library(tmp_path: Path) -> None:
    for name in LIBRARY:  # found first, and no library
        (tmp_path / name).touch()
    without = os.environ | {
        "LD_LIBRARY_PATH": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)
    }  # fmt: skip
    made = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=without, capture_output=True, text=True, check=True
    )
    able, found = made.stdout.split()
    assert found == digest()
    assert able == "False" or not sys.platform.startswith("linux")


@pytest.mark.parametrize("name", [*INTER_AXES, ICON, HINDI])
def test_no_face_is_shaped_by_pillow(name: str) -> None:
    assert fonts.face(name, 20).layout_engine == ImageFont.Layout.BASIC


def test_a_plain_letter_is_the_glyph_that_its_font_has_for_it() -> None:
    [(character, x, y)], advance = shape(HINDI, 40, "क")
    assert (x, y) == (0, 0)
    assert abs(advance - fonts.face(HINDI, 40).getlength("क") * 64) < 64
    own, by_number = (
        font.getmask2(text, anchor="ls")
        for font, text in ((fonts.face(HINDI, 40), "क"), (glyph_font(HINDI, 40), character))
    )
    assert bytes(own[0]) == bytes(by_number[0])
    assert own[1] == by_number[1]


@pytest.mark.parametrize(("cluster", "glyphs"), [("क्ष", 1), ("त्र", 1), ("स्त्री", 3), ("र्क", 2)])
def test_consonants_join_to_fewer_glyphs_than_characters(cluster: str, glyphs: int) -> None:
    places, advance = shape(HINDI, 40, cluster)
    assert len(places) <= glyphs < len(cluster)
    assert advance < advances(cluster)


def test_a_vowel_sign_is_set_before_the_consonant_that_it_follows() -> None:
    (first, *_), _ = shape(HINDI, 40, "कि")
    (plain,), _ = shape(HINDI, 40, "क")
    assert first.character != plain.character
    assert shape(HINDI, 40, "कि")[0][-1].character == plain.character


def test_a_shaped_word_has_the_mask_and_the_advance_of_its_glyphs() -> None:
    word, (_, advance) = glyph(HINDI, 40, "बिल्ली"), shape(HINDI, 40, "बिल्ली")
    assert word.advance == advance
    assert word.mask
    assert abs(word.mask.width - advance // 64) <= 4


@pytest.mark.parametrize(
    ("word", "runs"),
    [
        ("बिल्ली", ["बिल्ली"]),
        ("قطة", ["قطة"]),
        ("قطة٢٣", ["٢٣", "قطة"]),
        ("٢٣قطة", ["قطة", "٢٣"]),
        ("क१२", ["क१२"]),
        ("", []),
    ],
)
def test_digits_run_rightwards_in_a_word_that_runs_leftwards(word: str, runs: list[str]) -> None:
    assert list(bidi_runs(word)) == runs


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
